using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace SimpleGrad.Tests.Properties;

/// <summary>What holds for every operator, whatever it computes.</summary>
public sealed partial class OperatorPropertyTests
{
    /// <summary>Shapes of the operands, for operators of one, two and three.</summary>
    private static readonly Shape[][] _shapes =
    [
        [[]], [[1]], [[5]], [[19]], [[2, 3]], [[3, 1, 4]], [[2, 1100]],
        [[], []], [[5], [5]], [[2, 3], []], [[2, 3], [3]], [[2, 3], [2, 2]], [[3, 1, 4], [2, 1]], [[2, 3], [3, 4]],
        [[4, 3], [3]], [[2, 3], [2, 3]], [[2, 1100], [1100]],
        [[], [], []], [[5], [5], [5]], [[2, 3], [3], []], [[2, 1], [4, 1, 1], [3]],
    ];

    /// <summary>Which axis, for operators that take one.</summary>
    private static readonly int[] _choices = [0, 1, 2];

    public static IEnumerable<TheoryDataRow<string>> Operators =>
        OperatorTable<double>.All.Select(use => new TheoryDataRow<string>(use.Name) { Label = use.Name });

    [Fact]
    public void Table_has_every_operator_of_the_library()
    {
        var seen = new HashSet<Type>();
        foreach (OperatorUse<double> use in OperatorTable<double>.All)
        {
            foreach (Call<double> call in Calls(use))
            {
                _ = call.Gradients(createGraph: true);
                seen.UnionWith(LibraryOperators.On(call.Tape));
            }
        }
        Assert.Empty(LibraryOperators.All.Except(seen));
    }

    [Theory, MemberData(nameof(Operators))]
    public void Operands_are_drawn_from_more_than_one_number(string name) =>
        Assert.All(Find<double>(name).Domains, domain => Assert.True(domain.Low < domain.High));

    [Theory, MemberData(nameof(Operators))]
    public void Gradients_without_a_graph_are_the_same(string name)
    {
        OperatorUse<double> use = Find<double>(name);
        foreach (Call<double> call in Calls(use))
            AssertSame(use, call.Gradients(createGraph: true), call.Gradients(createGraph: false));
    }

    /// <summary>The inputs are the same numbers in both; the results differ by the rounding of float.</summary>
    [Theory, MemberData(nameof(Operators))]
    public void Float_agrees_with_double(string name)
    {
        foreach ((Call<float> single, Call<double> whole) in Calls(Find<float>(name)).Zip(Calls(Find<double>(name))))
        {
            AssertClose(whole.Result.Value.ToArray(), single.Result.Value.ToArray(), 1e-5);
            foreach ((double[]? expected, float[]? actual) in whole.Gradients(true).Zip(single.Gradients(true)))
                AssertClose(expected ?? [], actual ?? [], 1e-5);
        }
    }

    /// <summary>A reduction takes the elements as they lie in memory, so sums may be rounded differently.</summary>
    [Theory, MemberData(nameof(Operators))]
    public void Views_give_the_same_as_copies(string name)
    {
        OperatorUse<double> use = Find<double>(name);
        foreach (Call<double> call in Calls(use))
        {
            Assert.All(Layouts(use, call), views =>
            {
                Assert.Contains(views, view => !view.IsContiguous || view.Length < 2);
                var copies = views.Select(view => Tensor.Create<double>(view.ToArray(), view.Shape));
                var onViews = new Call<double>(use, call.Choice, views);
                var onCopies = new Call<double>(use, call.Choice, [.. copies]);
                AssertClose(onCopies.Result.Value.ToArray(), onViews.Result.Value.ToArray(), 1e-14);
                var gradients = onCopies.Gradients(true).Zip(onViews.Gradients(true));
                foreach ((double[]? expected, double[]? actual) in gradients)
                {
                    Assert.Equal(expected is null, actual is null);
                    AssertClose(expected ?? [], actual ?? [], 1e-13);
                }
            });
        }
    }

