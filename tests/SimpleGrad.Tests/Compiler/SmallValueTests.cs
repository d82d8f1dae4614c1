using System.Numerics;

namespace SimpleGrad.Tests.Compiler;

/// <summary>Small values are replaced by their elements, and all is as it was.</summary>
public sealed class SmallValueTests
{
    private const int Orders = 3;

    private static readonly (string Name, Func<Variable<double>, Variable<double>> Function)[] _cases =
    [
        ("slice", x => x[1..5] * x[0..4]),
        ("slice with a step", x => x.Slice(0, 1, 6, 2).Exp() * x.Slice(0, 0, 5, 2)),
        ("elements", x => x[0] * x[1] + x[2].Sin() * x[^1]),
        ("stack", x => Variable.Stack([x[0] * x[1], x[2], x[0] / (x[3] * x[3] + 2)])),
        ("stack of vectors", x => Variable.Stack([x[..3], x[3..6] * x[..3]], 1)),
        ("concatenate", x => Variable.Concatenate([x[4..], x[..2] * x[2], x[1..3]])),
        ("unbind", x => x.Unbind().Aggregate((sum, each) => sum * 0.5 + each * each)),
        ("reshape", x => x[..6].Reshape(2, 3)[1] * x[..3]),
        ("transpose", x => x[..6].Reshape(2, 3).Transpose() * x[..6].Reshape(3, 2)),
        ("permute", x => x[..8].Reshape(2, 2, 2).Permute(2, 0, 1).Square()[0]),
        ("expand", x => x[..3].Unsqueeze(1).Expand(3, 2) * x[..6].Reshape(3, 2)),
        ("outer", x => x[..3].Outer(x[3..6] * x[0])),
        ("dot", x => x[..3].Dot(x[3..6]) * x[0]),
        ("matrix product", x => x[..4].Reshape(2, 2).MatMul(x[2..8].Reshape(2, 3)).Sin()),
        ("matrix and vector", x => x[..6].Reshape(2, 3).MatMul(x[1..4])),
        ("vector and matrix", x => x[1..3].MatMul(x[..6].Reshape(2, 3))),
        ("stack of products", x => x[..8].Reshape(2, 2, 2).MatMul(x[..4].Reshape(1, 2, 2))),
        ("broadcast stacks", x => x[..4].Reshape(2, 1, 1, 2).MatMul(x[..6].Reshape(3, 2, 1))),
        ("sum along an axis", x => (x[..6].Reshape(2, 3) * x[..3]).Sum(0) * x[..6].Reshape(2, 3).Sum(1, true)),
        ("sum of a slice", x => x[1..4].Square().Sum()),
        ("running sum", x => (x[..6].Reshape(2, 3) * x[0]).CumSum(1) * x[..6].Reshape(2, 3).CumSum(0)),
        ("pad", x => x[..3].PadAxis(0, 1, 2) * x[..6]),
        ("pad with a number", x => x[..3].Pad([(1, 2)], PadMode.Constant, 2.5) * x[..6]),
        ("flip", x => x[..6].Flip(0) * x[..6]),
        ("gather", x => x[Tensor.Create<int>([3, 0, 3, 1])] * x[..4]),
        ("index add", x => x[..3].IndexAdd(0, Tensor.Create<int>([2, 0, 2]), x[3..6] * x[0])),
        ("scatter add", x => x[..3].ScatterAdd(0, Tensor.Create<int>([1, 1, 0]), x[3..6].Exp())),
        ("triangle", x => x[..4].Reshape(2, 2).Tril().MatMul(x[..4].Reshape(2, 2).Triu(1))),
        ("diagonal", x => x[..4].Reshape(2, 2).Diagonal() * x[..2].DiagEmbed().Sum(0)),
        ("a value beside its elements", x => x.Exp() * x[1]),
        ("strong zero", x => Variable.Stack([x[0], 1 / (x[1] - x[1])])[0] * x[2]),
        ("detach", x => x[..2].Detach() * x[1..3]),
        ("numbers of a constant", x => x.Tape.Constant(Tensor.Create<double>([1, 2, 3, 0]))[1..4] * x[..3]),
        ("rows and opaque operators", x => x[..6].Reshape(2, 3).Square().Sort(1).Values.Sum(0)),
    ];

