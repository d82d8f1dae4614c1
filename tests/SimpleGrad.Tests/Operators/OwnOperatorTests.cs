using System.Numerics;

namespace SimpleGrad.Tests.Operators;

/// <summary>Users' operators have what the library's have: vectors, kernels, batches, sparsity, a notation.</summary>
public sealed class OwnOperatorTests
{
    private static readonly double[] _numbers = [.. Enumerable.Range(0, 37).Select(i => Math.Sin(i) * 3)];

    private static readonly Tensor<double> _x = Tensor.Create(_numbers), _y = Tensor.Create([.. _numbers.Reverse()]);

    [Fact]
    public void An_element_has_one_value_wherever_it_is()
    {
        double[] expected = Array.ConvertAll(_numbers, x => (x + Math.Sqrt(x * x + 4)) / 2);
        Assert.Equal(expected, SquarePlus<double>.Instance.Compute(_x).ToArray());
        Assert.Equal(expected, SquarePlus<double>.Instance.Compute(_x.Expand([2, 37])).ToArray()[37..]);
        Assert.Equal(expected[5], SquarePlus<double>.Instance.Compute(Tensor.Scalar(_numbers[5])).Item());
        Assert.Equal(expected, SquarePlusCompiled().Invoke(_x).ToArray());
        float[] singles = Array.ConvertAll(_numbers, x => (float)x);
        Assert.Equal(
            Array.ConvertAll(singles, x => (x + MathF.Sqrt(x * x + 4)) / 2),
            SquarePlus<float>.Instance.Compute(Tensor.Create(singles)).ToArray());
    }

    [Fact]
    public void Operands_broadcast()
    {
        Tensor<double> column = Tensor.Create([0.5, -1], [2, 1]);
        Tensor<double> result = SmoothMaximum.Instance.Compute(column, _x);
        Assert.Equal([2, 37], result.Shape);
        double exact = (-1 + _numbers[3] + Math.Sqrt(Math.Pow(-1 - _numbers[3], 2) + 1)) / 2;
        Assert.Equal(exact, result.ToArray()[40], 1e-14);
        Assert.Equal([2, 37], Step.Instance.Compute(_x, column, Tensor.Scalar(0.1)).Shape);
        Assert.Equal(
            Array.ConvertAll(_numbers, x => x > 0.25 ? 2 : 0.1),
            Step.Instance.Compute(_x, Tensor.Scalar(2.0), Tensor.Scalar(0.1)).ToArray());
    }

    [Fact]
    public void Derivatives_of_every_order_are_right()
    {
        GradientCheck.Run(x => SquarePlus<double>.Instance.Apply(x), _x[0..5], order: 3).ThrowIfWrong();
        GradientCheck.Run(x => SmoothMaximum.Instance.Apply(x[0], x[1]), [_x[0..5], _y[0..5]]).ThrowIfWrong();
        GradientCheck.Run(x => Flipped.Instance.Apply(x) * x, _x[0..5], order: 2).ThrowIfWrong();
    }

    [Fact]
    public void They_are_part_of_kernels_and_printed_there()
    {
        var compiled = TensorFunction.Of<double>((x, y) =>
            SmoothMaximum.Instance.Apply(2 * SquarePlus<double>.Instance.Apply(x), y) + 1).Compile();
        Tensor<double> expected = SmoothMaximum.Instance.Compute(2 * SquarePlus<double>.Instance.Compute(_x), _y) + 1;
        Assert.Equal(expected.ToArray(), compiled.Invoke(_x, _y).ToArray());
        string text = compiled.Explain();
        Assert.Contains("// kernel over (37,): 4 operators", text);
        Assert.DoesNotContain("with the library's own kernel", text);
        Assert.Contains("SmoothMaximum(", text);
        Assert.Contains(".SquarePlus()", text);
    }

    [Fact]
    public void They_apply_to_batches_at_once()
    {
        Tensor<double> batch = Tensor.Create<double>(_numbers.AsSpan(0, 36), [4, 9]);
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(batch), shift = tape.Variable(0.5);
        Variable<double> all = Transform.Vmap(
            example => Flipped.Instance.Apply(
                SmoothMaximum.Instance.Apply(shift, SquarePlus<double>.Instance.Apply(example))), x);
        // Once to see what the function does to one example, and once for all.
        foreach (string name in new[] { "square_plus", "smooth_maximum", "flipped" })
            Assert.Equal(2, tape.Entries.Count(entry => entry.Operator == name));
        for (int i = 0; i < 4; i++)
        {
            Tensor<double> each = Tensor.Create<double>(_numbers.AsSpan(9 * i, 9));
            Tensor<double> one = SmoothMaximum.Instance.Compute(
                Tensor.Scalar(0.5), SquarePlus<double>.Instance.Compute(each));
            Assert.Equal(one.ToArray().Reverse(), all.Value.ToArray()[(9 * i)..(9 * i + 9)]);
        }
    }