    /// <summary>An operator works on nothing and on a single number, or says that it does not.</summary>
    [Theory, MemberData(nameof(Operators))]
    public void Empty_and_scalar_operands_work_or_are_refused(string name)
    {
        OperatorUse<double> use = Find<double>(name);
        Shape[] shapes = [[], [0], [2, 0], [0, 3, 1]];
        foreach ((Shape shape, int choice) in from shape in shapes from choice in _choices select (shape, choice))
        {
            try
            {
                var call = new Call<double>(use, choice, Inputs<double>(use, [.. use.Domains.Select(_ => shape)]));
                foreach (double[]? gradient in call.Gradients(true))
                    Assert.Equal(shape.FlattenedLength, gradient?.Length ?? shape.FlattenedLength);
            }
            catch (ArgumentException error)
            {
                Assert.Matches(NamesOperator, error.Message);
            }
        }
    }

    [Theory, MemberData(nameof(Operators))]
    public void Nan_in_gives_nan_out(string name)
    {
        OperatorUse<double> use = Find<double>(name);
        foreach (Call<double> call in Calls(use))
        {
            for (int operand = 0; operand < use.Arity; operand++)
            {
                if (use.HidesNaN.Contains(operand))
                    continue;
                Tensor<double>[] inputs = [.. call.Inputs];
                inputs[operand] = Tensor.Full(inputs[operand].Shape, double.NaN);
                var spoilt = new Call<double>(use, call.Choice, inputs);
                Assert.True(spoilt.Result.Value.ToArray().All(double.IsNaN), spoilt.Result.ToString());
            }
        }
    }

    [Theory, MemberData(nameof(Operators))]
    public void Nan_in_one_element_leaves_the_others(string name)
    {
        OperatorUse<double> use = Find<double>(name);
        if (!use.IsElementwise)
            return;
        Tensor<double>[] inputs = Inputs<double>(use, [.. use.Domains.Select(_ => Shape.Create(19))]);
        double[] before = new Call<double>(use, 0, inputs).Result.Value.ToArray();
        double[] spoilt = inputs[0].ToArray();
        spoilt[7] = double.NaN;
        inputs[0] = Tensor.Create<double>(spoilt);
        double[] after = new Call<double>(use, 0, inputs).Result.Value.ToArray();
        after[7] = before[7];
        // A vector with NaN in it may be computed number by number, which rounds differently.
        AssertSame(use with { IsReproducible = false }, [before], [after]);
    }

    [GeneratedRegex("^[a-z][a-z_0-9]*: ")]
    internal static partial Regex NamesOperator { get; }

    private static OperatorUse<T> Find<T>(string name) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        OperatorTable<T>.All.Single(use => use.Name == name);

