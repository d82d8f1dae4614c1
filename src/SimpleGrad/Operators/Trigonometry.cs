using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>Elementwise sine, in radians.</summary>
    public Variable<T> Sin() => SinOperator<T>.Instance.Apply(this);

    /// <summary>Elementwise cosine, in radians.</summary>
    public Variable<T> Cos() => CosOperator<T>.Instance.Apply(this);

    /// <summary>Elementwise tangent, in radians.</summary>
    public Variable<T> Tan() => TanOperator<T>.Instance.Apply(this);

    /// <summary>Elementwise hyperbolic tangent.</summary>
    public Variable<T> Tanh() => TanhOperator<T>.Instance.Apply(this);
}

public static partial class TensorArithmetic
{
    /// <summary>Elementwise sine, in radians.</summary>
    public static Tensor<T> Sin<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        SinOperator<T>.Instance.Compute(x);

    /// <summary>Elementwise cosine, in radians.</summary>
    public static Tensor<T> Cos<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        CosOperator<T>.Instance.Compute(x);

    /// <summary>Elementwise tangent, in radians.</summary>
    public static Tensor<T> Tan<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        TanOperator<T>.Instance.Compute(x);

    /// <summary>Elementwise hyperbolic tangent.</summary>
    public static Tensor<T> Tanh<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        TanhOperator<T>.Instance.Compute(x);
}

/// <summary>The sine of an angle in radians.</summary>
internal sealed class SinOperator<T> : ElementwiseUnary<T, SinOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static SinOperator<T> Instance { get; } = new();

    public override string Name => "sin";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(at.X.Cos());

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Sin(x);
    }
}

/// <summary>The cosine of an angle in radians.</summary>
internal sealed class CosOperator<T> : ElementwiseUnary<T, CosOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static CosOperator<T> Instance { get; } = new();

    public override string Name => "cos";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        -gradient.StrongMultiply(at.X.Sin());

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Cos(x);
    }
}

/// <summary>The tangent of an angle in radians.</summary>
internal sealed class TanOperator<T> : ElementwiseUnary<T, TanOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TanOperator<T> Instance { get; } = new();

    public override string Name => "tan";

    public override Keeps Keeps => Keeps.Result;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(at.Result.Square() + 1);

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Tan(x);
    }
}

/// <summary>The hyperbolic tangent.</summary>
internal sealed class TanhOperator<T> : ElementwiseUnary<T, TanhOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TanhOperator<T> Instance { get; } = new();

    public override string Name => "tanh";

    public override Keeps Keeps => Keeps.X;

    /// <summary>From x: 1 less the square of the result has no digits where that has rounded to 1.</summary>
    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        TanhGradientOperator<T>.Instance.Apply(gradient, at.X);

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Tanh(x);
    }
}

/// <summary>x / cosh(y)², for the gradient of <see cref="TanhOperator{T}"/> in one pass over memory.</summary>
internal sealed class TanhGradientOperator<T> : SlopeGradient<T, TanhGradientOperator<T>.Slope>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TanhGradientOperator<T> Instance { get; } = new();

    public override string Name => "tanh_gradient";

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        -2 * Instance.Apply(gradient.StrongMultiply(at.X), at.Y).StrongMultiply(at.Y.Tanh());

    internal readonly struct Slope : IUnaryVectorArithmetic<Slope, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct =>
            TSimd.Multiply(VectorMath<TSimd, TVector, T>.SigmoidSlope(TSimd.Add(y, y)), TSimd.Constant(4));
    }
}
