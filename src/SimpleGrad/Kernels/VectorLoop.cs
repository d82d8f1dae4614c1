using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>The loops of vector arithmetic over runs of elements, with the widest vectors of the processor.</summary>
/// <remarks>
/// What does not fill a vector at the end goes through a vector too, in a small buffer. The result may be an operand.
/// Without inlining, vector arithmetic is some hundred times slower: the loops are optimised at once, not by and by.
/// </remarks>
internal static unsafe class VectorLoop
{
    /// <summary>How an operand is read.</summary>
    internal interface IOperand
    {
        static abstract TVector At<TSimd, TVector, T>(T* operand, nint at)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
            where T : unmanaged;
    }

    /// <summary>An operand of as many elements as the result.</summary>
    internal readonly struct Many : IOperand
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector At<TSimd, TVector, T>(T* operand, nint at)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
            where T : unmanaged => TSimd.Load(operand + at);
    }

    /// <summary>An operand of one number for all elements.</summary>
    internal readonly struct One : IOperand
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector At<TSimd, TVector, T>(T* operand, nint at)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
            where T : unmanaged => TSimd.Broadcast(*operand);
    }

    public static void Unary<TArithmetic, T>(T* x, T* result, int length)
        where TArithmetic : struct, IUnaryVectorArithmetic<TArithmetic, T>
        where T : unmanaged, INumberBase<T>
    {
        if (Vector512.IsHardwareAccelerated)
            Unary<TArithmetic, Simd512<T>, Vector512<T>, T>(x, result, length);
        else if (Vector256.IsHardwareAccelerated)
            Unary<TArithmetic, Simd256<T>, Vector256<T>, T>(x, result, length);
        else if (Vector128.IsHardwareAccelerated)
            Unary<TArithmetic, Simd128<T>, Vector128<T>, T>(x, result, length);
        else
            Unary<TArithmetic, Simd1<T>, T, T>(x, result, length);
    }

    public static void Binary<TArithmetic, TX, TY, T>(T* x, T* y, T* result, int length)
        where TArithmetic : struct, IBinaryVectorArithmetic<TArithmetic, T>
        where TX : struct, IOperand
        where TY : struct, IOperand
        where T : unmanaged, INumberBase<T>
    {
        if (Vector512.IsHardwareAccelerated)
            Binary<TArithmetic, TX, TY, Simd512<T>, Vector512<T>, T>(x, y, result, length);
        else if (Vector256.IsHardwareAccelerated)
            Binary<TArithmetic, TX, TY, Simd256<T>, Vector256<T>, T>(x, y, result, length);
        else if (Vector128.IsHardwareAccelerated)
            Binary<TArithmetic, TX, TY, Simd128<T>, Vector128<T>, T>(x, y, result, length);
        else
            Binary<TArithmetic, TX, TY, Simd1<T>, T, T>(x, y, result, length);
    }

    public static void Ternary<TArithmetic, T>(in Run<T> run, T* result, int length)
        where TArithmetic : struct, ITernaryVectorArithmetic<TArithmetic, T>
        where T : unmanaged, INumberBase<T>
    {
        if (Vector512.IsHardwareAccelerated)
            Ternary<TArithmetic, Simd512<T>, Vector512<T>, T>(run, result, length);
        else if (Vector256.IsHardwareAccelerated)
            Ternary<TArithmetic, Simd256<T>, Vector256<T>, T>(run, result, length);
        else if (Vector128.IsHardwareAccelerated)
            Ternary<TArithmetic, Simd128<T>, Vector128<T>, T>(run, result, length);
        else
            Ternary<TArithmetic, Simd1<T>, T, T>(run, result, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Unary<TArithmetic, TSimd, TVector, T>(T* x, T* result, int length)
        where TArithmetic : struct, IUnaryVectorArithmetic<TArithmetic, T>
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, INumberBase<T>
    {
        // The arithmetic stands here once, for it may be long: what is left over passes through the same loop again.
        T* buffer = stackalloc T[TSimd.Count], rest = null;
        int count = 0;
        while (true)
        {
            nint at = 0;
            for (; at <= length - TSimd.Count; at += TSimd.Count)
                TSimd.Store(TArithmetic.Apply<TSimd, TVector>(TSimd.Load(x + at)), result + at);
            if (rest != null)
            {
                Copy(buffer, rest, count);
                return;
            }
            if (at == length)
                return;
            rest = result + at;
            count = length - (int)at;
            x = Fill(buffer, x + at, count, TSimd.Count);
            result = buffer;
            length = TSimd.Count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Binary<TArithmetic, TX, TY, TSimd, TVector, T>(T* x, T* y, T* result, int length)
        where TArithmetic : struct, IBinaryVectorArithmetic<TArithmetic, T>
        where TX : struct, IOperand
        where TY : struct, IOperand
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, INumberBase<T>
    {
        T* buffer = stackalloc T[2 * TSimd.Count], rest = null;
        int count = 0;
        while (true)
        {
            nint at = 0;
            for (; at <= length - TSimd.Count; at += TSimd.Count)
            {
                TVector xs = TX.At<TSimd, TVector, T>(x, at), ys = TY.At<TSimd, TVector, T>(y, at);
                TSimd.Store(TArithmetic.Apply<TSimd, TVector>(xs, ys), result + at);
            }
            if (rest != null)
            {
                Copy(buffer, rest, count);
                return;
            }
            if (at == length)
                return;
            rest = result + at;
            count = length - (int)at;
            // One number stays where it is: the buffer takes the result too.
            if (typeof(TX) == typeof(Many))
                x = Fill(buffer, x + at, count, TSimd.Count);
            if (typeof(TY) == typeof(Many))
                y = Fill(buffer + TSimd.Count, y + at, count, TSimd.Count);
            result = buffer;
            length = TSimd.Count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Ternary<TArithmetic, TSimd, TVector, T>(Run<T> run, T* result, int length)
        where TArithmetic : struct, ITernaryVectorArithmetic<TArithmetic, T>
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, INumberBase<T>
    {
        if (length == 0)
            return;
        T* x = run.X, y = run.Y, z = run.Z;
        bool xIsOne = run.XIsOne, yIsOne = run.YIsOne, zIsOne = run.ZIsOne;
        TVector xs = TSimd.Broadcast(*x), ys = TSimd.Broadcast(*y), zs = TSimd.Broadcast(*z);
        nint at = 0;
        for (; at <= length - TSimd.Count; at += TSimd.Count)
        {
            if (!xIsOne)
                xs = TSimd.Load(x + at);
            if (!yIsOne)
                ys = TSimd.Load(y + at);
            if (!zIsOne)
                zs = TSimd.Load(z + at);
            TSimd.Store(TArithmetic.Apply<TSimd, TVector>(xs, ys, zs), result + at);
        }
        if (at < length)
            Rest(run, at, result + at, length - (int)at);

        static void Rest(Run<T> run, nint at, T* result, int count)
        {
            T* buffer = stackalloc T[3 * TSimd.Count];
            if (!run.XIsOne)
                run.X = Fill(buffer, run.X + at, count, TSimd.Count);
            if (!run.YIsOne)
                run.Y = Fill(buffer + TSimd.Count, run.Y + at, count, TSimd.Count);
            if (!run.ZIsOne)
                run.Z = Fill(buffer + 2 * TSimd.Count, run.Z + at, count, TSimd.Count);
            T* to = stackalloc T[TSimd.Count];
            Ternary<TArithmetic, TSimd, TVector, T>(run, to, TSimd.Count);
            Copy(to, result, count);
        }
    }

    /// <summary>Copies a few elements, and repeats the last one: what it gives is thrown away.</summary>
    private static T* Fill<T>(T* buffer, T* from, int count, int length) where T : unmanaged
    {
        for (int i = 0; i < length; i++)
            buffer[i] = from[Math.Min(i, count - 1)];
        return buffer;
    }

    private static void Copy<T>(T* buffer, T* to, int count) where T : unmanaged
    {
        for (int i = 0; i < count; i++)
            to[i] = buffer[i];
    }
}