    /// <summary>Shapes of operands that fit an operator, which are some.</summary>
    internal static IReadOnlyList<Shape[]> ShapesFor<T>(OperatorUse<T> use)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var fitting = _shapes.Where(shapes => shapes.Length == use.Arity && use.Fits(shapes)
            && shapes.All(shape => shape.FlattenedLength <= use.Most)).ToList();
        Assert.NotEmpty(fitting);
        return fitting;
    }

    /// <summary>Calls of an operator on all shapes that fit it.</summary>
    private static List<Call<T>> Calls<T>(OperatorUse<T> use) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        return
        [
            .. from shapes in ShapesFor(use)
               from choice in _choices
               select new Call<T>(use, choice, Inputs(use, shapes)),
        ];
    }

    /// <summary>Numbers all over the domains, in no order, that float can represent.</summary>
    internal static Tensor<T>[] Inputs<T>(OperatorUse<T> use, Shape[] shapes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(1);
        return [.. shapes.Zip(use.Domains, (shape, domain) => Tensor.Create<T>(
            [.. Enumerable.Range(0, shape.FlattenedLength).Select(_ => T.CreateChecked(domain.Draw(random)))], shape))];
    }

    /// <summary>The operands of a call in memory with gaps, and such that repeat numbers.</summary>
    private static IEnumerable<Tensor<double>[]> Layouts(OperatorUse<double> use, Call<double> call)
    {
        yield return [.. call.Inputs.Select(Transposed)];
        yield return [.. call.Inputs.Select(Spread)];
        yield return [.. call.Inputs.Select(Repeated)];
        if (use.Arity > 1)
            yield return [Transposed(call.Inputs[0]), .. call.Inputs.Skip(1).Select(Spread)];
    }

    private static Tensor<double> Transposed(Tensor<double> x) => x.Rank < 2
        ? Spread(x)
        : Tensor.Create<double>(x.Transpose().ToArray(), [.. x.Shape.Reverse()]).Transpose();

    /// <summary>Every second element of twice as many, from the second on.</summary>
    private static Tensor<double> Spread(Tensor<double> x)
    {
        double[] wide = [.. x.ToArray().SelectMany(value => new[] { double.NaN, value })];
        return x.Rank == 0
            ? Tensor.Create<double>(wide).Slice(0, 1).Reshape()
            : Tensor.Create<double>(wide, [.. x.Shape.SkipLast(1), 2 * x.Shape[^1]]).Slice(x.Rank - 1, 1, step: 2);
    }

    /// <summary>The first along the first axis in place of them all.</summary>
    private static Tensor<double> Repeated(Tensor<double> x) =>
        x.Rank == 0 ? Spread(x) : x.Slice(0, 0, 1).Expand(x.Shape);

    /// <summary>Equal bits; for an operator that is not reproducible, equal up to the last bits.</summary>
    private static void AssertSame(OperatorUse<double> use, double[]?[] expected, double[]?[] actual)
    {
        foreach ((double[]? x, double[]? y) in expected.Zip(actual))
        {
            Assert.Equal(x is null, y is null);
            if (!use.IsReproducible)
                AssertClose(x ?? [], y ?? [], 1e-15);
            else if (!Bits(x).SequenceEqual(Bits(y)))
                Assert.Fail($"{string.Join(", ", x ?? [])}\nand\n{string.Join(", ", y ?? [])}");
        }

        static ReadOnlySpan<long> Bits(double[]? numbers) => MemoryMarshal.Cast<double, long>(numbers);
    }

    internal static void AssertClose<T>(double[] expected, T[] actual, double tolerance) where T : INumberBase<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = expected.Select(Math.Abs).Where(double.IsFinite).DefaultIfEmpty().Max() + 1;
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(double.CreateChecked(actual[i]) - expected[i]) <= tolerance * scale))
                Assert.Fail($"Element {i} is {actual[i]}, not {expected[i]}.");
        }
    }

    /// <summary>An operator, called on a tape of its own.</summary>
    private sealed class Call<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Variable<T>[] _variables;

        public Call(OperatorUse<T> use, int choice, Tensor<T>[] inputs)
        {
            (Choice, Inputs) = (choice, inputs);
            _variables = [.. inputs.Select(input => Tape.Variable(input))];
            Result = use.Apply(_variables, choice);
        }

        public Tape<T> Tape { get; } = new();

        public int Choice { get; }

        public Tensor<T>[] Inputs { get; }

        public Variable<T> Result { get; }

        /// <summary>
        /// The gradients of a weighted sum of the result, which is sensitive to a wrong order of elements.
        /// </summary>
        public T[]?[] Gradients(bool createGraph)
        {
            T[] weights = [.. Enumerable.Range(1, Result.Length).Select(i => T.CreateChecked((float)Math.Sin(i)))];
            Variable<T> loss = (Result * Tape.Constant(Tensor.Create<T>(weights, Result.Shape))).Sum();
            Variable<T>?[] gradients = Tape.Grad(loss, _variables, createGraph: createGraph);
            return [.. gradients.Select(gradient => gradient?.Value.ToArray())];
        }
    }
}
