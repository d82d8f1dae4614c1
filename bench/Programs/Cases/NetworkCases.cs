using SimpleGrad.Bench.Programs.Models;

namespace SimpleGrad.Bench.Programs.Cases;

/// <summary>
/// Training steps with Adam, whose labels and tokens are indices; and the gradient of a network with
/// derivatives in its loss. bench/SideBySide has the digits network beside libtorch.
/// </summary>
internal static class NetworkCases
{
    public static IEnumerable<Case> All() =>
    [
        .. ((int[])[32, 256]).SelectMany(batch => (Case[])
        [
            Step("perceptron", Networks.Perceptron, Networks.PerceptronShapes, batch, isText: false),
            Step("convolution", Networks.Convolution, Networks.ConvolutionShapes, batch, isText: false),
            Step("transformer", Networks.Transformer, Networks.TransformerShapes, batch, isText: true),
        ]),
        new("networks", "heat equation, 500 points", Ours.Compiled("compiled", HeatGradient, HeatInputs),
            Ours.Eager(HeatGradient, HeatInputs)),
        new("bootstrap", "20 swaps", Ours.Compiled("compiled", BootstrapGradient, () => [CurveBootstrap.Quotes]),
            Ours.Eager(BootstrapGradient, () => [CurveBootstrap.Quotes])),
    ];

    private static TensorFunction<double, Tensor<double>[]> HeatGradient() =>
        Ours.Gradient(x => HeatNetwork.Loss(x[..^1], x[^1]), wanted: 6);

    private static Tensor<double>[] HeatInputs() => [.. HeatNetwork.Parameters(), HeatNetwork.Points()];

    private static TensorFunction<double, Tensor<double>[]> BootstrapGradient() =>
        Ours.VectorGradient(CurveBootstrap.Swap);

    private static Case Step(string name, Networks.Loss loss, int[][] shapes, int batch, bool isText)
    {
        return new("networks", $"{name}, batch {batch}", new Way("compiled", Compiled), new Way("eager", Eager));

        TensorFunction<double, Tensor<double>[]> Function() =>
            TensorFunction.Of<double>((x, indices) => Networks.Step(loss, x, indices));

        Tensor<double>[] Inputs()
        {
            Tensor<double>[] parameters = Networks.Initial(shapes);
            Tensor<double>[] zeros = [.. parameters.Select(each => 0 * each)];
            return
            [
                .. parameters, .. zeros, .. zeros, Tensor.Scalar(1.0),
                isText ? Tensor.Scalar(1.0) : Tensor.Random<double>([batch, Networks.Pixels], new Random(1)),
            ];
        }

        Tensor<int>[] Indices() => isText
            ? [
                Drawn(Networks.Vocabulary, batch, Networks.Sequence),
                Drawn(Networks.Vocabulary, batch * Networks.Sequence),
            ]
            : [Drawn(Networks.Classes, batch)];

        Run Compiled()
        {
            (var compiled, Tensor<double>[] x, Tensor<int>[] indices) = (Function().Compile(), Inputs(), Indices());
            Tensor<double>?[]? results = null;
            return () =>
            {
                if (results is null)
                    results = [.. compiled.Invoke(x, indices)];
                else
                    compiled.InvokeInto(results, x, indices);
                return Ours.Numbers(results!);
            };
        }

        Run Eager()
        {
            (var eager, Tensor<double>[] x, Tensor<int>[] indices) = (Function(), Inputs(), Indices());
            return () => Ours.Numbers(eager.Invoke(x, indices));
        }
    }

    private static Tensor<int> Drawn(int below, params int[] shape)
    {
        var random = new Random(below);
        return Tensor.Create<int>(
            [.. Enumerable.Range(0, shape.Aggregate(1, (x, y) => x * y)).Select(_ => random.Next(below))],
            Shape.Create(shape));
    }
}
