using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

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

    /// <summary>A gradient of 0 stays 0, and so it does where it is NaN and the slope 0.</summary>
    protected sealed override bool PassesNaN(int operand) => operand == 0;

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
