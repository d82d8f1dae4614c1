namespace SimpleGrad.Tests.Compiler;

/// <summary>What is kept of what was compiled.</summary>
public sealed class CacheTests
{
    [Fact]
    public void No_more_is_kept_than_the_limit_and_what_is_kept_is_not_made_again()
    {
        var cache = new Cache<string, string>(maxCount: 4);
        int made = 0;
        for (int i = 0; i < 10; i++)
        {
            for (int again = 0; again < 2; again++)
                Assert.Equal($"{i}!", cache.GetOrAdd($"{i}", () => Make(i)));
            Assert.Equal(i + 1, made);
            Assert.InRange(cache.Values.Length, 1, 4);
        }

        string Make(int i)
        {
            made++;
            return $"{i}!";
        }
    }

    [Fact]
    public void What_could_not_be_made_is_tried_again()
    {
        var cache = new Cache<string, string>();
        Assert.Throws<ArgumentException>(() => cache.GetOrAdd("a", () => throw new ArgumentException("no")));
        Assert.Empty(cache.Values);
        Assert.Equal("made", cache.GetOrAdd("a", () => "made"));
    }

    /// <summary>More patterns of wanted inputs than are kept: the gradients stay right.</summary>
    [Fact]
    public void Gradients_are_right_beyond_the_patterns_that_are_kept() => Comparison.OnExecutor(emits: false, () =>
    {
        const int count = 9;
        Aggregate<double> product = Tested.Compile<double>(
            x => [x.Aggregate((a, b) => a * b)], "product", [.. Enumerable.Range(0, count).Select(i => $"x{i}")]);
        for (int pattern = 1; pattern < 300; pattern++)
        {
            var tape = new Tape<double>();
            Variable<double>[] x = [.. Enumerable.Range(0, count).Select(i => tape.Variable(1 + 0.1 * i))];
            Variable<double> result = product.InvokeAll(x)[0];
            Variable<double>[] wanted = [.. x.Where((_, i) => (pattern >> i & 1) != 0)];
            Variable<double>?[] gradients = tape.Grad(result, wanted);
            for (int i = 0; i < wanted.Length; i++)
                Assert.Equal(result.Item() / wanted[i].Item(), gradients[i]!.Item(), 1e-12);
        }
    });
}
