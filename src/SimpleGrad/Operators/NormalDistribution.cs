using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>Elementwise normal distribution function, erfc(-x / sqrt(2)) / 2, to the far tail.</summary>
    public Variable<T> Ndtr() => NdtrOperator<T>.Instance.Apply(this);

    /// <summary>
    /// Elementwise logarithm of the normal distribution function, which keeps its digits in both tails, and so do its
    /// derivatives.
    /// </summary>
    public Variable<T> LogNdtr() => LogNdtrOperator<T>.Instance.Apply(this);

    /// <summary>
    /// Elementwise inverse of the normal distribution function (M. J. Wichura, "Algorithm AS 241"); -infinity at 0,
    /// infinity at 1, NaN outside.
    /// </summary>
    public Variable<T> Ndtri() => NdtriOperator<T>.Instance.Apply(this);

    /// <summary>
    /// Elementwise exp(x²) erfc(x), the scaled complement of the error function, which neither over- nor underflows for
    /// an x above 0.
    /// </summary>
    public Variable<T> Erfcx() => ErfcxOperator<T>.Instance.Apply(this);
}

public static partial class TensorArithmetic
{
    /// <summary>Elementwise normal distribution function, erfc(-x / sqrt(2)) / 2, to the far tail.</summary>
    public static Tensor<T> Ndtr<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        NdtrOperator<T>.Instance.Compute(x);

    /// <summary>
    /// Elementwise logarithm of the normal distribution function, which keeps its digits in both tails.
    /// </summary>
    public static Tensor<T> LogNdtr<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        LogNdtrOperator<T>.Instance.Compute(x);

    /// <summary>
    /// Elementwise inverse of the normal distribution function; -infinity at 0, infinity at 1, NaN outside.
    /// </summary>
    public static Tensor<T> Ndtri<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        NdtriOperator<T>.Instance.Compute(x);

    /// <summary>Elementwise exp(x²) erfc(x).</summary>
    public static Tensor<T> Erfcx<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ErfcxOperator<T>.Instance.Compute(x);
}

/// <summary>The normal distribution function, with all digits of its lower tail.</summary>
internal sealed class NdtrOperator<T> : ElementwiseUnary<T, NdtrOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static NdtrOperator<T> Instance { get; } = new();

    public override string Name => "ndtr";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(NormalDensityOperator<T>.Instance.Apply(at.X));

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Ndtr(x);
    }
}

/// <summary>The density of the normal distribution, with all digits of its tails.</summary>
internal sealed class NormalDensityOperator<T> : ElementwiseUnary<T, NormalDensityOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static NormalDensityOperator<T> Instance { get; } = new();

    public override string Name => "normal_density";

    public override Keeps Keeps => Keeps.X | Keeps.Result;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(-(at.X * at.Result));

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.Multiply(
                VectorMath<TSimd, TVector, T>.Gaussian(x, 0.5), TSimd.Constant(NormalFunction.DensityAtZero));
    }
}

/// <summary>exp(-x²), with all digits: x² is not rounded on the way.</summary>
internal sealed class GaussianOperator<T> : ElementwiseUnary<T, GaussianOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static GaussianOperator<T> Instance { get; } = new();

    public override string Name => "gaussian";

    public override Keeps Keeps => Keeps.X | Keeps.Result;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(-2 * at.X * at.Result);

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Gaussian(x, 1);
    }
}

/// <summary>The logarithm of the normal distribution function, with all digits of both tails.</summary>
internal sealed class LogNdtrOperator<T> : ElementwiseUnary<T, LogNdtrOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static LogNdtrOperator<T> Instance { get; } = new();

    public override string Name => "log_ndtr";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(NormalHazardOperator<T>.Instance.Apply(at.X));

    internal override string Method => nameof(Variable<>.LogNdtr);

    internal readonly struct Arithmetic : IUnaryArithmetic<Arithmetic, T>
    {
        public static T Apply(T x) => T.CreateTruncating(NormalFunction.LogNdtr(double.CreateTruncating(x)));
    }
}

/// <summary>
/// The density of the normal distribution divided by its distribution function, the derivative of
/// <see cref="LogNdtrOperator{T}"/>.
/// </summary>
internal sealed class NormalHazardOperator<T> : ElementwiseUnary<T, NormalHazardOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static NormalHazardOperator<T> Instance { get; } = new();

    public override string Name => "normal_hazard";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        -gradient.StrongMultiply(NormalHazardFallOperator<T>.Instance.Apply(at.X));

    internal readonly struct Arithmetic : IUnaryArithmetic<Arithmetic, T>
    {
        public static T Apply(T x) => T.CreateTruncating(NormalFunction.Hazard(double.CreateTruncating(x)));
    }
}

/// <summary>
/// x plus <see cref="NormalHazardOperator{T}"/> at x, without the cancellation of the sum in the tail.
/// </summary>
internal sealed class NormalHazardExcessOperator<T> : ElementwiseUnary<T, NormalHazardExcessOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static NormalHazardExcessOperator<T> Instance { get; } = new();

    public override string Name => "normal_hazard_excess";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(NormalHazardExcessSlopeOperator<T>.Instance.Apply(at.X));

    internal readonly struct Arithmetic : IUnaryArithmetic<Arithmetic, T>
    {
        public static T Apply(T x) => T.CreateTruncating(NormalFunction.HazardExcess(double.CreateTruncating(x)));
    }
}

