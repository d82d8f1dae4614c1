namespace SimpleGrad.Tests.Compiler;

/// <summary>Values with a short last axis are replaced by their parts along it, and all is as it was.</summary>
public sealed class LastAxisTests
{
    private static readonly (string Name, Func<Variable<double>, Variable<double>> Function)[] _cases =
    [
        ("distances", x => (x.Unsqueeze(1) - x.Unsqueeze(0)).Square().Sum(2) + 1),
        ("distances with a root", x => ((x.Unsqueeze(1) - x.Unsqueeze(0)).Square().Sum(-1) + 0.1).Sqrt().Sum()),
        ("slices", x => x.Slice(1, 0, 2) * x.Slice(1, 1, 3)),
        ("elements", x => x.Select(1, 0) * x.Select(1, 2) + x.Select(1, 1).Sin()),
        ("stack", x => Variable.Stack([x.Select(1, 0) * 2, x.Select(1, 2).Exp()], 1)),
        ("concatenate", x => Variable.Concatenate([x.Slice(1, 0, 2), x.Square()], 1).Sum(1)),
        ("concatenate rows", x => Variable.Concatenate([x.Slice(0, 0, 5), x.Square()], 0).Sum(1)),
        ("slice of rows", x => (x.Slice(0, 2, 30) * x.Slice(0, 5, 33)).Sum(1)),
        ("norm of rows", x => x / (x.Square().Sum(1, keepDims: true) + 1).Sqrt()),
        ("times a vector", x => (x * x.Tape.Constant(Tensor.Create<double>([1, 2, 3]))).Sum(1)),
        ("sum over rows", x => (x - x.Sum(0) / 40).Square().Sum(1)),
        ("sum over both", x => x.Square().Sum([0, 1]) * x.Sum(1)),
        ("cross product", x => Variable.Stack([x.Select(1, 1) * x.Select(1, 2), x.Select(1, 2) * x.Select(1, 0)], 1)),
        ("permute", x => x.Reshape(8, 5, 3).Permute(1, 0, 2).Square().Sum(2)),
        ("reshape", x => x.Reshape(4, 10, 3).Sum(2) * x.Reshape(4, 10, 3).Select(2, 1)),
        ("an opaque operator between", x => x.Square().CumSum(0).Sum(1)),
        ("an opaque operator along", x => x.Softmax(1).Select(1, 0) * x.Sum(1)),
        ("pad", x => x.PadAxis(1, 1, 0).Square().Sum(1)),
        ("strong zero", x => (1 / (x - x)).Select(1, 0).Detach() * 0 + x.Slice(1, 1, 3).Sum(1)),
    ];

    public static TheoryData<string> Cases => [.. _cases.Select(each => each.Name)];

    [Theory, MemberData(nameof(Cases))]
    public void Compiled_equals_eager(string name)
    {
        Func<Variable<double>, Variable<double>> function = _cases.Single(each => each.Name == name).Function;
        Tensor<double> rows = Comparison.Wave<double>([40, 3], 0.7);
        foreach (Tensor<double> input in (Tensor<double>[])[rows, Comparison.Wave<double>([3, 40], 0.7).Transpose()])
        {
            double[]?[] expected = Comparison.Chain<double>(x => [function(x[0])], [input], 2);
            Comparison.OnBothExecutors(() =>
            {
                Aggregate<double> compiled = Tested.Compile(function);
                Comparison.AssertSame(
                    expected, Comparison.Chain<double>(x => compiled.InvokeAll(x), [input], 2), 1e-10);
            });
        }
    }

    [Fact]
    public void Sums_along_the_last_axis_are_in_the_kernel()
    {
        CompilePipeline pipeline = CompilePipeline.Default;
        Graph<double> together = pipeline.GraphOf<double>([[64, 3]], (_, x) =>
            [(x[0].Unsqueeze(1) - x[0].Unsqueeze(0)).Square().Sum(2).Tanh()]);
        ScheduledKernel<double> kernel = Assert.Single(pipeline.ScheduleOf(together).Schedule.Steps.ToArray()
            .OfType<ScheduledKernel<double>>());
        Assert.Equal([64, 64], kernel.Shape);
        // Three differences and their squares, two additions, and the function.
        Assert.Equal(9, kernel.Kernel.Operations.Length);
    }

    [Fact]
    public void Where_nothing_works_along_the_last_axis_it_stays()
    {
        Graph<double> graph = CompilePipeline.Default.GraphOf<double>(
            [[100, 3]], (_, x) => [(x[0].Exp() * x[0]).Sum(0)]);
        Assert.Same(graph, LastAxis<double>.Run(graph));
    }
}
