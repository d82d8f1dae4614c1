namespace SimpleGrad.Tests.Compiler;

/// <summary>Patterns of known zeros are told apart, however many inputs and outputs there are.</summary>
public sealed class PatternTests
{
    public static TheoryData<int> Counts => [1, 2, 31, 32, 33, 63, 64, 65, 70, 127, 128, 129];

    [Theory, MemberData(nameof(Counts))]
    public void Each_flag_makes_another_pattern(int count)
    {
        bool[] all = [.. Enumerable.Repeat(true, count)], none = new bool[count];
        var patterns = new HashSet<Pattern> { Pattern.Of(all, none), Pattern.Of(none, all), Pattern.Of(all, all) };
        for (int i = 0; i < count; i++)
        {
            bool[] one = new bool[count], others = [.. all];
            (one[i], others[i]) = (true, false);
            patterns.UnionWith(
                [Pattern.Of(one, all), Pattern.Of(others, none), Pattern.Of(all, one), Pattern.Of(none, others)]);
        }
        // Of one flag, "only this" is "all", and "all but this" is none.
        Assert.Equal(count == 1 ? 4 : 3 + 4 * count, patterns.Count);
    }

    [Theory, MemberData(nameof(Counts))]
    public void Equal_flags_make_equal_patterns(int count)
    {
        bool[] known = [.. Enumerable.Range(0, count).Select(i => i % 3 == 0)];
        bool[] wanted = [.. Enumerable.Range(0, count + 1).Select(i => i % 5 != 0)];
        Pattern pattern = Pattern.Of(known, wanted), same = Pattern.Of([.. known], [.. wanted]);
        Assert.Equal(pattern, same);
        Assert.Equal(pattern.GetHashCode(), same.GetHashCode());
    }

    /// <summary>Each output is a multiple of its input: the gradients say which propagate was taken.</summary>
    [Theory, InlineData(3), InlineData(64), InlineData(65), InlineData(70), InlineData(130)]
    public void Gradients_of_single_outputs_by_single_inputs(int count)
    {
        Aggregate<double> multiples = Aggregate.Compile<double>(x => [.. x.Select((each, i) => each * each * (i + 2))]);
        var tape = new Tape<double>();
        Variable<double>[] x = [.. Enumerable.Range(0, count).Select(i => tape.Variable(1 + 0.01 * i))];
        Variable<double>[] results = multiples.InvokeAll(x);
        int[] places = [count - 1, 0, count - 2, count / 2, count - 1, 1];
        foreach (int output in places)
        {
            Variable<double>?[] all = tape.Grad(results[output], x);
            for (int input = 0; input < count; input++)
                Assert.Equal(input == output ? Slope(input) : null, all[input]?.Item());
            foreach (int input in places)
                Assert.Equal(
                    input == output ? Slope(input) : null, tape.Grad(results[output], x[input])?.Item());
        }
        Variable<double> sum = results[count - 1] + results[count - 2];
        foreach (int input in places)
            Assert.Equal(input >= count - 2 ? Slope(input) : null, tape.Grad(sum, x[input])?.Item());

        double? Slope(int input) => 2 * x[input].Item() * (input + 2);
    }

    /// <summary>The saved values of an entry are outputs too, and so are the gradients that a propagate saves.</summary>
    [Fact]
    public void Second_derivatives_of_many_inputs()
    {
        const int count = 70;
        Aggregate<double> product = Aggregate.Compile<double>(
            x => [x.Select(each => each.Exp()).Aggregate((a, b) => a * b)]).WithMemoryBudget(1);
        var tape = new Tape<double>();
        Variable<double>[] x = [.. Enumerable.Range(0, count).Select(i => tape.Variable(0.01 * i - 0.3))];
        Variable<double> result = product.InvokeAll(x)[0];
        foreach (int i in (int[])[0, 66, 69])
        {
            Variable<double> first = tape.Grad(result, x[i])!;
            Assert.Equal(result.Item(), first.Item(), 1e-12);
            foreach (int j in (int[])[0, 65, 66, 69])
                Assert.Equal(result.Item(), tape.Grad(first, x[j])!.Item(), 1e-12);
        }
    }
}
