using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>Elementwise error function, 2 / sqrt(pi) times the integral of exp(-t²) from 0 to x.</summary>
    public Variable<T> Erf() => ErfOperator<T>.Instance.Apply(this);

    /// <summary>Elementwise 1 - erf(x), which keeps its digits where erf(x) is near 1.</summary>
    public Variable<T> Erfc() => ErfcOperator<T>.Instance.Apply(this);

    /// <summary>Elementwise inverse of the error function; infinite at -1 and 1, NaN outside.</summary>
    public Variable<T> Erfinv() => ErfinvOperator<T>.Instance.Apply(this);
}

public static partial class TensorArithmetic
{
    /// <summary>Elementwise error function, 2 / sqrt(pi) times the integral of exp(-t²) from 0 to x.</summary>
    public static Tensor<T> Erf<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ErfOperator<T>.Instance.Compute(x);

    /// <summary>Elementwise 1 - erf(x), which keeps its digits where erf(x) is near 1.</summary>
    public static Tensor<T> Erfc<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ErfcOperator<T>.Instance.Compute(x);

    /// <summary>Elementwise inverse of the error function; infinite at -1 and 1, NaN outside.</summary>
    public static Tensor<T> Erfinv<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ErfinvOperator<T>.Instance.Compute(x);
}

/// <summary>The error function.</summary>
internal sealed class ErfOperator<T> : ElementwiseUnary<T, ErfOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The derivative at 0, 2 / sqrt(pi).</summary>
    public const double Slope = 1.1283791670955126;

    public static ErfOperator<T> Instance { get; } = new();

    public override string Name => "erf";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(GaussianOperator<T>.Instance.Apply(at.X) * Slope);

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Erf(x);
    }
}

/// <summary>The complement of the error function.</summary>
internal sealed class ErfcOperator<T> : ElementwiseUnary<T, ErfcOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static ErfcOperator<T> Instance { get; } = new();

    public override string Name => "erfc";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(GaussianOperator<T>.Instance.Apply(at.X) * -ErfOperator<T>.Slope);

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Erfc(x);
    }
}

/// <summary>The inverse of the error function; infinite at -1 and 1, NaN outside.</summary>
internal sealed class ErfinvOperator<T> : ElementwiseUnary<T, ErfinvOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static ErfinvOperator<T> Instance { get; } = new();

    public override string Name => "erfinv";

    public override Keeps Keeps => Keeps.X | Keeps.Result;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(ErfinvSlopeOperator<T>.Instance.Apply(at.X, at.Result));

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Erfinv(x);
    }
}

/// <summary>
/// The derivative of <see cref="ErfinvOperator{T}"/> at x, where y = erfinv(x): sqrt(pi) / 2 exp(y²), but far from 0,
/// where the rounding of y would count, by the digits of x. What y contributes to its derivative is in that by x.
/// </summary>
internal sealed class ErfinvSlopeOperator<T> : ElementwiseBinary<T, ErfinvSlopeOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static ErfinvSlopeOperator<T> Instance { get; } = new();

    public override string Name => "erfinv_slope";

    public override Keeps Keeps => Keeps.Y | Keeps.Result;

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(2 * at.Y.StrongMultiply(at.Result).StrongMultiply(at.Result));

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) => null;

    internal readonly struct Arithmetic : IBinaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.ErfinvSlope(x, y);
    }
}