/// <summary>The derivative of <see cref="NormalHazardExcessOperator{T}"/>.</summary>
internal sealed class NormalHazardExcessSlopeOperator<T>
    : ElementwiseUnary<T, NormalHazardExcessSlopeOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static NormalHazardExcessSlopeOperator<T> Instance { get; } = new();

    public override string Name => "normal_hazard_excess_slope";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(NormalHazardBendOperator<T>.Instance.Apply(at.X));

    internal readonly struct Arithmetic : IUnaryArithmetic<Arithmetic, T>
    {
        public static T Apply(T x) => T.CreateTruncating(NormalFunction.HazardExcessSlope(double.CreateTruncating(x)));
    }
}

/// <summary>The negative derivative of <see cref="NormalHazardOperator{T}"/>: it times its excess.</summary>
internal sealed class NormalHazardFallOperator<T> : ElementwiseUnary<T, NormalHazardFallOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static NormalHazardFallOperator<T> Instance { get; } = new();

    public override string Name => "normal_hazard_fall";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        -gradient.StrongMultiply(NormalHazardBendOperator<T>.Instance.Apply(at.X));

    internal readonly struct Arithmetic : IUnaryArithmetic<Arithmetic, T>
    {
        public static T Apply(T x) => T.CreateTruncating(NormalFunction.HazardFall(double.CreateTruncating(x)));
    }
}

/// <summary>The second derivative of <see cref="NormalHazardOperator{T}"/> and of its excess.</summary>
internal sealed class NormalHazardBendOperator<T> : ElementwiseUnary<T, NormalHazardBendOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static NormalHazardBendOperator<T> Instance { get; } = new();

    public override string Name => "normal_hazard_bend";

    public override Keeps Keeps => Keeps.X | Keeps.Result;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at)
    {
        Variable<T> hazard = NormalHazardOperator<T>.Instance.Apply(at.X);
        Variable<T> excess = NormalHazardExcessOperator<T>.Instance.Apply(at.X);
        Variable<T> slope = NormalHazardExcessSlopeOperator<T>.Instance.Apply(at.X);
        return gradient.StrongMultiply(hazard * (2 * excess * slope - at.Result) - excess * at.Result);
    }

    internal readonly struct Arithmetic : IUnaryArithmetic<Arithmetic, T>
    {
        public static T Apply(T x) => T.CreateTruncating(NormalFunction.HazardBend(double.CreateTruncating(x)));
    }
}

/// <summary>
/// The inverse of the normal distribution function; -infinity at 0, infinity at 1, NaN outside. The density in its
/// derivative is the hazard times the probability of the tail, which is known.
/// </summary>
internal sealed class NdtriOperator<T> : ElementwiseUnary<T, NdtriOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static NdtriOperator<T> Instance { get; } = new();

    public override string Name => "ndtri";

    public override Keeps Keeps => Keeps.X | Keeps.Result;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at)
    {
        Variable<T> isLow = at.X <= 0.5, tail = Variable.Where(isLow, at.X, 1 - at.X);
        Variable<T> place = Variable.Where(isLow, at.Result, -at.Result);
        // One after the other: their product may be subnormal.
        return gradient.StrongDivide(NormalHazardOperator<T>.Instance.Apply(place)).StrongDivide(tail);
    }

    internal readonly struct Arithmetic : IUnaryArithmetic<Arithmetic, T>
    {
        public static T Apply(T x) => T.CreateTruncating(NormalFunction.Ndtri(double.CreateTruncating(x)));
    }
}

/// <summary>exp(x²) erfc(x), the first of <see cref="ErfcxIntegralOperator{T}"/>.</summary>
internal sealed class ErfcxOperator<T> : ElementwiseUnary<T, ErfcxOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static ErfcxOperator<T> Instance { get; } = new();

    public override string Name => "erfcx";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(-2 * ErfcxIntegralOperator<T>.Instance.Apply(at.X, Variable<T>.FromNumber(1)));

    internal readonly struct Arithmetic : IUnaryArithmetic<Arithmetic, T>
    {
        public static T Apply(T x) => T.CreateTruncating(NormalFunction.Erfcx(double.CreateTruncating(x)));
    }
}

/// <summary>
/// exp(x²) times the y-fold integral of erfc from x to infinity, where y is a plain integer: up to a factor the
/// derivatives of <see cref="ErfcxOperator{T}"/>, none of which is a difference.
/// </summary>
internal sealed class ErfcxIntegralOperator<T> : ElementwiseBinary<T, ErfcxIntegralOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static ErfcxIntegralOperator<T> Instance { get; } = new();

    public override string Name => "erfcx_integral";

    public override Keeps Keeps => Keeps.X | Keeps.Y;

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(-2 * (at.Y + 1) * Instance.Apply(at.X, at.Y + 1));

    // Only plain numbers come here as y.
    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) => null;

    internal readonly struct Arithmetic : IBinaryArithmetic<Arithmetic, T>
    {
        public static T Apply(T x, T y) => T.CreateTruncating(
            NormalFunction.ErfcxIntegral(int.CreateTruncating(y), double.CreateTruncating(x)));
    }
}
