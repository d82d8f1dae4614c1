using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>x rounded down. It is flat between its steps, and its gradient is known zero.</summary>
[Elementwise]
internal readonly partial struct Floor<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.Floor(x);
}

/// <summary>x rounded up. It is flat between its steps, and its gradient is known zero.</summary>
[Elementwise]
internal readonly partial struct Ceiling<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.Ceiling(x);
}

/// <summary>
/// x rounded to the nearest integer; halfway, to the even one. It is flat between its steps, and its gradient is known
/// zero.
/// </summary>
[Elementwise]
internal readonly partial struct Round<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.Round(x);
}

/// <summary>x rounded towards 0. It is flat between its steps, and its gradient is known zero.</summary>
[Elementwise(Name = "trunc")]
internal readonly partial struct Truncate<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.Truncate(x);
}

/// <summary>The remainder of x / y with the sign of x, as C# has it; NaN where y is 0.</summary>
/// <remarks>The quotient that it comes from counts as a constant: the gradient by y is minus that integer.</remarks>
[Elementwise(TakesNumber = true)]
internal readonly partial struct Fmod<T>
{
    public static T Apply(T x, T y) => x % y;

    public static A GradientX<A>(A gradient) where A : struct, IAlgebra<A> => gradient;

    public static A GradientY<A>(A gradient, A x, A y) where A : struct, IAlgebra<A> =>
        -gradient.StrongMultiply((x / y).Truncate());
}

/// <summary>The remainder of x / y with the sign of y, as Python has it; NaN where y is 0.</summary>
/// <remarks>The quotient that it comes from counts as a constant: the gradient by y is minus that integer.</remarks>
[Elementwise(TakesNumber = true)]
internal readonly partial struct Remainder<T>
{
    public static T Apply(T x, T y)
    {
        T remainder = x % y;
        return remainder != T.Zero && T.IsNegative(remainder) != T.IsNegative(y) ? remainder + y : remainder;
    }

    public static A GradientX<A>(A gradient) where A : struct, IAlgebra<A> => gradient;

    public static A GradientY<A>(A gradient, A x, A y) where A : struct, IAlgebra<A> =>
        -gradient.StrongMultiply(x.FloorDivide(y));
}

/// <summary>
/// (x - <see cref="Remainder{T}"/>) / y, an integer; x / y where y is 0. The quotient itself may have been
/// rounded up to the next integer. Its gradients are known zero.
/// </summary>
[Elementwise(IsInternal = true)]
internal readonly partial struct FloorDivide<T>
{
    public static T Apply(T x, T y)
    {
        if (y == T.Zero)
            return x / y;
        T remainder = x % y, quotient = (x - remainder) / y;
        bool isBelow = remainder != T.Zero && T.IsNegative(remainder) != T.IsNegative(y);
        return T.Round(isBelow ? quotient - T.One : quotient);
    }
}
