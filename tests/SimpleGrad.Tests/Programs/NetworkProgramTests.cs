using System.Numerics;
using SimpleGrad.Bench.Programs.Models;
using SimpleGrad.Tests.Compiler;

namespace SimpleGrad.Tests.Programs;

/// <summary>Training steps with labels and tokens as inputs, derivatives in a loss, and an implicit function.</summary>
public sealed class NetworkProgramTests
{
    [Theory, InlineData("perceptron"), InlineData("convolution"), InlineData("transformer")]
    public void A_training_step(string kind)
    {
        const int batch = 3;
        (Networks.Loss loss, int[][] shapes) = kind switch
        {
            "perceptron" => (new Networks.Loss(Networks.Perceptron), Networks.PerceptronShapes),
            "convolution" => (Networks.Convolution, Networks.ConvolutionShapes),
            _ => (Networks.Transformer, Networks.TransformerShapes),
        };
        Tensor<double>[] parameters = Networks.Initial(shapes);
        Tensor<double>[] x =
        [
            .. parameters, .. parameters.Select(each => 0.1 * each), .. parameters.Select(each => each * each),
            Tensor.Scalar(2.0),
            kind == "transformer" ? Tensor.Scalar(1.0) : Comparison.Wave<double>([batch, Networks.Pixels], 0.7),
        ];
        Variable<double>[] Step(Variable<double>[] v, Tensor<int>[] indices) => Networks.Step(loss, v, indices);
        Comparison.OnBothExecutors(() =>
        {
            var compiled = TensorFunction.Of<double>(Step).Compile(Tested.Pipeline);
            for (int call = 1; call <= 2; call++)
            {
                Tensor<int>[] indices = kind == "transformer"
                    ? [
                        Some(call, Networks.Vocabulary, batch, Networks.Sequence),
                        Some(call, Networks.Vocabulary, batch * Networks.Sequence),
                    ]
                    : [Some(call, Networks.Classes, batch)];
                Comparison.AssertSame(
                    [.. TensorFunction.Of<double>(Step).Invoke(x, indices).Select(each => each.ToArray())],
                    [.. compiled.Invoke(x, indices).Select(each => each.ToArray())], 1e-10);
            }
        });

        // One direction of all parameters against a difference of losses.
        Tensor<int>[] labels = kind == "transformer"
            ? [Some(1, Networks.Vocabulary, batch, Networks.Sequence),
                Some(1, Networks.Vocabulary, batch * Networks.Sequence)]
            : [Some(1, Networks.Classes, batch)];
        GradientCheck.Run(
            t => loss(
                [.. parameters.Select((each, i) =>
                    t.Tape.Constant(each) + t * t.Tape.Constant(Comparison.Wave<double>(each.Shape, 1 + i)))],
                t.Tape.Constant(x[^1]), labels),
            Tensor.Scalar(0.01), order: 1, tolerance: 1e-5).ThrowIfWrong();
    }

    [Fact]
    public void Derivatives_inside_a_loss()
    {
        Tensor<double>[] inputs = [.. HeatNetwork.Parameters(width: 3), HeatNetwork.Points(count: 4)];
        GradientCheck.Run(
            x => HeatNetwork.Loss(x, x[0].Tape.Constant(inputs[^1])), inputs[..^1], order: 1, tolerance: 1e-5)
            .ThrowIfWrong();
        ProgramCheck.IsAsEager(
            ProgramCheck.WithGradient(x => HeatNetwork.Loss(x[..^1], x[^1]), wanted: 6), inputs);
    }

    /// <summary>The discount factors follow from one another, so a program without root finding has them.</summary>
    [Fact]
    public void A_curve_by_root_finding()
    {
        double[] quotes = CurveBootstrap.Quotes.ToArray();
        ProgramCheck.Gives(
            ProgramCheck.WithGradient(x => CurveBootstrap.Swap(x[0])), [CurveBootstrap.Quotes],
            [[ComplexStep.Value(OneByOne, quotes)], ComplexStep.Gradient(OneByOne, quotes)], 1e-10);

        static Complex OneByOne(Complex[] quotes)
        {
            Complex sum = 0;
            var factors = new Complex[quotes.Length];
            for (int i = 0; i < quotes.Length; i++)
            {
                factors[i] = (1 - quotes[i] * sum) / (1 + quotes[i]);
                sum += factors[i];
            }
            return factors[1] - factors[16] - 0.035 * factors[2..17].Aggregate(Complex.Add);
        }
    }

    private static Tensor<int> Some(int seed, int below, params int[] shape) => Tensor.Create<int>(
        [.. Enumerable.Range(1, shape.Aggregate(1, (x, y) => x * y)).Select(i => (i * i + seed * i) % below)],
        Shape.Create(shape));
}