    public static TheoryData<string> Cases => [.. _cases.Select(each => each.Name)];

    [Theory, MemberData(nameof(Cases))]
    public void Compiled_equals_eager(string name)
    {
        Func<Variable<double>, Variable<double>> function = _cases.Single(each => each.Name == name).Function;
        Tensor<double> row = Comparison.Wave<double>([9], 0.7);
        // A row of its own, and one with gaps.
        foreach (Tensor<double> input in (Tensor<double>[])[row, Tensor.Create<double>(
            [.. row.ToArray().SelectMany(each => (double[])[each, 7])]).Slice(0, step: 2)])
        {
            double[]?[] expected = Comparison.Chain<double>(x => [function(x[0])], [input], Orders);
            Comparison.OnBothExecutors(() =>
            {
                Aggregate<double> compiled = Tested.Compile(function);
                Comparison.AssertSame(
                    expected, Comparison.Chain<double>(x => compiled.InvokeAll(x), [input], Orders), 1e-11);
            });
        }
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Random_programs_give_the_same(bool emits)
    {
        for (int seed = 0; seed < 150; seed++)
        {
            int at = seed;
            Check<double>(at, emits, 1e-9);
            if (seed % 3 == 0)
                Check<float>(at, emits, 2e-3f);
        }

        static void Check<T>(int seed, bool emits, double tolerance)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            Tensor<T>[] inputs = [Comparison.Wave<T>([6], 0.7), Comparison.Wave<T>([2, 3], 1.3)];
            Variable<T>[] Function(Variable<T>[] x) => SmallProgram.Run(new Random(seed), x);
            double[]?[] expected = Comparison.Chain<T>(Function, inputs, typeof(T) == typeof(float) ? 1 : Orders, true);
            Comparison.OnExecutor(emits, () =>
            {
                Aggregate<T> compiled = Tested.Compile<T>(Function);
                Comparison.AssertSame(
                    expected,
                    Comparison.Chain<T>(
                        compiled.InvokeAllOf, inputs, typeof(T) == typeof(float) ? 1 : Orders, true),
                    tolerance, what: $"Program {seed}");
            });
        }
    }

    [Fact]
    public void A_state_of_two_numbers_is_two_numbers()
    {
        static Variable<double> Stacked(Variable<double> x)
        {
            Variable<double> state = x[..2];
            for (int i = 0; i < 10; i++)
                state += 0.1 * Variable.Stack([state[1], -x[2] * state[0]]);
            return state.Sum();
        }

        static Variable<double> Apart(Variable<double> x)
        {
            Variable<double> p = x[0], v = x[1], k = x[2];
            for (int i = 0; i < 10; i++)
                (p, v) = (p + 0.1 * v, v + 0.1 * (-k * p));
            return p + v;
        }

        Schedule<double> stacked = ScheduleOf(Stacked), apart = ScheduleOf(Apart);
        ScheduledKernel<double> kernel = Assert.IsType<ScheduledKernel<double>>(Assert.Single(stacked.Steps.ToArray()));
        ScheduledKernel<double> other = Assert.IsType<ScheduledKernel<double>>(Assert.Single(apart.Steps.ToArray()));
        Assert.InRange(kernel.Kernel.Operations.Length, 1, other.Kernel.Operations.Length);
        // It reads the only input, and stores the value and the gradient where they lie.
        Assert.Equal([new KernelSource(0, true)], kernel.Sources);
        Assert.Equal(2, kernel.Outputs.Length);
        Assert.Equal([0, 1, 2], kernel.Kernel.Outputs.Where(each => each.Place.Operand == 1)
            .Select(each => each.Place.Offset).Order());
    }

