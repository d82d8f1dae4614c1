using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// Elementwise x + value y z, with broadcasting, as <c>torch.addcmul</c>: one pass over memory for a value of 1.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Variable<T> Addcmul(Variable<T> y, Variable<T> z, double value = 1)
    {
        ArgumentNullException.ThrowIfNull(y);
        return AddcmulOperator<T>.Instance.Apply(this, value == 1 ? y : value * y, z);
    }
}

/// <summary>x + y z, rounded once where the processor can.</summary>
internal sealed class AddcmulOperator<T> : ElementwiseTernary<T, AddcmulOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static AddcmulOperator<T> Instance { get; } = new();

    public override string Name => "addcmul";

    public override Keeps Keeps => Keeps.Y | Keeps.Z;

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) => gradient;

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(at.Z);

    protected override Variable<T>? PropagateZ(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(at.Y);

    internal readonly struct Arithmetic : ITernaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y, TVector z)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.MultiplyAdd(y, z, x);
    }
}
