namespace SimpleGrad.Tests.Kernels;

/// <summary>The memory that kernels rent.</summary>
public sealed unsafe class ScratchTests
{
    [Fact]
    public void Blocks_that_are_rented_together_do_not_overlap()
    {
        using Scratch<double> first = new(300), second = new(300);
        first.Span.Fill(1);
        second.Span.Fill(2);
        Assert.Equal(-1, first.Span.IndexOfAnyExcept(1.0));
        Assert.Equal(300, first.Span.Length);
    }

    [Fact]
    public void A_block_comes_back_when_it_is_disposed()
    {
        nint before, after;
        using (var scratch = new Scratch<float>(1000))
        {
            fixed (float* memory = scratch)
                before = (nint)memory;
        }
        using (var scratch = new Scratch<float>(1000))
        {
            fixed (float* memory = scratch)
                after = (nint)memory;
        }
        Assert.Equal(before, after);
        Assert.Equal(0, before % 64);
    }

    [Fact]
    public void The_default_is_no_memory()
    {
        using Scratch<float> none = default;
        Assert.True(none.Span.IsEmpty);
    }
}