    [Fact]
    public void A_parameter_of_a_long_kernel_is_read_where_it_lies()
    {
        Schedule<double> schedule = CompilePipeline.Default.ScheduleOf(CompilePipeline.Default.GraphOf<double>(
            [[2], [1000]], (_, x) => [(x[0][0] + x[0][1] * x[1]).Square()])).Schedule;
        var kernel = Assert.IsType<ScheduledKernel<double>>(Assert.Single(schedule.Steps.ToArray()));
        Assert.Equal(1000, kernel.Shape.FlattenedLength);
        Assert.Equal([new(0, true), new(1, false)], kernel.Sources.OrderBy(each => each.Value));
    }

    [Fact]
    public void What_is_only_arithmetic_stays_a_vector()
    {
        Graph<double> graph = CompilePipeline.Default.GraphOf<double>(
            [[8], [8]], (_, x) => [((x[0] + x[1]) * x[1]).Sum()]);
        Assert.Same(graph, ScalarReplacement<double>.Run(graph));
    }

    [Fact]
    public void Zeros_around_a_slice_are_in_no_sum()
    {
        Graph<double> graph = CompilePipeline.Default.GraphOf<double>(
            [[4]], (tape, x) => [tape.Grad((x[0][0] * x[0][1] * x[0][3]).Sum(), x[0])!]);
        Graph<double> replaced = CommonSubexpressions.Run(Simplification.Run(ScalarReplacement<double>.Run(graph)));
        GraphVerifier.Verify(replaced);
        Assert.DoesNotContain(replaced.Nodes.ToArray(), node => node.Operator is AddOperator<double>);
    }

    [Fact]
    public void In_place_writes_are_seen()
    {
        static Variable<double> Function(Variable<double> x)
        {
            Variable<double> state = x[..4] * 2;
            Variable<double> before = state.Clone();
            state[1..3].Assign(before[0] * x[4..6]);
            state[3].AddInPlace(before[1] * x[0]);
            return state * before;
        }

        Tensor<double> input = Comparison.Wave<double>([6], 0.7);
        double[]?[] expected = Comparison.Chain<double>(x => [Function(x[0])], [input], Orders);
        Comparison.OnBothExecutors(() =>
        {
            Aggregate<double> compiled = Tested.Compile<double>(Function);
            Comparison.AssertSame(
                expected, Comparison.Chain<double>(x => compiled.InvokeAll(x), [input], Orders), 1e-11);
        });
    }

    [Fact]
    public void An_operator_is_asked_where_its_elements_come_from()
    {
        var maps = new ElementMaps<float>();
        ElementMap embedded = maps.Of(new EmbedOperator<float>(SliceBounds.Resolve([4], 0, 1, 3, 1), [4]), [[2]]);
        Assert.Equal(
            [[], [new(0, 0)], [new(0, 1)], []],
            Enumerable.Range(0, embedded.Length).Select(i => embedded[i].ToArray()));
        // More elements than a number has bits.
        ElementMap sums = maps.Of(new SumOperator<float>([0], false), [[30, 2]]);
        Assert.Equal(Enumerable.Range(0, 30).Select(i => new ElementSource(0, 2 * i + 1)), sums[1].ToArray());
    }

    [Fact]
    public void Elements_and_what_is_made_of_them_have_derivatives()
    {
        static Variable<double> Element(Variable<double> x, int index) => new ElementOperator<double>(index).Apply(x);
        double[]?[] expected = Comparison.Chain<double>(
            x => [Variable.Stack([x[0][1][0] * x[0][0][1], x[0][1][0].Exp()])], [Comparison.Wave<double>([2, 2], 0.7)],
            Orders);
        Comparison.AssertSame(expected, Comparison.Chain<double>(
            x => [new PackOperator<double>([2]).ApplyTo(
                [Element(x[0], 2) * Element(x[0], 1), Element(x[0], 2).Exp()])],
            [Comparison.Wave<double>([2, 2], 0.7)], Orders), 1e-12);
    }

    private static Schedule<double> ScheduleOf(Func<Variable<double>, Variable<double>> function) =>
        CompilePipeline.Default.ScheduleOf(CompilePipeline.Default.GraphOf<double>([[3]], (tape, x) =>
        {
            Variable<double> value = function(x[0]);
            return [value, tape.Grad(value, x[0])];
        })).Schedule;
}
