using System.Numerics;

namespace SimpleGrad;

// The arithmetic of operators, written for vectors of any width. Single numbers and spans follow from that, and
// compiled kernels call the same methods: an element has one value, whichever way it is computed.

/// <summary>An arithmetic that is written for vectors, as one of the three below.</summary>
internal interface IVectorArithmetic;

/// <summary>An arithmetic of one operand that is written for vectors.</summary>
internal unsafe interface IUnaryVectorArithmetic<TSelf, T> : IUnaryArithmetic<TSelf, T>, IVectorArithmetic
    where TSelf : struct, IUnaryVectorArithmetic<TSelf, T>
    where T : unmanaged, INumberBase<T>
{
    static abstract TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct;

    static T IUnaryArithmetic<TSelf, T>.Apply(T x) => TSelf.Apply<Simd1<T>, T>(x);

    static void IUnaryArithmetic<TSelf, T>.Apply(ReadOnlySpan<T> x, Span<T> result)
    {
        fixed (T* from = x, to = result)
            VectorLoop.Unary<TSelf, T>(from, to, result.Length);
    }
}

/// <summary>An arithmetic of two operands that is written for vectors.</summary>
internal unsafe interface IBinaryVectorArithmetic<TSelf, T> : IBinaryArithmetic<TSelf, T>, IVectorArithmetic
    where TSelf : struct, IBinaryVectorArithmetic<TSelf, T>
    where T : unmanaged, INumberBase<T>
{
    static abstract TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct;

    static T IBinaryArithmetic<TSelf, T>.Apply(T x, T y) => TSelf.Apply<Simd1<T>, T>(x, y);

    static void IBinaryArithmetic<TSelf, T>.Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
    {
        fixed (T* xs = x, ys = y, to = result)
            VectorLoop.Binary<TSelf, VectorLoop.Many, VectorLoop.Many, T>(xs, ys, to, result.Length);
    }

    static void IBinaryArithmetic<TSelf, T>.Apply(ReadOnlySpan<T> x, T y, Span<T> result)
    {
        fixed (T* xs = x, to = result)
            VectorLoop.Binary<TSelf, VectorLoop.Many, VectorLoop.One, T>(xs, &y, to, result.Length);
    }

    static void IBinaryArithmetic<TSelf, T>.Apply(T x, ReadOnlySpan<T> y, Span<T> result)
    {
        fixed (T* ys = y, to = result)
            VectorLoop.Binary<TSelf, VectorLoop.One, VectorLoop.Many, T>(&x, ys, to, result.Length);
    }
}

/// <summary>An arithmetic of three operands that is written for vectors.</summary>
internal unsafe interface ITernaryVectorArithmetic<TSelf, T> : ITernaryArithmetic<TSelf, T>, IVectorArithmetic
    where TSelf : struct, ITernaryVectorArithmetic<TSelf, T>
    where T : unmanaged, INumberBase<T>
{
    static abstract TVector Apply<TSimd, TVector>(TVector x, TVector y, TVector z)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct;

    static T ITernaryArithmetic<TSelf, T>.Apply(T x, T y, T z) => TSelf.Apply<Simd1<T>, T>(x, y, z);

    static void ITernaryArithmetic<TSelf, T>.Apply(in Run<T> run, Span<T> result)
    {
        fixed (T* to = result)
            VectorLoop.Ternary<TSelf, T>(run, to, result.Length);
    }
}
