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
        /// <summary>What is read before the loop: the result may overwrite it.</summary>
        static abstract TVector Before<TSimd, TVector, T>(T* operand)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
            where T : unmanaged;

        static abstract TVector At<TSimd, TVector, T>(T* operand, nint at, TVector before)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
            where T : unmanaged;
    }

    /// <summary>An operand of as many elements as the result.</summary>
    internal readonly struct Many : IOperand
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Before<TSimd, TVector, T>(T* operand)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
            where T : unmanaged => default;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector At<TSimd, TVector, T>(T* operand, nint at, TVector before)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
            where T : unmanaged => TSimd.Load(operand + at);
    }

    /// <summary>An operand of one number for all elements.</summary>
    internal readonly struct One : IOperand
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Before<TSimd, TVector, T>(T* operand)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
            where T : unmanaged => TSimd.Broadcast(*operand);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector At<TSimd, TVector, T>(T* operand, nint at, TVector before)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
            where T : unmanaged => before;
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
        if (run.XIsOne)
            TernaryOf<TArithmetic, One, T>(in run, result, length);
        else
            TernaryOf<TArithmetic, Many, T>(in run, result, length);
    }

    private static void TernaryOf<TArithmetic, TX, T>(in Run<T> run, T* result, int length)
        where TArithmetic : struct, ITernaryVectorArithmetic<TArithmetic, T>
        where TX : struct, IOperand
        where T : unmanaged, INumberBase<T>
    {
        if (run.YIsOne)
        {
            if (run.ZIsOne)
                Ternary<TArithmetic, TX, One, One, T>(in run, result, length);
            else
                Ternary<TArithmetic, TX, One, Many, T>(in run, result, length);
        }
        else if (run.ZIsOne)
            Ternary<TArithmetic, TX, Many, One, T>(in run, result, length);
        else
            Ternary<TArithmetic, TX, Many, Many, T>(in run, result, length);
    }

    private static void Ternary<TArithmetic, TX, TY, TZ, T>(in Run<T> run, T* result, int length)
        where TArithmetic : struct, ITernaryVectorArithmetic<TArithmetic, T>
        where TX : struct, IOperand
        where TY : struct, IOperand
        where TZ : struct, IOperand
        where T : unmanaged, INumberBase<T>
    {
        if (Vector512.IsHardwareAccelerated)
            Ternary<TArithmetic, TX, TY, TZ, Simd512<T>, Vector512<T>, T>(run.X, run.Y, run.Z, result, length);
        else if (Vector256.IsHardwareAccelerated)
            Ternary<TArithmetic, TX, TY, TZ, Simd256<T>, Vector256<T>, T>(run.X, run.Y, run.Z, result, length);
        else if (Vector128.IsHardwareAccelerated)
            Ternary<TArithmetic, TX, TY, TZ, Simd128<T>, Vector128<T>, T>(run.X, run.Y, run.Z, result, length);
        else
            Ternary<TArithmetic, TX, TY, TZ, Simd1<T>, T, T>(run.X, run.Y, run.Z, result, length);
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Binary<TArithmetic, TX, TY, TSimd, TVector, T>(T* x, T* y, T* result, int length)
        where TArithmetic : struct, IBinaryVectorArithmetic<TArithmetic, T>
        where TX : struct, IOperand
        where TY : struct, IOperand
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, INumberBase<T>
    {
        T* buffer = stackalloc T[2 * TSimd.Count], rest = null;
        TVector x0 = TX.Before<TSimd, TVector, T>(x), y0 = TY.Before<TSimd, TVector, T>(y);
        int count = 0;
        while (true)
        {
            nint at = 0;
            for (; at <= length - TSimd.Count; at += TSimd.Count)
            {
                TVector xs = TX.At<TSimd, TVector, T>(x, at, x0), ys = TY.At<TSimd, TVector, T>(y, at, y0);
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
            // One number was read: the buffer takes the result too.
            if (typeof(TX) == typeof(Many))
                x = Fill(buffer, x + at, count, TSimd.Count);
            if (typeof(TY) == typeof(Many))
                y = Fill(buffer + TSimd.Count, y + at, count, TSimd.Count);
            result = buffer;
            length = TSimd.Count;
        }
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Ternary<TArithmetic, TX, TY, TZ, TSimd, TVector, T>(T* x, T* y, T* z, T* result, int length)
        where TArithmetic : struct, ITernaryVectorArithmetic<TArithmetic, T>
        where TX : struct, IOperand
        where TY : struct, IOperand
        where TZ : struct, IOperand
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, INumberBase<T>
    {
        T* buffer = stackalloc T[3 * TSimd.Count], rest = null;
        TVector x0 = TX.Before<TSimd, TVector, T>(x), y0 = TY.Before<TSimd, TVector, T>(y);
        TVector z0 = TZ.Before<TSimd, TVector, T>(z);
        int count = 0;
        while (true)
        {
            nint at = 0;
            for (; at <= length - TSimd.Count; at += TSimd.Count)
            {
                TVector xs = TX.At<TSimd, TVector, T>(x, at, x0), ys = TY.At<TSimd, TVector, T>(y, at, y0);
                TVector zs = TZ.At<TSimd, TVector, T>(z, at, z0);
                TSimd.Store(TArithmetic.Apply<TSimd, TVector>(xs, ys, zs), result + at);
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
            if (typeof(TX) == typeof(Many))
                x = Fill(buffer, x + at, count, TSimd.Count);
            if (typeof(TY) == typeof(Many))
                y = Fill(buffer + TSimd.Count, y + at, count, TSimd.Count);
            if (typeof(TZ) == typeof(Many))
                z = Fill(buffer + 2 * TSimd.Count, z + at, count, TSimd.Count);
            result = buffer;
            length = TSimd.Count;
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
