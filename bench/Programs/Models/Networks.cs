namespace SimpleGrad.Bench.Programs.Models;

/// <summary>Losses of three networks, whose labels and tokens are indices; and a training step with Adam.</summary>
internal static class Networks
{
    public const int Pixels = 64, Hidden = 96, Classes = 10, Vocabulary = 50, Width = 32, Sequence = 16, Heads = 4;

    public delegate Variable<double> Loss(Variable<double>[] parameters, Variable<double> data, Tensor<int>[] indices);

    /// <summary>Small numbers of the shapes of a network's parameters.</summary>
    public static Tensor<double>[] Initial(int[][] shapes) =>
    [
        .. shapes.Select((shape, i) => Tensor.RandomNormal<double>(Shape.Create(shape), new Random(i + 1))
            * (shape.Length == 1 ? 0.1 : 1 / Math.Sqrt(shape.Skip(1).Aggregate(1, (x, y) => x * y)))),
    ];

    public static int[][] PerceptronShapes => [[Hidden, Pixels], [Hidden], [Classes, Hidden], [Classes]];

    public static Variable<double> Perceptron(Variable<double>[] p, Variable<double> images, Tensor<int>[] indices) =>
        images.Linear(p[0], p[1]).Tanh().Linear(p[2], p[3]).CrossEntropy(indices[0]);

    public static int[][] ConvolutionShapes => [[8, 1, 3, 3], [8], [16, 8, 3, 3], [16], [Classes, 64], [Classes]];

    public static Variable<double> Convolution(Variable<double>[] p, Variable<double> images, Tensor<int>[] indices)
    {
        Variable<double> x = images.Reshape(-1, 1, 8, 8);
        x = x.Conv2d(p[0], p[1], padding: 1).Relu().MaxPool2d(2);
        x = x.Conv2d(p[2], p[3], padding: 1).Relu().MaxPool2d(2);
        return x.Flatten(1).Linear(p[4], p[5]).CrossEntropy(indices[0]);
    }

    public static int[][] TransformerShapes =>
    [
        [Vocabulary, Width], [Sequence, Width], [3 * Width, Width], [Width, Width], [Width], [Width],
        [4 * Width, Width], [4 * Width], [Width, 4 * Width], [Width], [Width], [Width], [Vocabulary, Width],
    ];

    /// <summary>One block that says which token comes next; the batch is that of the tokens.</summary>
    public static Variable<double> Transformer(Variable<double>[] p, Variable<double> scale, Tensor<int>[] indices)
    {
        Variable<double> x = p[0].Embedding(indices[0]) + p[1];
        int batch = x.Shape[0];
        Variable<double>[] qkv =
        [
            .. x.LayerNorm([Width], 1 + p[4], p[5]).Linear(p[2]).Chunk(3, 2)
                .Select(each => each.Reshape(batch, Sequence, Heads, Width / Heads).Transpose(1, 2)),
        ];
        Variable<double> attention = Variable.ScaledDotProductAttention(qkv[0], qkv[1], qkv[2], isCausal: true);
        x += attention.Transpose(1, 2).Reshape(batch, Sequence, Width).Linear(p[3]);
        x += x.LayerNorm([Width], 1 + p[10], p[11]).Linear(p[6], p[7]).Gelu().Linear(p[8], p[9]);
        return (scale * x.Linear(p[12])).Reshape(batch * Sequence, Vocabulary).CrossEntropy(indices[1]);
    }

    /// <summary>A step of Adam: of the inputs, first parameters, then both moments, then the number of the step and the
    /// data. It gives the loss and all of the former anew.</summary>
    public static Variable<double>[] Step(Loss loss, Variable<double>[] x, Tensor<int>[] indices)
    {
        const double rate = 1e-3, decay = 0.9, decaySquares = 0.999;
        int count = (x.Length - 2) / 3;
        Variable<double> step = x[^2], value = loss(x[..count], x[^1], indices);
        Variable<double>[] gradients = value.Tape.Grad(value, x[..count], zeros: true)!;
        Variable<double> first = 1 - (step * Math.Log(decay)).Exp(), second = 1 - (step * Math.Log(decaySquares)).Exp();
        var results = new Variable<double>[3 * count + 1];
        results[0] = value;
        for (int i = 0; i < count; i++)
        {
            Variable<double> g = gradients[i];
            Variable<double> m = decay * x[count + i] + (1 - decay) * g;
            Variable<double> v = decaySquares * x[2 * count + i] + (1 - decaySquares) * g.Square();
            results[1 + i] = x[i] - rate * (m / first) / ((v / second).Sqrt() + 1e-8);
            results[1 + count + i] = m;
            results[1 + 2 * count + i] = v;
        }
        return results;
    }
}
