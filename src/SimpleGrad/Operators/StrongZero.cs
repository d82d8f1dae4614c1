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
    public Variable<T> StrongMultiply(Variable<T> y) => StrongMultiplyOperator<T>.Instance.Product(this, y);

    /// <summary>The product with a number, as <see cref="StrongMultiply(Variable{T})"/> forms it.</summary>
    public Variable<T> StrongMultiply(double y) => StrongMultiply(FromNumber(y));

    /// <summary>
    /// Elementwise quotient in which 0 is stronger than infinity and NaN: 0 where this is 0 or the divisor infinite,
    /// with broadcasting. For propagate rules, as <see cref="StrongMultiply(Variable{T})"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Variable<T> StrongDivide(Variable<T> y) => StrongDivideOperator<T>.Instance.Apply(this, y);

    /// <summary>The quotient by a number, as <see cref="StrongDivide(Variable{T})"/> forms it.</summary>
    public Variable<T> StrongDivide(double y) => StrongDivide(FromNumber(y));
}

/// <summary>
/// x * y, and 0 where either is 0, also where the other is infinite or NaN: the product of propagate rules.
/// </summary>
internal sealed class StrongMultiplyOperator<T> : ProductOperator<T, StrongMultiplyOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static StrongMultiplyOperator<T> Instance { get; } = new();

    public override string Name => "strong_multiply";

    protected override Instruction? InstructionUnlessNaN => SimpleGrad.Instruction.Multiply;

    internal readonly struct Arithmetic : IBinaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.StrongMultiply(x, y);
    }
}

/// <summary>
/// x / y, and 0 where x is 0 or y infinite, also where the other is 0 or NaN: the quotient of propagate rules.
/// </summary>
internal sealed class StrongDivideOperator<T> : ElementwiseBinary<T, StrongDivideOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static StrongDivideOperator<T> Instance { get; } = new();

    protected override double ElementCost => 5;

    public override string Name => "strong_divide";

    protected override Instruction? InstructionUnlessNaN => SimpleGrad.Instruction.Divide;

    public override Keeps Keeps => Keeps.Y | Keeps.Result;

    protected internal override string Describe(ReadOnlySpan<string> inputs) => $"{inputs[0]} / {inputs[1]}";

    internal override int? EqualInput(ReadOnlySpan<T?> numbers) => numbers[1] == T.One ? 0 : null;

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongDivide(at.Y);

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        -gradient.StrongMultiply(at.Result).StrongDivide(at.Y);

    internal readonly struct Arithmetic : IBinaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.StrongDivide(x, y);
    }
}

/// <summary>
/// x times the slope of a function at y: its gradient in one pass over memory. What differs is the slope, and its own
/// derivative.
/// </summary>
internal abstract class SlopeGradient<T, TSlope> : ElementwiseBinary<T, SlopeProduct<TSlope, T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TSlope : struct, IUnaryVectorArithmetic<TSlope, T>
{
    protected override double ElementCost => 20;

    public sealed override Keeps Keeps => Keeps.X | Keeps.Y;

    protected sealed override Type? SlopeArithmetic => typeof(TSlope);

    protected sealed override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        Apply(gradient, at.Y);
}

/// <summary>The strong product of x with a slope at y.</summary>
internal readonly struct SlopeProduct<TSlope, T> : IBinaryVectorArithmetic<SlopeProduct<TSlope, T>, T>
    where TSlope : struct, IUnaryVectorArithmetic<TSlope, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct =>
        VectorMath<TSimd, TVector, T>.StrongMultiply(x, TSlope.Apply<TSimd, TVector>(y));
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
