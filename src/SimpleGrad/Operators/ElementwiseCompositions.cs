using System.Runtime.CompilerServices;

namespace SimpleGrad;

// Elementwise functions that are composed of operators. What a branch must not spoil is replaced before it is computed:
// the gradient of what is not taken is 0, and 0 times infinity is NaN.
public sealed partial class Variable<T>
{
    /// <summary>
    /// Elementwise x log(y), with broadcasting; 0 where x is 0 and y is not NaN, with a gradient of 0 where its
    /// logarithm is not finite.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Variable<T> Xlogy(Variable<T> y)
    {
        ArgumentNullException.ThrowIfNull(y);
        Variable<T> isZero = EqualTo(0) * (y <= 0).Maximum(y.EqualTo(double.PositiveInfinity));
        return Variable.Where(isZero, 0, this * Variable.Where(isZero, 1, y).Log());
    }

    /// <summary>
    /// Elementwise sin(πx) / (πx), and 1 at 0. Near 0 it is its Taylor series, so that derivatives of every order are
    /// right there too; PyTorch's are 0 at 0.
    /// </summary>
    public Variable<T> Sinc()
    {
        Variable<T> angle = this * Math.PI, isSmall = angle.Abs() < 0.5, isGreat = 1 - isSmall;
        Variable<T> square = Variable.Where(isSmall, angle, 0).Square();
        // The terms are (-1)^k u^k / (2k + 1)!, of which that after the last is less than 1e-19.
        Variable<T> series = 1 - square / (16 * 17);
        for (int k = 7; k >= 1; k--)
            series = 1 - square / (2 * k * (2 * k + 1)) * series;
        // The sine by the distance from the nearest integer, which has digits near it: at odd ones with another sign.
        Variable<T> integer = Round(), half = integer / 2, sign = 1 - 4 * (half - half.Floor());
        Variable<T> sine = ((this - integer) * Math.PI).Sin() * sign;
        return Variable.Where(isSmall, series, sine / Variable.Where(isGreat, angle, 1));
    }

    /// <summary>Elementwise x + weight (end - x), on the way from x to another value.</summary>
    public Variable<T> Lerp(Variable<T> end, double weight) => Lerp(end, FromNumber(weight));

    /// <summary>Elementwise x + weight (end - x), on the way from x to another value; with broadcasting.</summary>
    /// <param name="end">Where it leads for weight 1.</param>
    /// <param name="weight">How far along it is.</param>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Variable<T> Lerp(Variable<T> end, Variable<T> weight) => this + weight * (end - this);

    /// <summary>Elementwise x + value y / z, with broadcasting.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Variable<T> Addcdiv(Variable<T> y, Variable<T> z, double value = 1) => this + value * (y / z);

    /// <summary>
    /// Elementwise log(x / (1 - x)), the inverse of <see cref="Sigmoid"/>; infinite at 0 and 1, NaN outside.
    /// </summary>
    /// <param name="epsilon">Before that, x is moved into the range from this to 1 less this; null for not at
    /// all.</param>
    public Variable<T> Logit(double? epsilon = null)
    {
        Variable<T> x = epsilon is { } bound ? Clamp(bound, 1 - bound) : this;
        return LogitOperator<T>.Instance.Apply(x);
    }

    /// <summary>Elementwise part behind the point, with the sign of x: x less <see cref="Truncate"/>.</summary>
    public Variable<T> Frac() => this - Truncate();

    /// <summary>
    /// Elementwise |x| with the sign of y, also of -0, with broadcasting. The derivative at x = 0 is 0, and that by y
    /// is known zero. NaN in y counts as positive.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Variable<T> CopySign(Variable<T> y)
    {
        ArgumentNullException.ThrowIfNull(y);
        // 1 / -0 is -infinity.
        Variable<T> isNegative = Variable.Where(y.EqualTo(0), 1 / y.Detach(), y.Detach()) < 0, size = Abs();
        return Variable.Where(isNegative, -size, size);
    }

    /// <summary>
    /// Elementwise x, and numbers in the places of NaN and the infinities, where the derivative is 0.
    /// </summary>
    /// <param name="nan">What stands for NaN.</param>
    /// <param name="posInf">What stands for infinity; null for the largest number.</param>
    /// <param name="negInf">What stands for -infinity; null for the smallest number.</param>
    public Variable<T> NanToNum(double nan = 0, double? posInf = null, double? negInf = null)
    {
        Variable<T> largest = FromNumber(T.BitDecrement(T.PositiveInfinity));
        Variable<T> x = Variable.Where(
            EqualTo(double.PositiveInfinity), posInf is { } most ? FromNumber(most) : largest, this);
        x = Variable.Where(
            EqualTo(double.NegativeInfinity), negInf is { } least ? FromNumber(least) : -largest, x);
        return Variable.Where(EqualTo(this), x, nan);
    }

    /// <summary>1 where the elements differ, or one is NaN, else 0; with broadcasting. No gradient flows.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Variable<T> NotEqualTo(Variable<T> y) => 1 - EqualTo(y);

    /// <summary>1 where an element is not a number, given as one, else 0.</summary>
    public Variable<T> NotEqualTo(double y) => NotEqualTo(FromNumber(y));

    /// <summary>1 where an element is NaN, else 0. No gradient flows.</summary>
    public Variable<T> IsNaN() => NotEqualTo(this);

    /// <summary>1 where an element is an infinity, else 0. No gradient flows.</summary>
    public Variable<T> IsInfinity() => Abs().EqualTo(double.PositiveInfinity);

    /// <summary>1 where an element is neither infinite nor NaN, else 0. No gradient flows.</summary>
    public Variable<T> IsFinite() => Abs() < double.PositiveInfinity;
}

/// <summary>log(x / (1 - x)), with all digits near 1/2; infinite at 0 and 1, NaN outside.</summary>
[Elementwise(HasOwnMethods = true)]
internal readonly partial struct Logit<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Logit(x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> =>
        gradient.StrongDivide(x.TimesComplement());
}

/// <summary>
/// x (1 - x); its derivative, 1 - 2 x, keeps its digits near 1/2, where the sum of the derivatives of two factors does
/// not.
/// </summary>
[Elementwise(Cost = 1, IsInternal = true)]
internal readonly partial struct TimesComplement<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.Multiply(x, TSimd.Subtract(TSimd.Broadcast(T.One), x));

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> => gradient.StrongMultiply(1 - 2 * x);
}
