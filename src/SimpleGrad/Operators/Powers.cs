using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>Elementwise power with an exponent for each element, with broadcasting.</summary>
    /// <remarks>
    /// The gradient is 0 by x where the exponent is 0, and by the exponent where x is 0 and it is not negative. To the
    /// power -0.5, -0 gives infinity and -infinity gives 0, as for other negative exponents that are no integers;
    /// PyTorch computes 1 / sqrt(x) there, which gives -infinity and NaN.
    /// </remarks>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Variable<T> Pow(Variable<T> exponent) =>
        exponent is not null && exponent.IsTheNumber(T.One) ? this : PowOperator<T>.Instance.Apply(this, exponent!);

    /// <summary>Elementwise power; to the power 1, it is the variable itself.</summary>
    public Variable<T> Pow(double exponent) => Pow(FromNumber(exponent));
}

/// <summary>The exponential, e to the power x.</summary>
[Elementwise]
internal readonly partial struct Exp<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Exp(x);

    public static A Gradient<A>(A gradient, A result) where A : struct, IAlgebra<A> => gradient.StrongMultiply(result);
}

/// <summary>The exponential minus 1, accurate near 0.</summary>
[Elementwise]
internal readonly partial struct Expm1<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Expm1(x);

    /// <summary>From x: the result has rounded to -1 where exp(x) is small.</summary>
    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> => gradient.StrongMultiply(x.Exp());
}

/// <summary>The natural logarithm; -infinity at 0, NaN below.</summary>
[Elementwise]
internal readonly partial struct Log<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Log(x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> => gradient.StrongDivide(x);
}

/// <summary>The natural logarithm of 1 + x, accurate near 0; -infinity at -1, NaN below.</summary>
[Elementwise]
internal readonly partial struct Log1p<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Log1p(x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> => gradient.StrongDivide(x + 1);
}

/// <summary>The square root; NaN below 0, with an infinite derivative at 0.</summary>
[Elementwise(Cost = 5)]
internal readonly partial struct Sqrt<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.Sqrt(x);

    public static A Gradient<A>(A gradient, A result) where A : struct, IAlgebra<A> =>
        gradient.StrongDivide(2 * result);
}

/// <summary>1 / x; infinite at 0.</summary>
[Elementwise(Cost = 5)]
internal readonly partial struct Reciprocal<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.Divide(TSimd.Broadcast(T.One), x);

    public static A Gradient<A>(A gradient, A result) where A : struct, IAlgebra<A> =>
        -gradient.StrongMultiply(result * result);
}

/// <summary>x², as x * x.</summary>
[Elementwise(Cost = 1)]
internal readonly partial struct Square<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.Multiply(x, x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> => gradient.StrongMultiply(2 * x);
}

/// <summary>x to the power of an exponent.</summary>
/// <remarks>
/// The gradient by x is 0 where the exponent is 0, and by the exponent where x is 0 and it is not negative. To the
/// power -0.5, -0 gives infinity and -infinity gives 0, as for other negative exponents that are no integers; PyTorch
/// computes 1 / sqrt(x) there, which gives -infinity and NaN.
/// </remarks>
[Elementwise(Cost = 40, HasOwnMethods = true)]
internal readonly unsafe partial struct Pow<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector exponent)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Pow(x, exponent);

    // The square and the cube are by far the most frequent powers, and products above too.
    static void IBinaryArithmetic<Pow<T>, T>.Apply(ReadOnlySpan<T> x, T y, Span<T> result)
    {
        fixed (T* from = x, to = result)
        {
            if (y == T.CreateTruncating(2))
                VectorLoop.Unary<Square<T>, T>(from, to, result.Length);
            else if (y == T.CreateTruncating(3))
                VectorLoop.Unary<Cube, T>(from, to, result.Length);
            else
                VectorLoop.Binary<Pow<T>, VectorLoop.Many, VectorLoop.One, T>(from, &y, to, result.Length);
        }
    }

    public static A GradientX<A>(A gradient, A x, A exponent) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(exponent.StrongMultiply(x.PowOfDifference(exponent, 1)));

    /// <summary>
    /// The power 0 is 1, whatever x is: nothing is computed for it. Exponents of at least 1/2 lose nothing when 1 is
    /// subtracted (P. H. Sterbenz).
    /// </summary>
    public static Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at)
    {
        (Variable<T> x, Variable<T> exponent) = (at.X, at.Y);
        if (exponent.IsTheNumber(T.Zero))
            return null;
        return exponent.IsNumber && exponent.Number >= T.CreateTruncating(0.5)
            ? gradient.StrongMultiply(exponent.StrongMultiply(x.Pow(exponent - 1)))
            : GradientX<OnVariables<T>>(new(gradient), new(x), new(exponent)).Value;
    }

    public static A GradientY<A>(A gradient, A x, A exponent, A result) where A : struct, IAlgebra<A>
    {
        A isFlat = x.EqualTo(0) * (exponent >= 0);
        return gradient.StrongMultiply(A.Where(isFlat, 0, result.StrongMultiply(x.Log())));
    }

    private readonly struct Cube : IUnaryVectorArithmetic<Cube, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.Multiply(TSimd.Multiply(x, x), x);
    }
}

/// <summary>x to the power y - z, with the digits that this difference loses; z is a plain integer.</summary>
/// <remarks>
/// The exponents of derivatives are those of the function less 1, 2, …, and the farther x is from 1, the more each
/// digit of them counts: x^0.3 has the derivative 0.3 x^-0.7, and 0.3 - 1 as computed is not -0.7.
/// </remarks>
[Elementwise(Name = "pow_of_difference", Cost = 45, IsInternal = true)]
internal readonly partial struct PowOfDifference<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector y, TVector z)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.PowOfDifference(x, y, z);

    public static A GradientX<A>(A gradient, A x, A y, A z) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply((y - z).StrongMultiply(x.PowOfDifference(y, z + 1)));

    public static A GradientY<A>(A gradient, A x, A y, A z, A result) where A : struct, IAlgebra<A> =>
        Pow<T>.GradientY(gradient, x, y - z, result);
}
