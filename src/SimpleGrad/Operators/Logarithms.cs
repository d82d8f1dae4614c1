using System.Numerics;
using System.Numerics.Tensors;

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
        gradient * (at.Result * Math.Log(2));

    internal readonly struct Arithmetic : IUnaryArithmetic<Arithmetic, T>
    {
        public static T Apply(T x) => T.Exp2(x);
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
        gradient / (at.X * Math.Log(2));

    internal readonly struct Arithmetic : IUnaryArithmetic<Arithmetic, T>
    {
        public static T Apply(T x) => Log2(x);

        public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Log2(x, result);

        // T.Log2 could be that of either of two interfaces.
        private static TNumber Log2<TNumber>(TNumber x) where TNumber : ILogarithmicFunctions<TNumber> =>
            TNumber.Log2(x);
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
        gradient / (at.X * Math.Log(10));

    internal readonly struct Arithmetic : IUnaryArithmetic<Arithmetic, T>
    {
        public static T Apply(T x) => T.Log10(x);
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
        gradient * (-0.5 * (at.Result * at.Result.Square()));

    internal readonly struct Arithmetic : IUnaryArithmetic<Arithmetic, T>
    {
        public static T Apply(T x) => T.One / T.Sqrt(x);

        public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.ReciprocalSqrt(x, result);
    }
}
