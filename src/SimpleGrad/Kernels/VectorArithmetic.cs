using System.Numerics;
using System.Runtime.InteropServices;

namespace SimpleGrad;

/// <summary>An arithmetic of two operands that is written for vectors of the processor's width too.</summary>
/// <remarks>It must round alike in both forms: the last elements of a span are computed one by one.</remarks>
internal interface IBinaryVectorArithmetic<TSelf, T> : IBinaryArithmetic<TSelf, T>
    where TSelf : struct, IBinaryVectorArithmetic<TSelf, T>
    where T : unmanaged
{
    static abstract Vector<T> Apply(Vector<T> x, Vector<T> y);

    static void IBinaryArithmetic<TSelf, T>.Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
    {
        ReadOnlySpan<Vector<T>> xs = MemoryMarshal.Cast<T, Vector<T>>(x), ys = MemoryMarshal.Cast<T, Vector<T>>(y);
        Span<Vector<T>> to = MemoryMarshal.Cast<T, Vector<T>>(result);
        for (int i = 0; i < to.Length; i++)
            to[i] = TSelf.Apply(xs[i], ys[i]);
        for (int i = to.Length * Vector<T>.Count; i < result.Length; i++)
            result[i] = TSelf.Apply(x[i], y[i]);
    }

    static void IBinaryArithmetic<TSelf, T>.Apply(ReadOnlySpan<T> x, T y, Span<T> result)
    {
        ReadOnlySpan<Vector<T>> xs = MemoryMarshal.Cast<T, Vector<T>>(x);
        Span<Vector<T>> to = MemoryMarshal.Cast<T, Vector<T>>(result);
        var ys = new Vector<T>(y);
        for (int i = 0; i < to.Length; i++)
            to[i] = TSelf.Apply(xs[i], ys);
        for (int i = to.Length * Vector<T>.Count; i < result.Length; i++)
            result[i] = TSelf.Apply(x[i], y);
    }

    static void IBinaryArithmetic<TSelf, T>.Apply(T x, ReadOnlySpan<T> y, Span<T> result)
    {
        ReadOnlySpan<Vector<T>> ys = MemoryMarshal.Cast<T, Vector<T>>(y);
        Span<Vector<T>> to = MemoryMarshal.Cast<T, Vector<T>>(result);
        var xs = new Vector<T>(x);
        for (int i = 0; i < to.Length; i++)
            to[i] = TSelf.Apply(xs, ys[i]);
        for (int i = to.Length * Vector<T>.Count; i < result.Length; i++)
            result[i] = TSelf.Apply(x, y[i]);
    }
}

/// <summary>An arithmetic of three operands that is written for vectors of the processor's width too.</summary>
/// <inheritdoc cref="IBinaryVectorArithmetic{TSelf, T}"/>
internal unsafe interface ITernaryVectorArithmetic<TSelf, T> : ITernaryArithmetic<TSelf, T>
    where TSelf : struct, ITernaryVectorArithmetic<TSelf, T>
    where T : unmanaged
{
    static abstract Vector<T> Apply(Vector<T> x, Vector<T> y, Vector<T> z);

    static void ITernaryArithmetic<TSelf, T>.Apply(in Run<T> run, Span<T> result)
    {
        T* x = run.X, y = run.Y, z = run.Z;
        int xStep = run.XIsOne ? 0 : 1, yStep = run.YIsOne ? 0 : 1, zStep = run.ZIsOne ? 0 : 1;
        var xs = new Vector<T>(*x);
        var ys = new Vector<T>(*y);
        var zs = new Vector<T>(*z);
        int at = 0;
        fixed (T* to = result)
        {
            for (; at <= result.Length - Vector<T>.Count; at += Vector<T>.Count)
            {
                if (xStep != 0)
                    xs = Vector.Load(x + at);
                if (yStep != 0)
                    ys = Vector.Load(y + at);
                if (zStep != 0)
                    zs = Vector.Load(z + at);
                TSelf.Apply(xs, ys, zs).Store(to + at);
            }
        }
        for (; at < result.Length; at++)
            result[at] = TSelf.Apply(x[at * xStep], y[at * yStep], z[at * zStep]);
    }
}
