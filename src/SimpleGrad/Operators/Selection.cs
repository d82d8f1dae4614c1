using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// Each element moved into the range from <paramref name="min"/> to <paramref name="max"/>. The derivative is 1
    /// inside and at the bounds, 0 outside.
    /// </summary>
    /// <param name="min">The minimum; null for no bound.</param>
    /// <param name="max">The maximum; null for no bound. Where it is below <paramref name="min"/>, it
    /// wins.</param>
    /// <exception cref="ArgumentException">Neither bound is given.</exception>
    public Variable<T> Clamp(double? min = null, double? max = null)
    {
        (Variable<T> lower, Variable<T> upper) = Bounds(min, max);
        return ClampOperator<T>.Instance.Apply(this, lower, upper);
    }

    /// <summary>
    /// Each element moved into a range of its own, with broadcasting. A bound has the gradient where the element lies
    /// beyond it, the element has it elsewhere.
    /// </summary>
    /// <inheritdoc cref="Clamp(double?, double?)"/>
    public Variable<T> Clamp(Variable<T>? min, Variable<T>? max) => min is null && max is null
        ? throw NoBound()
        : ClampOperator<T>.Instance.Apply(
            this, min ?? FromNumber(double.NegativeInfinity), max ?? FromNumber(double.PositiveInfinity));

    internal (Variable<T> Min, Variable<T> Max) Bounds(double? min, double? max) =>
        min is null && max is null
        ? throw NoBound()
        : (FromNumber(min ?? double.NegativeInfinity), FromNumber(max ?? double.PositiveInfinity));

    private ArgumentException NoBound() => new(
        $"clamp: shape {Shape} is given neither a minimum nor a maximum.", "min");
}

/// <summary>Operators on several variables.</summary>
public static partial class Variable
{
    /// <summary>
    /// Takes each element from <paramref name="x"/> where the condition is not 0, else from <paramref name="y"/>; with
    /// broadcasting. The gradient goes only where the element came from.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Variable<T> Where<T>(Variable<T> condition, Variable<T> x, Variable<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => WhereOperator<T>.Instance.Apply(condition, x, y);

    /// <summary>Takes each element from <paramref name="x"/> where the condition is not 0, else the number.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Variable<T> Where<T>(Variable<T> condition, Variable<T> x, double y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Where(condition, x, Variable<T>.FromNumber(y));

    /// <summary>Takes the number where the condition is not 0, else the element of <paramref name="y"/>.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Variable<T> Where<T>(Variable<T> condition, double x, Variable<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Where(condition, Variable<T>.FromNumber(x), y);
}

/// <summary>|x|, the absolute value, with derivative 0 at 0.</summary>
[Elementwise(Cost = 1)]
internal readonly partial struct Abs<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.Abs(x);

    public static A Gradient<A>(A gradient, A x, A result) where A : struct, IAlgebra<A> =>
        gradient.AbsGradient(x, result);
}

/// <summary>The sign: -1, 0 or 1, and NaN for NaN. Its gradient is known zero.</summary>
[Elementwise(Cost = 2)]
internal readonly partial struct Sign<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Sign(x);
}

/// <summary>
/// The greater of x and y; half the gradient each where they are equal. NaN where either is, and then both have the
/// whole gradient.
/// </summary>
[Elementwise(TakesNumber = true)]
internal readonly partial struct Maximum<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.Max(x, y);

    public static A GradientX<A>(A gradient, A x, A y) where A : struct, IAlgebra<A> =>
        Share(gradient, x.EqualTo(y), x < y);

    public static A GradientY<A>(A gradient, A x, A y) where A : struct, IAlgebra<A> =>
        Share(gradient, x.EqualTo(y), y < x);

    /// <summary>
    /// The gradient of an operand of a maximum or minimum: whole, half at a tie, nothing where it lost.
    /// </summary>
    public static A Share<A>(A gradient, A tie, A lost) where A : struct, IAlgebra<A> =>
        A.Where(tie, gradient / 2, A.Where(lost, 0, gradient));
}

/// <summary>
/// The lesser of x and y; half the gradient each where they are equal. NaN where either is, and then both have the
/// whole gradient.
/// </summary>
[Elementwise(TakesNumber = true)]
internal readonly partial struct Minimum<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.Min(x, y);

    public static A GradientX<A>(A gradient, A x, A y) where A : struct, IAlgebra<A> =>
        Maximum<T>.Share(gradient, x.EqualTo(y), x > y);

    public static A GradientY<A>(A gradient, A x, A y) where A : struct, IAlgebra<A> =>
        Maximum<T>.Share(gradient, x.EqualTo(y), y > x);
}

/// <summary>
/// min(max(x, y), z): x moved into the range from y to z; where that is empty, z. At a bound x has the gradient; a
/// bound has it only where x lies beyond it.
/// </summary>
[Elementwise(HasOwnMethods = true)]
internal readonly partial struct Clamp<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector y, TVector z)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
    {
        // The instructions keep an x that is NaN, and not a bound.
        TVector result = TSimd.MinNative(z, TSimd.MaxNative(y, x));
        TVector areNumbers = TSimd.And(TSimd.EqualTo(y, y), TSimd.EqualTo(z, z));
        return TSimd.Select(areNumbers, result, TSimd.Broadcast(T.NaN));
    }

    public static A GradientX<A>(A gradient, A x, A y, A z) where A : struct, IAlgebra<A> =>
        A.Where((x >= y) * (x <= z), gradient, 0);

    public static A GradientY<A>(A gradient, A x, A y, A z) where A : struct, IAlgebra<A> =>
        A.Where((x < y) * (y < z), gradient, 0);

    public static A GradientZ<A>(A gradient, A x, A y, A z) where A : struct, IAlgebra<A> =>
        A.Where((x > z).Maximum(y > z), gradient, 0);
}

/// <summary>
/// y where x is not 0 (NaN is not), else z. The gradient goes only to where the element came from; what was not taken
/// gets 0, also where it is infinite or NaN.
/// </summary>
[Elementwise(IsInternal = true)]
internal readonly partial struct Where<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector y, TVector z)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.Select(TSimd.EqualTo(x, TSimd.Broadcast(T.Zero)), z, y);

    public static A GradientY<A>(A gradient, A x) where A : struct, IAlgebra<A> => A.Where(x, gradient, 0);

    public static A GradientZ<A>(A gradient, A x) where A : struct, IAlgebra<A> => A.Where(x, 0, gradient);

    public static bool PassesNaN(int operand) => operand > 0;

    public static string Describe(ReadOnlySpan<string> inputs) =>
        $"where({inputs[0]}, {inputs[1]}, {inputs[2]})";

    public static string Code(ReadOnlySpan<string> inputs) => $"Variable.Where({string.Join(", ", inputs)})";
}
