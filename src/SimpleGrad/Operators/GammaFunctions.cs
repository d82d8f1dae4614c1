using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// Elementwise derivative of order <paramref name="n"/> of <see cref="Digamma"/>; infinite at 0, -1, -2, …: with
    /// the sign that PyTorch gives it, minus where the order is even, although the sign then changes there.
    /// </summary>
    /// <remarks>Computed as <see cref="Lgamma"/> is, and by the sum formula of Euler and Maclaurin.</remarks>
    /// <param name="n">The order; for 0, this is <see cref="Digamma"/> itself.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is negative, or so high that the element type cannot
    /// count it and the orders of its derivatives: more than 2147482623 in double, 16776192 in float.</exception>
    public Variable<T> Polygamma(int n)
    {
        Polygamma<T>.RequireOrder(n);
        return n == 0 ? Digamma() : PolygammaOperator<T>.Instance.Apply(this, FromNumber(n));
    }
}

/// <summary>The logarithm of the absolute value of the gamma function; infinite at 0, -1, -2, …</summary>
/// <remarks>
/// Computed in double, by the series, recurrences and reflection formulas of Abramowitz and Stegun, "Handbook of
/// Mathematical Functions", chapter 6.
/// </remarks>
[Elementwise]
internal readonly partial struct Lgamma<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Lgamma(x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> => gradient.StrongMultiply(x.Digamma());
}

/// <summary>
/// The derivative of the logarithm of the gamma function. As in PyTorch, it is infinite at 0, with the sign of -x, and
/// NaN at -1, -2, …
/// </summary>
/// <remarks>Computed as <see cref="Lgamma{T}"/> is.</remarks>
[Elementwise]
internal readonly partial struct Digamma<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Digamma(x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(x.Polygamma(1));
}

/// <summary>
/// The derivative of order y of the digamma function at x, where y is a plain integer; infinite at 0, -1, -2, …
/// </summary>
[Elementwise(IsInternal = true)]
internal readonly partial struct Polygamma<T>
{
    public static void RequireOrder(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        // An order is a number on the tape, and derivatives raise it.
        const int room = 1024;
        int most = (typeof(T) == typeof(float) ? 1 << 24 : int.MaxValue) - room;
        if (n > most)
            throw new ArgumentOutOfRangeException(
                nameof(n), n, $"polygamma: orders are counted in the element type, {typeof(T).Name}, which has room "
                + $"for those up to {most} and some derivatives of them.");
    }

    public static T Apply(T x, T y) => GammaFunction.Polygamma(int.CreateTruncating(y), x);

    public static A GradientX<A>(A gradient, A x, A y) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(x.Polygamma(y + 1));
}
