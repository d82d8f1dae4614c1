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
internal sealed class GeluGradientOperator<T> : SlopeGradient<T, GeluGradientOperator<T>.Slope>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static GeluGradientOperator<T> Instance { get; } = new();

    public override string Name => "gelu_gradient";

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(at.X)
            .StrongMultiply(NormalDensityOperator<T>.Instance.Apply(at.Y) * (2 - at.Y.Square()));

    internal readonly struct Slope : IUnaryVectorArithmetic<Slope, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct =>
            VectorMath<TSimd, TVector, T>.GeluSlope(y);
    }
}

/// <summary>The approximation of <see cref="GeluOperator{T}"/> by the hyperbolic tangent.</summary>
internal sealed class GeluTanhOperator<T> : ElementwiseUnary<T, GeluTanhOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static GeluTanhOperator<T> Instance { get; } = new();

    public override string Name => "gelu_tanh";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        GeluTanhGradientOperator<T>.Instance.Apply(gradient, at.X);

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.GeluTanh(x);
    }
}

/// <summary>x times the derivative of <see cref="GeluTanhOperator{T}"/> at y, in one pass over memory.</summary>
internal sealed class GeluTanhGradientOperator<T> : SlopeGradient<T, GeluTanhGradientOperator<T>.Slope>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static GeluTanhGradientOperator<T> Instance { get; } = new();

    protected override double ElementCost => 25;

    public override string Name => "gelu_tanh_gradient";

    /// <summary>With the slope and the bend of the exponent.</summary>
    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at)
    {
        Variable<T> y = at.Y, slope = GeluTanhDensityOperator<T>.Slope(y);
        Variable<T> bend = GeluTanhDensityOperator<T>.Bend(y), fall = GeluTanhDensityOperator<T>.Fall(y);
        Variable<T> density = GeluTanhDensityOperator<T>.Instance.Apply(y);
        return gradient.StrongMultiply(at.X)
            .StrongMultiply(density.StrongMultiply(2 * slope + y * (bend - slope.Square() * fall)));
    }

    internal readonly struct Slope : IUnaryVectorArithmetic<Slope, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct =>
            VectorMath<TSimd, TVector, T>.GeluTanhSlope(y);
    }
}

/// <summary>
/// The slope of the logistic function at 2 sqrt(2 / pi) (x + 0.044715 x³), with all digits: that exponent is in two
/// numbers.
/// </summary>
internal sealed class GeluTanhDensityOperator<T> : ElementwiseUnary<T, GeluTanhDensityOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Scale = 1.5957691216057308; // 2 sqrt(2 / pi)
    private const double Cubic = 0.044715;

    public static GeluTanhDensityOperator<T> Instance { get; } = new();

    protected override double ElementCost => 25;

    public override string Name => "gelu_tanh_density";

    public override Keeps Keeps => Keeps.X | Keeps.Result;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        -gradient.StrongMultiply(at.Result.StrongMultiply(Slope(at.X) * Fall(at.X)));

    /// <summary>The derivative of the exponent.</summary>
    public static Variable<T> Slope(Variable<T> x) => Scale * (1 + 3 * Cubic * x.Square());

    /// <summary>The second derivative of the exponent.</summary>
    public static Variable<T> Bend(Variable<T> x) => Scale * 6 * Cubic * x;

    /// <summary>How much the density falls for its size, for a step of the exponent.</summary>
    public static Variable<T> Fall(Variable<T> x) => (0.5 * Scale * x * (1 + Cubic * x.Square())).Tanh();

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.GeluTanhDensity(x);
    }
}
