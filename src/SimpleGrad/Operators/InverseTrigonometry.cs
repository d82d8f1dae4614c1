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
        gradient.StrongMultiply(((1 - at.X) * (1 + at.X)).Rsqrt());

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
        -gradient.StrongMultiply(((1 - at.X) * (1 + at.X)).Rsqrt());

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Acos(x);
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
        gradient.StrongDivide(at.X.Square() + 1);

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Atan(x);
    }
}

/// <summary>
/// The angle of the point with ordinate x and abscissa y, from -π to π. At the origin the derivatives are NaN.
/// </summary>
internal sealed class Atan2Operator<T> : ElementwiseBinary<T, Atan2Operator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Atan2Operator<T> Instance { get; } = new();

    internal override double Cost => 40;

    public override string Name => "atan2";

    public override Keeps Keeps => Keeps.X | Keeps.Y;

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(at.Y / (at.X.Square() + at.Y.Square()));

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        -gradient.StrongMultiply(at.X / (at.X.Square() + at.Y.Square()));

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
