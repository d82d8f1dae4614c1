using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// Elementwise log(1 + exp(beta x)) / beta, a smooth <see cref="Relu"/>; it is x itself where beta x is above the
    /// threshold, where the two agree to rounding.
    /// </summary>
    /// <param name="beta">How sharp the bend is.</param>
    /// <param name="threshold">Where it ends, in units of beta x.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="beta"/> is 0.</exception>
    public Variable<T> Softplus(double beta = 1, double threshold = 20)
    {
        ArgumentOutOfRangeException.ThrowIfZero(beta);
        return SoftplusOperator<T>.Instance.Apply(this, FromNumber(beta), FromNumber(threshold));
    }

    /// <summary>
    /// Elementwise x above 0 and alpha (exp(x) - 1) elsewhere; the derivative at 0 is alpha (Clevert, Unterthiner and
    /// Hochreiter, "Exponential Linear Units").
    /// </summary>
    public Variable<T> Elu(double alpha = 1)
    {
        Variable<T> isBelow = this <= 0;
        // The exponential of a great x would be infinite, and spoil the gradient although nothing comes of it.
        return Variable.Where(isBelow, alpha * Variable.Where(isBelow, this, 0).Expm1(), this);
    }

    /// <summary>
    /// Elementwise x above 0 and a small multiple of x elsewhere; the derivative at 0 is that small factor.
    /// </summary>
    public Variable<T> LeakyRelu(double negativeSlope = 0.01) => Variable.Where(this > 0, this, negativeSlope * this);

    /// <summary>
    /// Each element moved into the range from <paramref name="min"/> to <paramref name="max"/>. As in PyTorch, the
    /// derivative at the bounds is 0, where that of <see cref="Clamp(double?, double?)"/> is 1.
    /// </summary>
    /// <exception cref="ArgumentException">The minimum is greater than the maximum.</exception>
    public Variable<T> Hardtanh(double min = -1, double max = 1) => min > max
        ? throw new ArgumentException($"hardtanh: the minimum, {min}, is greater than the maximum, {max}.")
        : Variable.Where(this <= min, min, Variable.Where(this >= max, max, this));

    /// <summary>Elementwise logarithm of the logistic function, without overflow.</summary>
    public Variable<T> LogSigmoid() => -(-this).Softplus(threshold: double.PositiveInfinity);
}

/// <summary>The logistic function, 1 / (1 + exp(-x)), without overflow.</summary>
[Elementwise]
internal readonly partial struct Sigmoid<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Sigmoid(x);

    /// <summary>From x: 1 less the result has no digits where that has rounded to 1.</summary>
    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> => gradient.SigmoidGradient(x);
}

/// <summary>
/// x times the derivative of <see cref="Sigmoid{T}"/> at y: a gradient in one pass over memory. The next
/// derivative is this one times -tanh(y / 2).
/// </summary>
[Elementwise(IsSlope = true, IsInternal = true)]
internal readonly partial struct SigmoidGradient<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.SigmoidSlope(y);

    public static A GradientY<A>(A gradient, A x, A y) where A : struct, IAlgebra<A> =>
        -gradient.StrongMultiply(x).SigmoidGradient(y).StrongMultiply((0.5 * y).Tanh());
}

/// <summary>x times the logistic function of x, also called swish.</summary>
[Elementwise]
internal readonly partial struct Silu<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.Multiply(x, VectorMath<TSimd, TVector, T>.Sigmoid(x));

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> => gradient.SiluGradient(x);
}

/// <summary>x times the derivative of <see cref="Silu{T}"/> at y: a gradient in one pass over memory.</summary>
[Elementwise(IsSlope = true, IsInternal = true)]
internal readonly partial struct SiluGradient<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
    {
        TVector sigmoid = VectorMath<TSimd, TVector, T>.SigmoidAndComplement(y, out TVector complement);
        return TSimd.Multiply(sigmoid, TSimd.MultiplyAdd(y, complement, 1));
    }

    public static A GradientY<A>(A gradient, A x, A y) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(x).SigmoidGradient(y).StrongMultiply(2 - y * (0.5 * y).Tanh());
}

/// <summary>max(x, 0), NaN for NaN, with derivative 0 at 0.</summary>
[Elementwise(Cost = 1)]
internal readonly partial struct Relu<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.Max(x, TSimd.Broadcast(T.Zero));

    public static A Gradient<A>(A gradient, A result) where A : struct, IAlgebra<A> => gradient.ReluGradient(result);
}

/// <summary>0 where y is not above 0, else x (also where y is NaN): a gradient of x at y.</summary>
[Elementwise(IsInternal = true)]
internal readonly partial struct ReluGradient<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
    {
        TVector zero = TSimd.Broadcast(T.Zero);
        return TSimd.Select(TSimd.GreaterOrEqual(zero, y), zero, x);
    }

    public static A GradientX<A>(A gradient, A y) where A : struct, IAlgebra<A> => gradient.ReluGradient(y);

    public static bool PassesNaN(int operand) => operand == 0;
}

/// <summary>log(1 + exp(y x)) / y, and x itself where y x lies above the threshold z. Only x has a gradient.</summary>
[Elementwise(IsInternal = true)]
internal readonly partial struct Softplus<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector y, TVector z)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
    {
        TVector scaled = TSimd.Multiply(x, y);
        TVector softplus = TSimd.Divide(VectorMath<TSimd, TVector, T>.Softplus(scaled), y);
        return TSimd.Select(TSimd.GreaterThan(scaled, z), x, softplus);
    }

    public static A GradientX<A>(A gradient, A x, A y, A z) where A : struct, IAlgebra<A>
    {
        A scaled = x * y;
        return A.Where(scaled > z, gradient, gradient.StrongMultiply(scaled.Sigmoid()));
    }
}

/// <summary>
/// x / (1 + |x|). Its derivative, 1 / (1 + |x|)², is no difference of two greater numbers.
/// </summary>
[Elementwise(Cost = 6)]
internal readonly partial struct Softsign<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.Divide(x, TSimd.Add(TSimd.Broadcast(T.One), TSimd.Abs(x)));

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply((1 + x.Abs()).Reciprocal().Square());
}
