using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

// The products of propagate rules. A gradient of 0 says that nothing depends on an element: what a Where, a slice or a
// mask did not choose has gradient 0, however steep it is. So 0 absorbs every slope, also one that is infinite or NaN.
// Both factors absorb: reverse mode multiplies the slopes of a chain from one end, forward mode from the other, and the
// two agree only where the product is associative and commutative.

public sealed partial class Variable<T>
{
    /// <summary>
    /// Elementwise product in which 0 is stronger than infinity and NaN: 0 where either factor is 0, with broadcasting.
    /// For propagate rules: a gradient that is exactly 0 stays 0, whatever the slope.
    /// </summary>
    /// <remarks>
    /// Known as strong zero (Enzyme) or absolute-zero product (<c>azmul</c> in CppAD). The derivatives of all operators
    /// of the library are products of this kind.
    /// </remarks>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Variable<T> StrongMultiply(Variable<T> y) =>
        TimesOne(this, y) ?? StrongMultiplyOperator<T>.Instance.Apply(this, y);

    /// <summary>The product with a number, as <see cref="StrongMultiply(Variable{T})"/> forms it.</summary>
    public Variable<T> StrongMultiply(double y) => StrongMultiply(FromNumber(y));
}

/// <summary>
/// x * y, and 0 where either is 0, also where the other is infinite or NaN: the product of propagate rules.
/// </summary>
[Elementwise(
    Symbol = "*", InstructionUnlessNaN = Instruction.Multiply, IsCommutative = true, HasOwnMethods = true)]
internal readonly partial struct StrongMultiply<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.StrongMultiply(x, y);

    public static A GradientX<A>(A gradient, A y) where A : struct, IAlgebra<A> => gradient.StrongMultiply(y);

    public static A GradientY<A>(A gradient, A x) where A : struct, IAlgebra<A> => gradient.StrongMultiply(x);

    public static int? EqualInput(ReadOnlySpan<T?> numbers) =>
        numbers[1] == T.One ? 0 : numbers[0] == T.One ? 1 : null;
}

/// <summary>
/// x / y, in which 0 is stronger than infinity and NaN: 0 where x is 0 or y infinite. For propagate rules, as <see
/// cref="StrongMultiply{T}"/>.
/// </summary>
[Elementwise(Symbol = "/", Cost = 5, InstructionUnlessNaN = Instruction.Divide, TakesNumber = true)]
internal readonly partial struct StrongDivide<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.StrongDivide(x, y);

    public static A GradientX<A>(A gradient, A y) where A : struct, IAlgebra<A> => gradient.StrongDivide(y);

    public static A GradientY<A>(A gradient, A y, A result) where A : struct, IAlgebra<A> =>
        -gradient.StrongMultiply(result).StrongDivide(y);

    public static int? EqualInput(ReadOnlySpan<T?> numbers) => numbers[1] == T.One ? 0 : null;
}

/// <summary>Sums of products in which 0 is stronger than infinity and NaN.</summary>
internal static class StrongZero
{
    /// <summary>
    /// Computes an operation that is linear in both operands, such as a matrix product, so that 0 absorbs infinity and
    /// NaN in each of its products. Only where the plain result has a NaN does that take more than one computation.
    /// </summary>
    public static Tensor<T> Bilinear<T>(Tensor<T> x, Tensor<T> y, Func<Tensor<T>, Tensor<T>, Tensor<T>> compute)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> result = compute(x, y);
        if (!TensorPrimitives.IsNaNAny<T>(result.ToContiguous().Span))
            return result;
        // Sums of the finite products, and how many of the others are infinite, of which sign, or NaN.
        Tensor<T> finite = compute(Map(x, Finite), Map(y, Finite));
        Tensor<T> signed = compute(Map(x, Infinite), Map(y, Sign)) + compute(Map(x, FiniteSign), Map(y, Infinite));
        Tensor<T> infinite = compute(Map(x, Abs(Infinite)), Map(y, Abs(Sign)))
            + compute(Map(x, Abs(FiniteSign)), Map(y, Abs(Infinite)));
        Tensor<T> missing = compute(Map(x, Missing), Map(y, IsNotZero)) + compute(Map(x, IsNotZero), Map(y, Missing));
        T[] sums = result.ToArray();
        T[] finites = finite.ToArray(), signs = signed.ToArray(), counts = infinite.ToArray(), gaps = missing.ToArray();
        for (int i = 0; i < sums.Length; i++)
        {
            if (!T.IsNaN(sums[i]) || gaps[i] != T.Zero)
                continue;
            sums[i] = counts[i] == T.Zero ? finites[i]
                : signs[i] == counts[i] ? T.PositiveInfinity
                : signs[i] == -counts[i] ? T.NegativeInfinity
                : T.NaN;
        }
        return Tensor.Create<T>(sums, result.Shape);

        static T Finite(T value) => T.IsFinite(value) ? value : T.Zero;
        static T Infinite(T value) => T.IsInfinity(value) ? T.CopySign(T.One, value) : T.Zero;
        static T Sign(T value) => value > T.Zero ? T.One : value < T.Zero ? -T.One : T.Zero;
        static T FiniteSign(T value) => Sign(Finite(value));
        static T Missing(T value) => T.IsNaN(value) ? T.One : T.Zero;
        static T IsNotZero(T value) => value == T.Zero ? T.Zero : T.One;
        static Func<T, T> Abs(Func<T, T> function) => value => T.Abs(function(value));
    }

    private static Tensor<T> Map<T>(Tensor<T> x, Func<T, T> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Tensor.Create<T>(Array.ConvertAll(x.ToArray(), value => function(value)), x.Shape);
}
