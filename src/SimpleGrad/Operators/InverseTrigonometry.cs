using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// Elementwise inverse sine, in radians; NaN outside -1 to 1. The derivative at -1 and 1 is infinite.
    /// </summary>
    public Variable<T> Asin() => AsinOperator<T>.Instance.Apply(this);

    /// <summary>
    /// Elementwise inverse cosine, in radians; NaN outside -1 to 1. The derivative at -1 and 1 is infinite.
    /// </summary>
    public Variable<T> Acos() => AcosOperator<T>.Instance.Apply(this);

    /// <summary>Elementwise inverse tangent, in radians.</summary>
    public Variable<T> Atan() => AtanOperator<T>.Instance.Apply(this);

    /// <summary>
    /// Elementwise angle, in radians from -pi to pi, of the point whose ordinate is this and whose abscissa is
    /// <paramref name="x"/>, with broadcasting: <c>y.Atan2(x)</c> is atan2(y, x). As in PyTorch, the gradient at the
    /// origin is NaN.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Variable<T> Atan2(Variable<T> x) => Atan2Operator<T>.Instance.Apply(this, x);

    /// <summary>
    /// Elementwise sqrt(x² + y²), without overflow on the way and with broadcasting. As in PyTorch, the gradient at
    /// the origin is NaN.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Variable<T> Hypot(Variable<T> y) => HypotOperator<T>.Instance.Apply(this, y);
}

public static partial class TensorArithmetic
{
    /// <summary>
    /// Elementwise inverse sine, in radians; NaN outside -1 to 1. The derivative at -1 and 1 is infinite.
    /// </summary>
    public static Tensor<T> Asin<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        AsinOperator<T>.Instance.Compute(x);

    /// <summary>
    /// Elementwise inverse cosine, in radians; NaN outside -1 to 1. The derivative at -1 and 1 is infinite.
    /// </summary>
    public static Tensor<T> Acos<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        AcosOperator<T>.Instance.Compute(x);

    /// <summary>Elementwise inverse tangent, in radians.</summary>
    public static Tensor<T> Atan<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        AtanOperator<T>.Instance.Compute(x);
}

/// <summary>
/// The inverse sine; NaN outside -1 to 1, with an infinite derivative at both. In it, (1 - x)(1 + x) keeps the digits
/// that 1 - x² loses near the ends.
/// </summary>
internal sealed class AsinOperator<T> : ElementwiseUnary<T, AsinOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static AsinOperator<T> Instance { get; } = new();

    public override string Name => "asin";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(OneLessSquareOperator<T>.Instance.Apply(at.X).Rsqrt());

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Asin(x);
    }
}

/// <summary>
/// The inverse cosine; NaN outside -1 to 1, with an infinite derivative at both. In it, (1 - x)(1 + x) keeps the digits
/// that 1 - x² loses near the ends.
/// </summary>
internal sealed class AcosOperator<T> : ElementwiseUnary<T, AcosOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static AcosOperator<T> Instance { get; } = new();

    public override string Name => "acos";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        -gradient.StrongMultiply(OneLessSquareOperator<T>.Instance.Apply(at.X).Rsqrt());

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Acos(x);
    }
}

/// <summary>
/// 1 - x² as (1 - x)(1 + x), which keeps its digits near -1 and 1; its derivative, -2 x, keeps them near 0, where the
/// sum of the derivatives of two factors does not.
/// </summary>
internal sealed class OneLessSquareOperator<T> : ElementwiseUnary<T, OneLessSquareOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static OneLessSquareOperator<T> Instance { get; } = new();

    protected override double ElementCost => 3;

    public override string Name => "one_less_square";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(-2 * at.X);

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            TVector one = TSimd.Broadcast(T.One);
            return TSimd.Multiply(TSimd.Subtract(one, x), TSimd.Add(one, x));
        }
    }
}

/// <summary>The inverse tangent.</summary>
internal sealed class AtanOperator<T> : ElementwiseUnary<T, AtanOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static AtanOperator<T> Instance { get; } = new();

    public override string Name => "atan";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(AtanSlopeOperator<T>.Instance.Apply(at.X));

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Atan(x);
    }
}

/// <summary>
/// 1 / (1 + x²), the derivative of <see cref="AtanOperator{T}"/>, which neither over- nor underflows on the way.
/// </summary>
internal sealed class AtanSlopeOperator<T> : ElementwiseUnary<T, AtanSlopeOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static AtanSlopeOperator<T> Instance { get; } = new();

    protected override double ElementCost => 10;

    public override string Name => "atan_slope";

    public override Keeps Keeps => Keeps.X | Keeps.Result;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(-2 * (at.X * at.Result) * at.Result);

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            // Far out, where 1 does not count, 1 / |x| by itself and then its square.
            TVector one = TSimd.Broadcast(T.One), size = TSimd.Abs(x), far = TSimd.Divide(one, size);
            TVector near = TSimd.Divide(one, TSimd.MultiplyAdd(x, x, one));
            TVector isFar = TSimd.GreaterThan(size, TSimd.Constant(1e10));
            return TSimd.Select(isFar, TSimd.Multiply(far, far), near);
        }
    }
}

/// <summary>
/// The angle of the point with ordinate x and abscissa y, from -π to π. At the origin the derivatives are NaN.
/// </summary>
internal sealed class Atan2Operator<T> : ElementwiseBinary<T, Atan2Operator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Atan2Operator<T> Instance { get; } = new();

    protected override double ElementCost => 40;

    public override string Name => "atan2";

    public override Keeps Keeps => Keeps.X | Keeps.Y;

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at)
    {
        Variable<T> distance = at.X.Hypot(at.Y);
        return gradient.StrongMultiply(at.Y / distance / distance);
    }

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at)
    {
        Variable<T> distance = at.X.Hypot(at.Y);
        return -gradient.StrongMultiply(at.X / distance / distance);
    }

    internal readonly struct Arithmetic : IBinaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Atan2(x, y);
    }
}

/// <summary>
/// sqrt(x² + y²) without overflow. At the origin the derivatives are 0, as those of a norm; PyTorch has NaN there.
/// </summary>
internal sealed class HypotOperator<T> : ElementwiseBinary<T, HypotOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static HypotOperator<T> Instance { get; } = new();

    public override string Name => "hypot";

    public override Keeps Keeps => Keeps.X | Keeps.Y | Keeps.Result;

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        NormGradientOperator<T>.Instance.Apply(gradient, at.X, at.Result);

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        NormGradientOperator<T>.Instance.Apply(gradient, at.Y, at.Result);

    internal readonly struct Arithmetic : IBinaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Hypot(x, y);
    }
}
