using System.Numerics;
using SimpleGrad.Tests.Compiler;

namespace SimpleGrad.Tests.Properties;

/// <summary>
/// Every operator on operands of random shapes, of up to some hundred thousand elements and in any layout, and some
/// operators on a million: values and gradients are those of contiguous copies, compiled on either executor too, and do
/// not depend on threads.
/// </summary>
/// <remarks>
/// SIMPLEGRAD_SHAPES is how many shapes are drawn for each operator, and the greatest grow with it to millions of
/// elements: for a longer search.
/// </remarks>
[Collection(nameof(SetsThreads))]
public sealed class RandomShapeTests
{
    private static readonly int _rounds =
        int.TryParse(Environment.GetEnvironmentVariable("SIMPLEGRAD_SHAPES"), out int rounds) ? rounds : 2;

    private static readonly int _most = Math.Min(4_000_000, 100_000 * Math.Max(2, _rounds) / 2);

    private const int Million = 1 << 20;

    public static IEnumerable<TheoryDataRow<string>> Operators => OperatorPropertyTests.Operators;

    [Theory, MemberData(nameof(Operators))]
    public void Layouts_executors_and_threads_make_no_difference(string name)
    {
        for (int round = 0; round < _rounds; round++)
        {
            if (round % 2 == 0)
                Check<double>(name, round, 1e-10);
            else
                Check<float>(name, round, 1e-3);
        }
        if (IsTriedOnAMillion(name))
            Check<float>(name, -1, 1e-3, Million, Million / 2);
    }

    [Fact]
    public void A_million_elements_are_not_too_many_for_most_operators()
    {
        OperatorUse<float>[] tried = [.. OperatorTable<float>.All.Where(use => IsTriedOnAMillion(use.Name))];
        int count = tried.Count(use =>
            new RandomShapes(new Random(Seed(use.Name, -1))).For(use, Million, Million / 2) is not null);
        Assert.InRange(count, tried.Length / 2, tried.Length);
    }

    /// <summary>Axes of length 1, expanded ones and none at all among those that are reduced.</summary>
    [Fact]
    public void Reductions_are_those_of_plain_loops()
    {
        for (int round = 0; round < 30 * _rounds; round++)
        {
            var random = new Random(round);
            var shapes = new RandomShapes(random);
            Shape shape = shapes.Draw(_most);
            Tensor<double> x = shapes.LaidOut(Tensor.Create<double>(
                [.. Enumerable.Range(0, shape.FlattenedLength).Select(_ => 4 * random.NextDouble() - 2)], shape));
            bool[] isReduced = [.. shape.Select(length => random.Next(length == 1 ? 4 : 2) > 0)];
            int[] axes = [.. Enumerable.Range(0, shape.Rank).Where(axis => isReduced[axis])];
            Shape kept = Shape.Create([.. shape.Where((_, axis) => !isReduced[axis])]);
            (double[] sums, double[] greatest, double[] powers) = (new double[kept.FlattenedLength],
                new double[kept.FlattenedLength], new double[kept.FlattenedLength]);
            Array.Fill(greatest, double.NegativeInfinity);
            double[] numbers = x.ToArray();
            for (int i = 0; i < numbers.Length; i++)
            {
                int to = 0, left = i;
                for (int axis = shape.Rank - 1, step = 1; axis >= 0; left /= shape[axis--])
                {
                    to += isReduced[axis] ? 0 : left % shape[axis] * step;
                    step *= isReduced[axis] ? 1 : shape[axis];
                }
                sums[to] += numbers[i];
                greatest[to] = Math.Max(greatest[to], numbers[i]);
                powers[to] += Math.Exp(numbers[i]);
            }
            double count = numbers.Length / (double)kept.FlattenedLength;
            AssertClose(sums, x.Sum(axes));
            AssertClose([.. sums.Select(sum => sum / count)], x.Mean(axes));
            AssertClose(greatest, x.Amax(axes));
            AssertClose([.. powers.Select(power => Math.Log(power))], x.LogSumExp(axes));

            void AssertClose(double[] expected, Tensor<double> actual)
            {
                Assert.Equal(kept, actual.Shape);
                OperatorPropertyTests.AssertClose(expected, actual.ToArray(), 1e-9);
            }
        }
    }

    private static int Seed(string name, int round) => name.Sum(letter => letter) * 1000 + round;

    /// <summary>One operator in eight.</summary>
    private static bool IsTriedOnAMillion(string name) =>
        name.Sum(letter => letter) % 8 == 0 && !CompiledOperatorTests.ReadsValues.Contains(name);

    /// <param name="name">The operator.</param>
    /// <param name="round">Which shapes and numbers.</param>
    /// <param name="tolerance">How far off the results may be.</param>
    /// <param name="most">How many elements there may be; null for the usual.</param>
    /// <param name="least">How many there must be; an operator that takes no such shapes is left alone then.</param>
    private static void Check<T>(string name, int round, double tolerance, int? most = null, int least = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        OperatorUse<T> use = OperatorTable<T>.All.Single(use => use.Name == name);
        var random = new Random(Seed(name, round));
        var shapes = new RandomShapes(random);
        Shape[]? drawn = shapes.For(use, most ?? _most, least);
        if (drawn is null && least > 1)
            return;
        Assert.NotNull(drawn);
        int choice = random.Next(6);
        Tensor<T>[] views =
        [
            .. drawn.Zip(use.Domains, (shape, domain) => shapes.LaidOut(Tensor.Create<T>(
                [.. Enumerable.Range(0, shape.FlattenedLength).Select(_ => T.CreateChecked(domain.Draw(random)))],
                shape))),
        ];
        Tensor<T>[] copies = [.. views.Select(view => Tensor.Create<T>(view.ToArray(), view.Shape))];
        string what = $"round {round}, {string.Join(", ", views.Select(view =>
            $"{view.Shape} with strides ({string.Join(", ", view.Strides.ToArray())})"))}, choice {choice}";
        Variable<T>[] Apply(Variable<T>[] x) => [use.Apply(x, choice)];

        double[]?[] expected = On(1, what, Apply, copies);
        Comparison.AssertSame(expected, Same(what, Apply, views, use.IsReproducible), tolerance, what: what);
        if (CompiledOperatorTests.ReadsValues.Contains(name))
            return;
        Comparison.OnBothExecutors(() =>
        {
            Aggregate<T> compiled = Tested.Compile<T>((Variable<T>[] x) => Apply(x));
            Comparison.AssertSame(
                expected, Same(what, compiled.InvokeAllOf, views, use.IsReproducible), tolerance, what: what);
        });
    }

    /// <summary>What one thread computes, and two do to the bit.</summary>
    private static double[]?[] Same<T>(
        string what, Func<Variable<T>[], Variable<T>[]> function, Tensor<T>[] inputs, bool isReproducible)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[]?[] alone = On(1, what, function, inputs), together = On(2, what, function, inputs);
        Comparison.AssertSame(alone, together, isReproducible ? 0 : 1e-15, what: what);
        return together;
    }

    private static double[]?[] On<T>(
        int threads, string what, Func<Variable<T>[], Variable<T>[]> function, Tensor<T>[] inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int before = Parallelism.ThreadCount;
        Parallelism.ThreadCount = threads;
        try
        {
            return Comparison.Chain(function, inputs, 1, isLinear: true);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{what}: {e.Message}", e);
        }
        finally
        {
            Parallelism.ThreadCount = before;
        }
    }
}

/// <summary>Tests that set the number of threads of the process, one at a time and without others.</summary>
[CollectionDefinition(nameof(SetsThreads), DisableParallelization = true)]
public sealed class SetsThreads;
