using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>exp(x), as vectors.</summary>
internal readonly struct Exponential : IUnaryVectorArithmetic<Exponential, double>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, double>
        where TVector : struct => VectorMath<TSimd, TVector, double>.Exp(x);
}
