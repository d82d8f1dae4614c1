using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>Elementwise logarithm of the gamma function's absolute value; infinite at 0, -1, -2, …</summary>
    /// <remarks>
    /// Computed in double, by the series, recurrences and reflection formulas of Abramowitz and Stegun, "Handbook of
    /// Mathematical Functions", chapter 6.
    /// </remarks>
    public Variable<T> Lgamma() => LgammaOperator<T>.Instance.Apply(this);

    /// <summary>
    /// Elementwise derivative of <see cref="Lgamma"/>. As in PyTorch, it is infinite at 0, with the sign of -x, and NaN
    /// at -1, -2, …
    /// </summary>
    /// <remarks>Computed as <see cref="Lgamma"/> is.</remarks>
    public Variable<T> Digamma() => DigammaOperator<T>.Instance.Apply(this);

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
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        // An order is a number on the tape, and derivatives raise it.
        const int room = 1024;
        int most = (typeof(T) == typeof(float) ? 1 << 24 : int.MaxValue) - room;
        if (n > most)
            throw new ArgumentOutOfRangeException(
                nameof(n), n, $"polygamma: orders are counted in the element type, {typeof(T).Name}, which has room "
                + $"for those up to {most} and some derivatives of them.");
        return n == 0 ? Digamma() : PolygammaOperator<T>.Instance.Apply(this, FromNumber(n));
    }
}

public static partial class TensorArithmetic
{
    /// <summary>Elementwise logarithm of the gamma function's absolute value; infinite at 0, -1, -2, …</summary>
    public static Tensor<T> Lgamma<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        LgammaOperator<T>.Instance.Compute(x);

    /// <summary>Elementwise derivative of the logarithm of the gamma function.</summary>
    public static Tensor<T> Digamma<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        DigammaOperator<T>.Instance.Compute(x);
}

/// <summary>The logarithm of the gamma function's absolute value; infinite at 0, -1, -2, …</summary>
internal sealed class LgammaOperator<T> : ElementwiseUnary<T, LgammaOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static LgammaOperator<T> Instance { get; } = new();

    public override string Name => "lgamma";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(at.X.Digamma());

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Lgamma(x);
    }
}

/// <summary>
/// The derivative of the logarithm of the gamma function; infinite at 0, with the sign of -x, and NaN at -1, -2, …
/// </summary>
internal sealed class DigammaOperator<T> : ElementwiseUnary<T, DigammaOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DigammaOperator<T> Instance { get; } = new();

    public override string Name => "digamma";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(at.X.Polygamma(1));

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Digamma(x);
    }
}

/// <summary>
/// The derivative of order y of the digamma function at x, where y is a plain integer; infinite at 0, -1, -2, …
/// </summary>
internal sealed class PolygammaOperator<T> : ElementwiseBinary<T, PolygammaOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static PolygammaOperator<T> Instance { get; } = new();

    public override string Name => "polygamma";

    public override Keeps Keeps => Keeps.X | Keeps.Y;

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(Instance.Apply(at.X, at.Y + 1));

    // Only plain numbers come here as y.
    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) => null;

    internal readonly struct Arithmetic : IBinaryArithmetic<Arithmetic, T>
    {
        public static T Apply(T x, T y) => GammaFunction.Polygamma(int.CreateTruncating(y), x);
    }
}
