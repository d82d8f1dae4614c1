using System.Numerics;
using SimpleGrad.Tests.Tensors;

namespace SimpleGrad.Tests.Compiler;

/// <summary>Programs over (short axes, lanes) that run on one block of lanes after the other.</summary>
[Collection(nameof(ParallelismTests))]
public sealed class LaneTests
{
    private const int Rows = 6, Lanes = 8000, WithTail = 8009;

    [Theory, InlineData(Lanes), InlineData(WithTail)]
    public void Blocks_of_lanes_compute_what_eager_operators_do(int lanes)
    {
        Tensor<double>[] inputs = Inputs<double>(lanes);
        double[]?[] expected = Comparison.Chain<double>(Market, inputs, orders: 2);
        Comparison.OnBothExecutors(() =>
        {
            Aggregate<double> compiled = Tested.Compile<double>((Variable<double>[] x) => Market(x));
            Comparison.AssertSame(
                expected, Comparison.Chain<double>(x => compiled.InvokeAll(x), inputs, orders: 2), 1e-9);
        });
    }

    [Fact]
    public void Blocks_of_lanes_in_single_precision()
    {
        Tensor<float>[] inputs = Inputs<float>(2 * WithTail);
        double[]?[] expected = Comparison.Chain<float>(Market, inputs, orders: 1);
        Comparison.OnBothExecutors(() =>
        {
            Aggregate<float> compiled = Tested.Compile<float>((Variable<float>[] x) => Market(x));
            Comparison.AssertSame(
                expected, Comparison.Chain<float>(x => compiled.InvokeAll(x), inputs, orders: 1), 2e-4);
        });
    }

    [Theory, MemberData(nameof(Operators))]
    public void Operators_work_on_blocks(string name)
    {
        Func<Variable<double>, Variable<double>> op = _operators[name];
        Func<Variable<double>[], Variable<double>[]> function = x => [Around(op, x[0], x[1])];
        Assert.NotEmpty(BlocksOf(function, [Rows, WithTail], [Rows, 1]));
        Tensor<double>[] inputs =
            [Comparison.Wave<double>([Rows, WithTail], 0.7), Comparison.Wave<double>([Rows, 1], 1.3)];
        double[]?[] expected = Comparison.Chain<double>(function, inputs, orders: 1);
        Comparison.OnBothExecutors(() =>
        {
            Aggregate<double> compiled = Tested.Compile(function);
            Comparison.AssertSame(
                expected, Comparison.Chain<double>(x => compiled.InvokeAll(x), inputs, orders: 1), 1e-9);
        });
    }

    public static TheoryData<string> Operators => [.. _operators.Keys];

    private static readonly Dictionary<string, Func<Variable<double>, Variable<double>>> _operators = new()
    {
        ["slice"] = x => x[1..4],
        ["row"] = x => x[2] + x[4],
        ["cumsum"] = x => x.CumSum(0),
        ["cumprod"] = x => x.CumProd(0),
        ["logcumsumexp"] = x => x.LogCumSumExp(0),
        ["flip"] = x => x.Flip(0),
        ["pad"] = x => x.PadAxis(0, 2, 1),
        ["amax"] = x => x.Amax([0]),
        ["sum of rows"] = x => x.Sum([0]),
        ["mean of lanes"] = x => x * x.Mean([1], keepDims: true),
        ["mean"] = x => x * x.Mean(),
        ["stack"] = x => Variable.Stack([x[0], x[3], x[1]]),
        ["concatenate"] = x => Variable.Concatenate([x[2..], x[..3]]),
        ["reshape"] = x => x.Reshape(2, 3, x.Shape[1]).CumSum(1),
        ["permute"] = x => x.Reshape(2, 3, x.Shape[1]).Permute(1, 0, 2).CumSum(0),
        ["rows by index"] = x => x.IndexSelect(0, Tensor.Create<int>([4, 0, 4])),
        ["lanes turned"] = x => x.Flip(1) * x,
        ["running along lanes"] = x => x.CumSum(1) * 1e-3,
        ["expansion"] = x => x[0].Unsqueeze(0).Expand(3, x.Shape[1]) * x[..3],
    };

    [Fact]
    public void What_stays_inside_is_in_the_memory_of_a_block()
    {
        LaneBlock<double>[] blocks = [.. BlocksOf(x => Market(x), [Rows, 1], [Rows, WithTail], [4, WithTail])];
        Assert.Equal(2, blocks.Length);
        Assert.InRange(blocks[0].Length, 128, 4096);
        Assert.Equal(WithTail % blocks[0].Length, blocks[1].Length);
        Assert.All(blocks[0].Graph.Nodes.ToArray(), node => Assert.DoesNotContain(WithTail, node.Shape));
    }

    [Fact]
    public void Blocks_of_equal_length_are_preferred()
    {
        LaneBlock<double> block = Assert.Single(BlocksOf(x => Market(x), [Rows, 1], [Rows, Lanes], [4, Lanes]));
        Assert.Equal(0, Lanes % block.Length);
    }

    [Fact]
    public void The_last_block_is_not_much_shorter()
    {
        LaneBlock<double>[] blocks = [.. BlocksOf(x => Market(x), [Rows, 1], [Rows, WithTail], [4, WithTail])];
        int count = (WithTail + blocks[0].Length - 1) / blocks[0].Length;
        Assert.InRange(blocks[0].Length - blocks[1].Length, 1, 8 * count);
    }

