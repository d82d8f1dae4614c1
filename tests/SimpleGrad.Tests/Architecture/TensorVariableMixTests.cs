using Microsoft.CodeAnalysis;

namespace SimpleGrad.Tests.Architecture;

/// <summary>
/// A tensor that was captured in a propagate rule does not compile: the tutorial's chapter on aggregates has the
/// program and the message.
/// </summary>
public sealed class TensorVariableMixTests
{
    private static readonly string _chapter =
        File.ReadAllText(Path.Combine(Repository.Root, "docs", "tutorial", "11-aggregates.cs"));

    [Fact]
    public void A_tensor_times_a_variable_is_the_error_that_the_tutorial_shows()
    {
        Diagnostic error = Assert.Single(UserProgram.Problems(_chapter, "TYPE_ERROR"));

        Assert.Equal("CS0019", error.Id);
        Assert.Equal(
            "Operator '*' cannot be applied to operands of type 'Variable<float>' and 'Tensor<float>'",
            error.GetMessage());
        Assert.Contains($"//     error {error.Id}: {error.GetMessage()}\n", _chapter);
    }

    [Fact]
    public void Without_it_the_chapter_compiles() => Assert.Empty(UserProgram.Problems(_chapter));
}
