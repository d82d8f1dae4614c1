using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// log(exp(x) + exp(y)), computed relative to the greater one so that nothing overflows. Where both are the same
/// infinity it is that; the derivative by -infinity is 0, and by one of two infinities NaN.
/// </summary>
[Elementwise(Name = "logaddexp", IsCommutative = true)]
internal readonly partial struct LogAddExp<T>
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

    public static A GradientX<A>(A gradient, A x, A y) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(Weight(x, y));

    public static A GradientY<A>(A gradient, A x, A y) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(Weight(y, x));

    /// <summary>The part of exp(x) in the sum; log 0 has none, also beside another log 0.</summary>
    private static A Weight<A>(A x, A y) where A : struct, IAlgebra<A> =>
        A.Where(x.EqualTo(double.NegativeInfinity), 0, (x - y).Sigmoid());
}
