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
}

/// <summary>1 where x &gt; y, else 0, also for NaN. Its gradients are known zero.</summary>
[Elementwise(Name = "gt", Symbol = ">", IsInternal = true)]
internal readonly partial struct Greater<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.And(TSimd.GreaterThan(x, y), TSimd.Broadcast(T.One));
}

/// <summary>1 where x &gt;= y, else 0, also for NaN. Its gradients are known zero.</summary>
[Elementwise(Name = "ge", Symbol = ">=", IsInternal = true)]
internal readonly partial struct GreaterOrEqual<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.And(TSimd.GreaterOrEqual(x, y), TSimd.Broadcast(T.One));
}

/// <summary>1 where x equals y, else 0, also for NaN. Its gradients are known zero.</summary>
[Elementwise(Name = "eq", Symbol = "==", TakesNumber = true)]
internal readonly partial struct EqualTo<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.And(TSimd.EqualTo(x, y), TSimd.Broadcast(T.One));

    public static string Code(ReadOnlySpan<string> inputs) => $"{inputs[0]}.EqualTo({inputs[1]})";
}