    [Fact]
    public void Small_programs_and_programs_over_one_row_have_no_blocks_of_lanes()
    {
        Assert.Empty(BlocksOf(x => Market(x), [Rows, 1], [Rows, 1100], [4, 1100]));
        Assert.Empty(BlocksOf(
            x => [Enumerable.Range(0, 40).Aggregate(x[0], (y, _) => (y * x[1]).Tanh())], [2_000_000], [2_000_000]));
    }

    [Fact]
    public void Layers_of_features_have_no_blocks_of_lanes() => Assert.Empty(BlocksOf(
        x => [((x[0] + x[1]).Gelu() * x[2]).MatMul(x[3]).Tanh()], [4096, 512], [512], [512], [512, 512]));

    [Fact]
    public void Results_do_not_depend_on_the_number_of_threads()
    {
        int threads = Parallelism.ThreadCount;
        try
        {
            TensorFunction<double, Tensor<double>[]> run = TensorFunction.Of<double>(x =>
            {
                Variable<double> value = Market(x)[0];
                return [value, .. x[0].Tape.Grad(value, x, zeros: true)!];
            }).Compile();
            Tensor<double>[] inputs = Inputs<double>(WithTail);
            long[][] results = [.. new[] { 1, 2, 3, 8 }.Select(count =>
            {
                Parallelism.ThreadCount = count;
                return run.Invoke(inputs).SelectMany(each => each.ToArray()).Select(BitConverter.DoubleToInt64Bits)
                    .ToArray();
            })];
            Assert.All(results, each => Assert.Equal(results[0], each));
        }
        finally
        {
            Parallelism.ThreadCount = threads;
        }
    }

    [Fact]
    public void Inputs_with_gaps_are_read_as_they_are()
    {
        Tensor<double>[] whole = Inputs<double>(WithTail);
        Tensor<double> wide = Comparison.Wave<double>([2 * Rows, WithTail + 5], 0.4);
        Tensor<double>[] inputs = [whole[0], wide.Slice(0, 0, null, 2).Slice(1, 3, WithTail + 3), whole[2]];
        double[]?[] expected = Comparison.Chain<double>(Market, inputs, orders: 1);
        Comparison.OnBothExecutors(() =>
        {
            Aggregate<double> compiled = Tested.Compile<double>((Variable<double>[] x) => Market(x));
            Comparison.AssertSame(
                expected, Comparison.Chain<double>(x => compiled.InvokeAll(x), inputs, orders: 1), 1e-9);
        });
    }

    [Fact]
    public void Explanations_say_how_lanes_run()
    {
        TensorFunction<double, Tensor<double>[]> run = TensorFunction.Of<double>(x => [Market(x)[0]]).Compile();
        string text = run.Explain([[Rows, 1], [Rows, Lanes], [4, Lanes]], new() { Passes = true });
        Assert.Contains($"// {Lanes} lanes in blocks of ", text);
        Assert.Contains("// after lanes:", text);
        Assert.Contains("// after lanes, for ", text);
    }

    /// <summary>A small LIBOR market: rates in rows, of which each step takes one away.</summary>
    private static Variable<T>[] Market<T>(Variable<T>[] x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (Variable<T> lambda, Variable<T> rates, Variable<T> z) = (x[0], x[1] * 0.01 + 0.05, x[2]);
        Variable<T> discount = z[0] * 0 + 1, last = z[0];
        for (int n = 0; n < 4; n++)
        {
            discount *= 1 + 0.05 * rates[0];
            rates = rates[1..];
            Variable<T> volatility = 0.1 * lambda[..(Rows - n - 1)];
            Variable<T> drift = (volatility * rates / (1 + 0.05 * rates)).CumSum(0);
            rates *= (volatility * (drift + z[n])).Exp();
            last = rates[0] / discount;
        }
        return [(last - 0.05).Maximum(0).Mean(), last, rates.Mean([1])];
    }

    private static Tensor<T>[] Inputs<T>(int lanes) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
    [
        Comparison.Wave<T>([Rows, 1], 0.7), Comparison.Wave<T>([Rows, lanes], 1.3),
        Comparison.Wave<T>([4, lanes], 0.3),
    ];

    /// <summary>An operator amid others over (rows, lanes).</summary>
    private static Variable<double> Around(
        Func<Variable<double>, Variable<double>> op, Variable<double> x, Variable<double> column)
    {
        for (int i = 0; i < 8; i++)
            x = ((x + column).Sin() * 0.5 + x.CumSum(0) * 0.1).Tanh() + column;
        Variable<double> y = op(x);
        for (int i = 0; i < 8; i++)
            y = (y * 1.5).Sin() + y.CumSum(0) * 0.1;
        return y;
    }

    private static IEnumerable<LaneBlock<double>> BlocksOf(
        Func<Variable<double>[], Variable<double>?[]> function, params Shape[] shapes)
    {
        Graph<double> graph = CompilePipeline.Default.GraphOf<double>(shapes, (_, x) => function(x));
        return Lanes<double>.BlocksOf(CompilePipeline.Default.ScheduleOf(graph).Schedule.Graph);
    }
}
