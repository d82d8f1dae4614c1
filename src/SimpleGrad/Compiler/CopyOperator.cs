using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>x in memory of its own. Only programs have it, after all derivatives are taken.</summary>
internal sealed class CopyOperator<T> : ElementwiseUnary<T, CopyOperator<T>.Identical>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static CopyOperator<T> Instance { get; } = new();

    public override string Name => "copy";

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) => gradient;

    internal readonly struct Identical : IUnaryVectorArithmetic<Identical, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => x;
    }
}
