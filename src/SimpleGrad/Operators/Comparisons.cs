using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>1 where x is greater than y, else 0; with broadcasting. Its gradients are known zero.</summary>
    public static Variable<T> operator >(Variable<T> x, Variable<T> y) => GreaterOperator<T>.Instance.Apply(x, y);

    /// <summary>1 where x is less than y, else 0; with broadcasting. Its gradients are known zero.</summary>
    public static Variable<T> operator <(Variable<T> x, Variable<T> y) => GreaterOperator<T>.Instance.Apply(y, x);

    /// <summary>1 where x is at least y, else 0; with broadcasting. Its gradients are known zero.</summary>
    public static Variable<T> operator >=(Variable<T> x, Variable<T> y) =>
        GreaterOrEqualOperator<T>.Instance.Apply(x, y);

    /// <summary>1 where x is at most y, else 0; with broadcasting. Its gradients are known zero.</summary>
    public static Variable<T> operator <=(Variable<T> x, Variable<T> y) =>
        GreaterOrEqualOperator<T>.Instance.Apply(y, x);

    /// <summary>1 where an element is greater than a number, else 0.</summary>
    public static Variable<T> operator >(Variable<T> x, double y) => x > FromNumber(y);

    /// <summary>1 where an element is less than a number, else 0.</summary>
    public static Variable<T> operator <(Variable<T> x, double y) => x < FromNumber(y);

    /// <summary>1 where an element is at least a number, else 0.</summary>
    public static Variable<T> operator >=(Variable<T> x, double y) => x >= FromNumber(y);

    /// <summary>1 where an element is at most a number, else 0.</summary>
    public static Variable<T> operator <=(Variable<T> x, double y) => x <= FromNumber(y);

    /// <summary>1 where a number is greater than an element, else 0.</summary>
    public static Variable<T> operator >(double x, Variable<T> y) => FromNumber(x) > y;

    /// <summary>1 where a number is less than an element, else 0.</summary>
    public static Variable<T> operator <(double x, Variable<T> y) => FromNumber(x) < y;

    /// <summary>1 where a number is at least an element, else 0.</summary>
    public static Variable<T> operator >=(double x, Variable<T> y) => FromNumber(x) >= y;

    /// <summary>1 where a number is at most an element, else 0.</summary>
    public static Variable<T> operator <=(double x, Variable<T> y) => FromNumber(x) <= y;

    /// <summary>1 where the elements are equal, else 0; with broadcasting. Its gradients are known zero.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Variable<T> EqualTo(Variable<T> y) => EqualToOperator<T>.Instance.Apply(this, y);

    /// <summary>1 where an element equals a number, else 0.</summary>
    public Variable<T> EqualTo(double y) => EqualTo(FromNumber(y));
}

/// <summary>A comparison: a mask of ones and zeros, through which no gradient flows.</summary>
internal abstract class Comparison<T, TArithmetic>(string name, string symbol) : ElementwiseBinary<T, TArithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TArithmetic : struct, IBinaryArithmetic<TArithmetic, T>
{
    public sealed override string Name => name;

    protected internal sealed override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]} {symbol} {inputs[1]}";

    internal sealed override string Code(ReadOnlySpan<string> inputs) =>
        symbol == "==" ? $"{inputs[0]}.EqualTo({inputs[1]})" : Describe(inputs);

    internal sealed override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        Dependence.None(result);

    protected sealed override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) => null;

    protected sealed override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) => null;
}

/// <summary>1 where x &gt; y, else 0, also for NaN. Its gradients are known zero.</summary>
internal sealed class GreaterOperator<T>() : Comparison<T, GreaterOperator<T>.Arithmetic>("gt", ">")
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static GreaterOperator<T> Instance { get; } = new();

    internal readonly struct Arithmetic : IBinaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.And(TSimd.GreaterThan(x, y), TSimd.Broadcast(T.One));
    }
}

/// <summary>1 where x &gt;= y, else 0, also for NaN. Its gradients are known zero.</summary>
internal sealed class GreaterOrEqualOperator<T>() : Comparison<T, GreaterOrEqualOperator<T>.Arithmetic>("ge", ">=")
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static GreaterOrEqualOperator<T> Instance { get; } = new();

    internal readonly struct Arithmetic : IBinaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.And(TSimd.GreaterOrEqual(x, y), TSimd.Broadcast(T.One));
    }
}

/// <summary>1 where x == y, else 0, also for NaN. Its gradients are known zero.</summary>
internal sealed class EqualToOperator<T>() : Comparison<T, EqualToOperator<T>.Arithmetic>("eq", "==")
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static EqualToOperator<T> Instance { get; } = new();

    internal readonly struct Arithmetic : IBinaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.And(TSimd.EqualTo(x, y), TSimd.Broadcast(T.One));
    }
}
