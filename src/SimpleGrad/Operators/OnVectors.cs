using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The algebra on vectors of one width, or on single numbers, which are vectors of one.</summary>
internal readonly unsafe partial struct OnVectors<TSimd, TVector, T>(TVector value)
    : IAlgebra<OnVectors<TSimd, TVector, T>>
    where TSimd : struct, ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public TVector Value { get; } = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator OnVectors<TSimd, TVector, T>(double number) => new(TSimd.Constant(number));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OnVectors<TSimd, TVector, T> operator +(
        OnVectors<TSimd, TVector, T> x, OnVectors<TSimd, TVector, T> y) => new(TSimd.Add(x.Value, y.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OnVectors<TSimd, TVector, T> operator -(
        OnVectors<TSimd, TVector, T> x, OnVectors<TSimd, TVector, T> y) => new(TSimd.Subtract(x.Value, y.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OnVectors<TSimd, TVector, T> operator *(
        OnVectors<TSimd, TVector, T> x, OnVectors<TSimd, TVector, T> y) => new(TSimd.Multiply(x.Value, y.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OnVectors<TSimd, TVector, T> operator /(
        OnVectors<TSimd, TVector, T> x, OnVectors<TSimd, TVector, T> y) => new(TSimd.Divide(x.Value, y.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OnVectors<TSimd, TVector, T> operator -(OnVectors<TSimd, TVector, T> x) =>
        new(TSimd.Negate(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OnVectors<TSimd, TVector, T> operator >(
        OnVectors<TSimd, TVector, T> x, OnVectors<TSimd, TVector, T> y) =>
        Condition(TSimd.GreaterThan(x.Value, y.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OnVectors<TSimd, TVector, T> operator <(
        OnVectors<TSimd, TVector, T> x, OnVectors<TSimd, TVector, T> y) =>
        Condition(TSimd.GreaterThan(y.Value, x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OnVectors<TSimd, TVector, T> operator >=(
        OnVectors<TSimd, TVector, T> x, OnVectors<TSimd, TVector, T> y) =>
        Condition(TSimd.GreaterOrEqual(x.Value, y.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OnVectors<TSimd, TVector, T> operator <=(
        OnVectors<TSimd, TVector, T> x, OnVectors<TSimd, TVector, T> y) =>
        Condition(TSimd.GreaterOrEqual(y.Value, x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OnVectors<TSimd, TVector, T> Where(
        OnVectors<TSimd, TVector, T> condition, OnVectors<TSimd, TVector, T> x, OnVectors<TSimd, TVector, T> y) =>
        new(TSimd.Select(TSimd.EqualTo(condition.Value, TSimd.Broadcast(T.Zero)), y.Value, x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static OnVectors<TSimd, TVector, T> Condition(TVector mask) =>
        new(TSimd.And(mask, TSimd.Broadcast(T.One)));

    /// <summary>An arithmetic that is written for single numbers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TVector Unary<TArithmetic>(TVector x) where TArithmetic : struct, IUnaryArithmetic<TArithmetic, T>
    {
        T* numbers = stackalloc T[TSimd.Count];
        TSimd.Store(x, numbers);
        for (int i = 0; i < TSimd.Count; i++)
            numbers[i] = TArithmetic.Apply(numbers[i]);
        return TSimd.Load(numbers);
    }

    /// <inheritdoc cref="Unary"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TVector Binary<TArithmetic>(TVector x, TVector y)
        where TArithmetic : struct, IBinaryArithmetic<TArithmetic, T>
    {
        T* numbers = stackalloc T[TSimd.Count], others = stackalloc T[TSimd.Count];
        TSimd.Store(x, numbers);
        TSimd.Store(y, others);
        for (int i = 0; i < TSimd.Count; i++)
            numbers[i] = TArithmetic.Apply(numbers[i], others[i]);
        return TSimd.Load(numbers);
    }
}
