using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// Elementwise log(exp(x) + exp(y)) without overflow, with broadcasting. Where both are the same infinity it is
    /// that; the derivative by -infinity is 0, and by one of two infinities NaN.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Variable<T> LogAddExp(Variable<T> y) => LogAddExpOperator<T>.Instance.Apply(this, y);
}

/// <summary>
/// log(exp(x) + exp(y)), computed relative to the greater one so that nothing overflows. Where both are the same
/// infinity it is that; the derivative by -infinity is 0, and by one of two infinities NaN.
/// </summary>
internal sealed class LogAddExpOperator<T> : ElementwiseBinary<T, LogAddExpOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static LogAddExpOperator<T> Instance { get; } = new();

    public override string Name => "logaddexp";

    internal override string Method => nameof(Variable<>.LogAddExp);

    public override Keeps Keeps => Keeps.X | Keeps.Y;

    internal override bool IsCommutative => true;

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(Weight(at.X, at.Y));

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(Weight(at.Y, at.X));

    /// <summary>The part of exp(x) in the sum; log 0 has none, also beside another log 0.</summary>
    private static Variable<T> Weight(Variable<T> x, Variable<T> y) =>
        Variable.Where(x.EqualTo(double.NegativeInfinity), 0, (x - y).Sigmoid());

    internal readonly struct Arithmetic : IBinaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            // Equal infinities have no difference, and are their own result.
            TVector zero = TSimd.Broadcast(T.Zero);
            TVector distance = TSimd.Select(TSimd.EqualTo(x, y), zero, TSimd.Abs(TSimd.Subtract(x, y)));
            TVector share = VectorMath<TSimd, TVector, T>.Exp(TSimd.Subtract(zero, distance));
            return TSimd.Add(TSimd.Max(x, y), VectorMath<TSimd, TVector, T>.Log1p(share));
        }
    }
}
