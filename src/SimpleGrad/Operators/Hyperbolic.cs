using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>Elementwise hyperbolic sine.</summary>
    /// <remarks>Finite up to 710.47 in double, also where PyTorch's overflows: from 709.79 on.</remarks>
    public Variable<T> Sinh() => SinhOperator<T>.Instance.Apply(this);

    /// <summary>Elementwise hyperbolic cosine.</summary>
    /// <remarks>Finite up to 710.47 in double, also where PyTorch's overflows: from 709.79 on.</remarks>
    public Variable<T> Cosh() => CoshOperator<T>.Instance.Apply(this);

    /// <summary>Elementwise inverse hyperbolic sine.</summary>
    public Variable<T> Asinh() => AsinhOperator<T>.Instance.Apply(this);

    /// <summary>Elementwise inverse hyperbolic cosine; NaN below 1. The derivative at 1 is infinite.</summary>
    public Variable<T> Acosh() => AcoshOperator<T>.Instance.Apply(this);

    /// <summary>Elementwise inverse hyperbolic tangent; infinite at -1 and 1, NaN outside.</summary>
    public Variable<T> Atanh() => AtanhOperator<T>.Instance.Apply(this);
}

public static partial class TensorArithmetic
{
    /// <summary>Elementwise hyperbolic sine.</summary>
    public static Tensor<T> Sinh<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        SinhOperator<T>.Instance.Compute(x);

    /// <summary>Elementwise hyperbolic cosine.</summary>
    public static Tensor<T> Cosh<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        CoshOperator<T>.Instance.Compute(x);

    /// <summary>Elementwise inverse hyperbolic sine.</summary>
    public static Tensor<T> Asinh<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        AsinhOperator<T>.Instance.Compute(x);

    /// <summary>Elementwise inverse hyperbolic cosine; NaN below 1. The derivative at 1 is infinite.</summary>
    public static Tensor<T> Acosh<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        AcoshOperator<T>.Instance.Compute(x);

    /// <summary>Elementwise inverse hyperbolic tangent; infinite at -1 and 1, NaN outside.</summary>
    public static Tensor<T> Atanh<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        AtanhOperator<T>.Instance.Compute(x);
}

/// <summary>The hyperbolic sine; in double, finite up to 710.47, where PyTorch's overflows from 709.79 on.</summary>
internal sealed class SinhOperator<T> : ElementwiseUnary<T, SinhOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static SinhOperator<T> Instance { get; } = new();

    public override string Name => "sinh";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(at.X.Cosh());

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Sinh(x);
    }
}

/// <summary>The hyperbolic cosine; in double, finite up to 710.47, where PyTorch's overflows from 709.79 on.</summary>
internal sealed class CoshOperator<T> : ElementwiseUnary<T, CoshOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static CoshOperator<T> Instance { get; } = new();

    public override string Name => "cosh";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(at.X.Sinh());

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Cosh(x);
    }
}

/// <summary>The inverse hyperbolic sine.</summary>
internal sealed class AsinhOperator<T> : ElementwiseUnary<T, AsinhOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static AsinhOperator<T> Instance { get; } = new();

    public override string Name => "asinh";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply((at.X.Square() + 1).Rsqrt());

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Asinh(x);
    }
}

/// <summary>The inverse hyperbolic cosine; NaN below 1, with an infinite derivative at 1.</summary>
internal sealed class AcoshOperator<T> : ElementwiseUnary<T, AcoshOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static AcoshOperator<T> Instance { get; } = new();

    public override string Name => "acosh";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply((at.X.Square() - 1).Rsqrt());

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Acosh(x);
    }
}

/// <summary>The inverse hyperbolic tangent; infinite at -1 and 1, NaN outside.</summary>
internal sealed class AtanhOperator<T> : ElementwiseUnary<T, AtanhOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static AtanhOperator<T> Instance { get; } = new();

    public override string Name => "atanh";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongDivide((1 - at.X) * (1 + at.X));

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Atanh(x);
    }
}
