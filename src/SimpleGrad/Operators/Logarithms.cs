using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>Elementwise 2 to the power x.</summary>
    public Variable<T> Exp2() => Exp2Operator<T>.Instance.Apply(this);

    /// <summary>Elementwise logarithm to base 2; -infinity at 0, NaN below.</summary>
    public Variable<T> Log2() => Log2Operator<T>.Instance.Apply(this);

    /// <summary>Elementwise logarithm to base 10; -infinity at 0, NaN below.</summary>
    public Variable<T> Log10() => Log10Operator<T>.Instance.Apply(this);

    /// <summary>Elementwise 1 / sqrt(x); infinite at 0, NaN below.</summary>
    public Variable<T> Rsqrt() => RsqrtOperator<T>.Instance.Apply(this);
}

public static partial class TensorArithmetic
{
    /// <summary>Elementwise 2 to the power x.</summary>
    public static Tensor<T> Exp2<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Exp2Operator<T>.Instance.Compute(x);

    /// <summary>Elementwise logarithm to base 2; -infinity at 0, NaN below.</summary>
    public static Tensor<T> Log2<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Log2Operator<T>.Instance.Compute(x);

    /// <summary>Elementwise logarithm to base 10; -infinity at 0, NaN below.</summary>
    public static Tensor<T> Log10<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Log10Operator<T>.Instance.Compute(x);

    /// <summary>Elementwise 1 / sqrt(x); infinite at 0, NaN below.</summary>
    public static Tensor<T> Rsqrt<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        RsqrtOperator<T>.Instance.Compute(x);
}

/// <summary>2 to the power x.</summary>
internal sealed class Exp2Operator<T> : ElementwiseUnary<T, Exp2Operator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Exp2Operator<T> Instance { get; } = new();

    public override string Name => "exp2";

    public override Keeps Keeps => Keeps.Result;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(at.Result * Math.Log(2));

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Exp2(x);
    }
}

/// <summary>The logarithm to base 2; -infinity at 0, NaN below.</summary>
internal sealed class Log2Operator<T> : ElementwiseUnary<T, Log2Operator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Log2Operator<T> Instance { get; } = new();

    public override string Name => "log2";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongDivide(at.X * Math.Log(2));

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Log2(x);
    }
}

/// <summary>The logarithm to base 10; -infinity at 0, NaN below.</summary>
internal sealed class Log10Operator<T> : ElementwiseUnary<T, Log10Operator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Log10Operator<T> Instance { get; } = new();

    public override string Name => "log10";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongDivide(at.X * Math.Log(10));

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Log10(x);
    }
}

/// <summary>1 / sqrt(x); infinite at 0, NaN below.</summary>
internal sealed class RsqrtOperator<T> : ElementwiseUnary<T, RsqrtOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static RsqrtOperator<T> Instance { get; } = new();

    public override string Name => "rsqrt";

    public override Keeps Keeps => Keeps.Result;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(-0.5 * (at.Result * at.Result.Square()));

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.Divide(TSimd.Broadcast(T.One), TSimd.Sqrt(x));
    }
}
