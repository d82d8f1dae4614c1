using System.Runtime.CompilerServices;

namespace SimpleGrad;

// A gradient that is known zero is null, so operands may be null as far as the compiler knows: formulas of gradients
// stay readable, and an operand that really is null is an error that says what it means.
public sealed partial class Variable<T>
{
    /// <summary>Elementwise sum, with broadcasting.</summary>
    public static Variable<T> operator +(Variable<T>? x, Variable<T>? y) => AddOperator<T>.Instance.Apply(x!, y!);

    /// <summary>Adds a number to each element.</summary>
    public static Variable<T> operator +(Variable<T>? x, double y) => x + FromNumber(y);

    /// <summary>Adds each element to a number.</summary>
    public static Variable<T> operator +(double x, Variable<T>? y) => FromNumber(x) + y;

    /// <summary>Elementwise difference, with broadcasting.</summary>
    public static Variable<T> operator -(Variable<T>? x, Variable<T>? y) => SubtractOperator<T>.Instance.Apply(x!, y!);

    /// <summary>Subtracts a number from each element.</summary>
    public static Variable<T> operator -(Variable<T>? x, double y) => x - FromNumber(y);

    /// <summary>Subtracts each element from a number.</summary>
    public static Variable<T> operator -(double x, Variable<T>? y) => FromNumber(x) - y;

    /// <summary>
    /// Elementwise product, with broadcasting. The product with the plain number one is the other operand itself.
    /// </summary>
    public static Variable<T> operator *(Variable<T>? x, Variable<T>? y) =>
        TimesOne(x, y) ?? MultiplyOperator<T>.Instance.Apply(x!, y!);

    /// <summary>Multiplies each element by a number; by one, it is the variable itself.</summary>
    public static Variable<T> operator *(Variable<T>? x, double y) => x * FromNumber(y);

    /// <summary>Multiplies a number by each element; by one, it is the variable itself.</summary>
    public static Variable<T> operator *(double x, Variable<T>? y) => FromNumber(x) * y;

    /// <summary>Elementwise quotient, with broadcasting.</summary>
    public static Variable<T> operator /(Variable<T>? x, Variable<T>? y) => DivideOperator<T>.Instance.Apply(x!, y!);

    /// <summary>Divides each element by a number.</summary>
    public static Variable<T> operator /(Variable<T>? x, double y) => x / FromNumber(y);

    /// <summary>Divides a number by each element.</summary>
    public static Variable<T> operator /(double x, Variable<T>? y) => FromNumber(x) / y;

    /// <summary>Changes the sign of each element.</summary>
    public static Variable<T> operator -(Variable<T>? x) => NegateOperator<T>.Instance.Apply(x!);

    /// <summary>The other factor where one is the plain number one, which leaves no entry; else null.</summary>
    private static Variable<T>? TimesOne(Variable<T>? x, Variable<T>? y) =>
        x is null || y is null ? null // which the operator refuses
        : y.IsTheNumber(T.One) ? x
        : x.IsTheNumber(T.One) ? y
        : null;
}

/// <summary>x + y.</summary>
[Elementwise(Symbol = "+", Instruction = Instruction.Add, IsCommutative = true, IsInternal = true)]
internal readonly partial struct Add<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.Add(x, y);

    public static A GradientX<A>(A gradient) where A : struct, IAlgebra<A> => gradient;

    public static A GradientY<A>(A gradient) where A : struct, IAlgebra<A> => gradient;
}

/// <summary>x - y.</summary>
[Elementwise(Name = "sub", Symbol = "-", Instruction = Instruction.Subtract, IsInternal = true)]
internal readonly partial struct Subtract<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.Subtract(x, y);

    public static A GradientX<A>(A gradient) where A : struct, IAlgebra<A> => gradient;

    public static A GradientY<A>(A gradient) where A : struct, IAlgebra<A> => -gradient;

    public static int? EqualInput(ReadOnlySpan<T?> numbers) =>
        numbers[1] is { } y && y == T.Zero && !T.IsNegative(y) ? 0 : null;
}

/// <summary>x * y. The product with the plain number 1 is the other factor itself, without an entry.</summary>
[Elementwise(
    Name = "mul", Symbol = "*", Instruction = Instruction.Multiply, IsCommutative = true, IsInternal = true)]
internal readonly partial struct Multiply<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.Multiply(x, y);

    public static A GradientX<A>(A gradient, A y) where A : struct, IAlgebra<A> => gradient.StrongMultiply(y);

    public static A GradientY<A>(A gradient, A x) where A : struct, IAlgebra<A> => gradient.StrongMultiply(x);

    public static int? EqualInput(ReadOnlySpan<T?> numbers) =>
        numbers[1] == T.One ? 0 : numbers[0] == T.One ? 1 : null;
}

/// <summary>x / y; infinite or NaN where y is 0.</summary>
[Elementwise(Name = "div", Symbol = "/", Cost = 5, Instruction = Instruction.Divide, IsInternal = true)]
internal readonly partial struct Divide<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.Divide(x, y);

    public static A GradientX<A>(A gradient, A y) where A : struct, IAlgebra<A> => gradient.StrongDivide(y);

    public static A GradientY<A>(A gradient, A y, A result) where A : struct, IAlgebra<A> =>
        -gradient.StrongMultiply(result / y);

    public static int? EqualInput(ReadOnlySpan<T?> numbers) => numbers[1] == T.One ? 0 : null;
}

/// <summary>-x.</summary>
[Elementwise(Name = "neg", Symbol = "-", Cost = 1, Instruction = Instruction.Negate, IsInternal = true)]
internal readonly partial struct Negate<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.Negate(x);

    public static A Gradient<A>(A gradient) where A : struct, IAlgebra<A> => -gradient;
}
