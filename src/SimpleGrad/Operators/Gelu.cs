using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// Elementwise x times the standard normal distribution function at x (Hendrycks and Gimpel, "Gaussian Error
    /// Linear Units").
    /// </summary>
    public Variable<T> Gelu() => GeluOperator<T>.Instance.Apply(this);

    /// <summary>
    /// Elementwise x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x³))) / 2, the usual approximation of <see cref="Gelu"/>.
    /// </summary>
    /// <remarks>As in PyTorch, the derivative is NaN where x² overflows.</remarks>
    public Variable<T> GeluTanh() => GeluTanhOperator<T>.Instance.Apply(this);
}

/// <summary>x times the normal distribution function; its derivative adds x times the density.</summary>
internal sealed class GeluOperator<T> : ElementwiseUnary<T, GeluOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static GeluOperator<T> Instance { get; } = new();

    public override string Name => "gelu";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        GeluGradientOperator<T>.Instance.Apply(gradient, at.X);

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Gelu(x);
    }
}

/// <summary>x times the derivative of <see cref="GeluOperator{T}"/> at y: a gradient in one pass over memory.</summary>
internal sealed class GeluGradientOperator<T> : ElementwiseBinary<T, GeluGradientOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static GeluGradientOperator<T> Instance { get; } = new();

    internal override double Cost => 20;

    public override string Name => "gelu_gradient";

    protected override bool IsStrongProduct => true;

    public override Keeps Keeps => Keeps.X | Keeps.Y;

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        Instance.Apply(gradient, at.Y);

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(at.X)
            .StrongMultiply(NormalDensityOperator<T>.Instance.Apply(at.Y) * (2 - at.Y.Square()));

    internal readonly struct Arithmetic : IBinaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct =>
            VectorMath<TSimd, TVector, T>.StrongMultiply(x, VectorMath<TSimd, TVector, T>.GeluSlope(y));
    }
}

/// <summary>The approximation of <see cref="GeluOperator{T}"/> by the hyperbolic tangent.</summary>
internal sealed class GeluTanhOperator<T> : ElementwiseUnary<T, GeluTanhOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Slope = 0.79788456080286535588; // sqrt(2 / pi)
    private const double Cubic = 0.044715;

    public static GeluTanhOperator<T> Instance { get; } = new();

    public override string Name => "gelu_tanh";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at)
    {
        // x times the logistic function of y, as below.
        Variable<T> square = at.X.Square(), y = 2 * Slope * at.X * (1 + Cubic * square);
        Variable<T> slope = 2 * Slope * (1 + 3 * Cubic * square);
        Variable<T> fall = SigmoidGradientOperator<T>.Instance.Apply(Variable<T>.FromNumber(1), y);
        return gradient.StrongMultiply(y.Sigmoid() + at.X * slope * fall);
    }

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            // x (1 + tanh(y)) / 2 is x times the logistic function of 2 y.
            TVector cubic = TSimd.MultiplyAdd(TSimd.Multiply(x, x), TSimd.Constant(2 * Slope * Cubic), 2 * Slope);
            return TSimd.Multiply(x, VectorMath<TSimd, TVector, T>.Sigmoid(TSimd.Multiply(x, cubic)));
        }
    }
}
