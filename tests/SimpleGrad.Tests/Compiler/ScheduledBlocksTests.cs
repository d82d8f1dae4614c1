using SimpleGrad.Tests.Tensors;

namespace SimpleGrad.Tests.Compiler;

/// <summary>Kernels that run one after the other on a block of elements, and then on the next.</summary>
[Collection(nameof(ParallelismTests))]
public sealed class ScheduledBlocksTests
{
    private const int Steps = 60;

    [Theory, InlineData(1), InlineData(5), InlineData(300), InlineData(5000), InlineData(70_001)]
    public void Blocked_kernels_compute_what_eager_operators_do(int length)
    {
        Tensor<double>[] inputs = [Comparison.Wave<double>([length], 0.7), Comparison.Wave<double>([length], 1.3)];
        double[]?[] expected = Comparison.Chain<double>(x => [Walk(x[0], x[1])], inputs, orders: 2);
        Comparison.OnBothExecutors(() =>
        {
            Aggregate<double> compiled = Tested.Compile<double>((Variable<double>[] x) => [Walk(x[0], x[1])]);
            Comparison.AssertSame(
                expected, Comparison.Chain<double>(x => compiled.InvokeAll(x), inputs, orders: 2), 1e-9);
        });
    }

    [Fact]
    public void Values_between_the_kernels_are_in_buffers_of_a_block()
    {
        (Schedule<double> schedule, MemoryPlan plan) = ScheduleOf(x => [Walk(x[0], x[1]).Sum()], [5000], [5000]);
        var step = Assert.IsType<ScheduledBlocks<double>>(Assert.Single(schedule.Steps.ToArray()));
        Assert.True(step.Parts.Length > 2);
        Assert.NotEmpty(step.Locals);
        Assert.True(step.BufferCount < step.Locals.Length);
        Assert.InRange(step.BlockLength, 256, 2048);
        Assert.All(step.Locals, local => Assert.Equal(MemoryPlan.NoBuffer, plan.BufferOf[local.Value]));
        Assert.Equal(1, plan.PeakLength); // the sum
    }

    [Fact]
    public void Results_do_not_depend_on_the_number_of_threads()
    {
        int threads = Parallelism.ThreadCount;
        try
        {
            var run = Derivatives.ValueAndGrad<double>((x, y) => Walk(x, y).Sum()).Compile();
            Tensor<double> x = Comparison.Wave<double>([20_011], 0.7), y = Comparison.Wave<double>([20_011], 1.3);
            long[][] results = [.. new[] { 1, 2, 3, 8 }.Select(count =>
            {
                Parallelism.ThreadCount = count;
                (Tensor<double> value, Tensor<double> dx, Tensor<double> dy) = run.Invoke(x, y);
                return (long[])[.. ((double[])[value.Item(), .. dx.ToArray(), .. dy.ToArray()])
                    .Select(BitConverter.DoubleToInt64Bits)];
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
        Tensor<double> wide = Comparison.Wave<double>([600, 2], 0.7);
        Tensor<double>[] inputs = [wide[.., 0..1], wide[.., 1..2]];
        double[]?[] expected = Comparison.Chain<double>(x => [Walk(x[0], x[1])], inputs, orders: 1);
        Comparison.OnBothExecutors(() =>
        {
            Aggregate<double> compiled = Tested.Compile<double>((Variable<double>[] x) => [Walk(x[0], x[1])]);
            Comparison.AssertSame(
                expected, Comparison.Chain<double>(x => compiled.InvokeAll(x), inputs, orders: 1), 1e-9);
        });
    }

    [Fact]
    public void A_kernel_that_reads_a_sum_waits_for_all_blocks()
    {
        Func<Variable<double>[], Variable<double>[]> function = x =>
        {
            Variable<double> y = Walk(x[0], x[0] * 2);
            return [Walk(y / y.Sum(), x[0])];
        };
        (Schedule<double> schedule, _) = ScheduleOf(function, [3000]);
        Assert.Equal(2, schedule.Steps.ToArray().OfType<ScheduledBlocks<double>>().Count());
        Tensor<double>[] inputs = [Comparison.Wave<double>([3000], 0.7)];
        double[]?[] expected = Comparison.Chain(function, inputs, orders: 0);
        Comparison.OnBothExecutors(() =>
        {
            Aggregate<double> compiled = Tested.Compile(function);
            Comparison.AssertSame(
                expected, Comparison.Chain<double>(x => compiled.InvokeAll(x), inputs, orders: 0), 1e-9);
        });
    }

    [Fact]
    public void Slices_are_taken_before_the_kernels_that_read_them()
    {
        (Schedule<double> schedule, _) = ScheduleOf(
            x =>
            {
                Variable<double> y = x[0][0];
                for (int i = 1; i < Steps; i++)
                    y = Walk(y, x[0][i], 3);
                return [y.Sum()];
            },
            [Steps, 500]);
        Assert.Single(schedule.Steps.ToArray(), step => step is ScheduledBlocks<double>);
        Assert.DoesNotContain(schedule.Steps.ToArray(), step => step is ScheduledKernel<double>);
    }

    [Fact]
    public void The_verifier_refuses_what_blocks_must_not_have()
    {
        (Schedule<double> schedule, _) = ScheduleOf(x => [Walk(x[0], x[1]).Sum()], [5000], [5000]);
        var step = (ScheduledBlocks<double>)schedule.Steps[0];
        Refuses("before it is computed in a block", step with { Parts = [.. step.Parts.Reverse()] });
        Refuses("which is nowhere", step with { Locals = step.Locals[1..] });
        ScheduledBlocks<double>.Local[] one = [.. step.Locals.Select(local => local with { Buffer = 0 })];
        Refuses("value", step with { Locals = one });

        void Refuses(string mistake, ScheduledBlocks<double> wrong) => Assert.Contains(
            mistake,
            Assert.Throws<InvalidOperationException>(() => ScheduleVerifier.Verify(new Schedule<double>(
                schedule.Graph, schedule.Values.ToArray(), schedule.InputCount, schedule.Outputs.ToArray(),
                [wrong]))).Message);
    }

    private static Variable<double> Walk(Variable<double> x, Variable<double> y, int steps = Steps)
    {
        for (int i = 0; i < steps; i++)
            (x, y) = (x + 0.02 * (y - x) * (1 + 0.1 * i), y + 0.01 * (x * (2 - y) - y));
        return x * y;
    }

    private static (Schedule<double> Schedule, MemoryPlan Plan) ScheduleOf(
        Func<Variable<double>[], Variable<double>[]> function, params Shape[] shapes)
    {
        var pipeline = new CompilePipeline(new StageVerifier());
        return pipeline.ScheduleOf(pipeline.GraphOf<double>(shapes, (_, x) => function(x)));
    }
}