    [Fact]
    public void Their_derivatives_are_sparse()
    {
        SparseMatrix<double> diagonal = Derivatives.SparseJacobian<double>(
            x => SmoothMaximum.Instance.Apply(SquarePlus<double>.Instance.Apply(x), x * x), _x);
        Assert.Equal(37, diagonal.Count);
        SparseMatrix<double> flipped = Derivatives.SparseJacobian<double>(
            x => Flipped.Instance.Apply(x) * 2, _x);
        Assert.Equal(37, flipped.Count);
        Assert.Equal(2, flipped.ToDense().ToArray()[3 * 37 + 33]);
    }

    private static TensorFunction<double, Tensor<double>> SquarePlusCompiled() =>
        TensorFunction.Of<double>(x => SquarePlus<double>.Instance.Apply(x)).Compile();

    /// <summary>(x + sqrt(x² + 4)) / 2.</summary>
    private sealed class SquarePlus<T> : UnaryElementwiseOperator<T, SquarePlusFunction>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static SquarePlus<T> Instance { get; } = new();

        public override string Name => "square_plus";

        public override Keeps Keeps => Keeps.X;

        protected override double ElementCost => 8;

        protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
            gradient.StrongMultiply((1 + at.X * (at.X.Square() + 4).Rsqrt()) / 2);
    }

    private readonly struct SquarePlusFunction : IUnaryFunction
    {
        public static A Apply<A>(A x) where A : struct, IAlgebra<A> => (x + (x * x + 4).Sqrt()) / 2;
    }

    /// <summary>(x + y + sqrt((x - y)² + 1)) / 2.</summary>
    private sealed class SmoothMaximum : BinaryElementwiseOperator<double, SmoothMaximum.Function>
    {
        public static SmoothMaximum Instance { get; } = new();

        public override string Name => "smooth_maximum";

        public override Keeps Keeps => Keeps.X | Keeps.Y;

        protected internal override bool IsCommutative => true;

        protected internal override string Code(ReadOnlySpan<string> inputs) =>
            $"SmoothMaximum({inputs[0]}, {inputs[1]})";

        protected override Variable<double>? PropagateX(Variable<double> gradient, in Propagation<double> at) =>
            gradient.StrongMultiply((1 + Slope(at.X - at.Y)) / 2);

        protected override Variable<double>? PropagateY(Variable<double> gradient, in Propagation<double> at) =>
            gradient.StrongMultiply((1 - Slope(at.X - at.Y)) / 2);

        private static Variable<double> Slope(Variable<double> x) => x * (x.Square() + 1).Rsqrt();

        public readonly struct Function : IBinaryFunction
        {
            public static A Apply<A>(A x, A y) where A : struct, IAlgebra<A> => (x + y + (x - y).Hypot(1)) / 2;
        }
    }

    /// <summary>y where x is above 1/4, else z.</summary>
    private sealed class Step : TernaryElementwiseOperator<double, Step.Function>
    {
        public static Step Instance { get; } = new();

        public override string Name => "step";

        protected override Variable<double>? PropagateX(Variable<double> gradient, in Propagation<double> at) => null;

        protected override Variable<double>? PropagateY(Variable<double> gradient, in Propagation<double> at) => null;

        protected override Variable<double>? PropagateZ(Variable<double> gradient, in Propagation<double> at) => null;

        public readonly struct Function : ITernaryFunction
        {
            public static A Apply<A>(A x, A y, A z) where A : struct, IAlgebra<A> => A.Where(x > 0.25, y, z);
        }
    }

    /// <summary>The elements along the last axis in the other order.</summary>
    private sealed class Flipped : UnaryOperator<double>
    {
        public static Flipped Instance { get; } = new();

        public override string Name => "flipped";

        protected override Tensor<double> Forward(Tensor<double> x, Shape shape)
        {
            double[] numbers = x.ToArray();
            return Tensor.Create<double>(Array.ConvertAll(Indices(shape), index => numbers[index]), shape);
        }

        protected internal override UnaryOperator<double> ForBatch(Shape batch) => this;

        protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) => result.FlattenedLength;

        protected internal override IReadOnlyList<Dependence> DependenceOn(
            int input, ReadOnlySpan<Shape> inputs, Shape result) =>
            [Dependence.From(Tensor.Create<int>(Indices(result), result))];

        protected override Variable<double>? Propagate(Variable<double> gradient, in Propagation<double> at) =>
            Apply(gradient);

        private static int[] Indices(Shape shape) =>
        [
            .. Enumerable.Range(0, shape.FlattenedLength).Chunk(shape[^1]).SelectMany(row => row.Reverse()),
        ];
    }
}
