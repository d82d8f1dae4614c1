using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The loops of vector arithmetic over runs of elements, with the widest vectors of the processor.</summary>
/// <remarks>
/// The tail, which does not fill a vector, goes through one too, in a small buffer. The result may be an operand.
/// Vector arithmetic that is not inlined is some hundred times slower, so the loops are optimized before their first
/// call and not in tiers.
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
        var loop = new UnaryLoop<TArithmetic, T>(x, result, length);
        VectorWidth<T>.RunWidest(ref loop);
    }

    public static void Binary<TArithmetic, TX, TY, T>(T* x, T* y, T* result, int length)
        where TArithmetic : struct, IBinaryVectorArithmetic<TArithmetic, T>
        where TX : struct, IOperand
        where TY : struct, IOperand
        where T : unmanaged, INumberBase<T>
    {
        var loop = new BinaryLoop<TArithmetic, TX, TY, T>(x, y, result, length);
        VectorWidth<T>.RunWidest(ref loop);
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
        var loop = new TernaryLoop<TArithmetic, TX, TY, TZ, T>(run.X, run.Y, run.Z, result, length);
        VectorWidth<T>.RunWidest(ref loop);
    }

    private readonly struct UnaryLoop<TArithmetic, T>(T* operand, T* destination, int count) : IVectorKernel<T>
        where TArithmetic : struct, IUnaryVectorArithmetic<TArithmetic, T>
        where T : unmanaged, INumberBase<T>
    {
        [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            T* x = operand, result = destination;
            int length = count;
            // The arithmetic may be long, so it stands here once: the tail passes through the same loop, in a buffer.
            T* buffer = stackalloc T[TSimd.Count], tail = null;
            int tailLength = 0;
            while (true)
            {
                nint i = 0;
                for (; i <= length - TSimd.Count; i += TSimd.Count)
                    TSimd.Store(TArithmetic.Apply<TSimd, TVector>(TSimd.Load(x + i)), result + i);
                if (tail != null)
                {
                    Copy(buffer, tail, tailLength);
                    return;
                }
                if (i == length)
                    return;
                tail = result + i;
                tailLength = length - (int)i;
                x = Fill(buffer, x + i, tailLength, TSimd.Count);
                result = buffer;
                length = TSimd.Count;
            }
        }
    }

    private readonly struct BinaryLoop<TArithmetic, TX, TY, T>(T* left, T* right, T* destination, int count)
        : IVectorKernel<T>
        where TArithmetic : struct, IBinaryVectorArithmetic<TArithmetic, T>
        where TX : struct, IOperand
        where TY : struct, IOperand
        where T : unmanaged, INumberBase<T>
    {
        [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            T* x = left, y = right, result = destination;
            int length = count;
            T* buffer = stackalloc T[2 * TSimd.Count], tail = null;
            TVector x0 = TX.Before<TSimd, TVector, T>(x), y0 = TY.Before<TSimd, TVector, T>(y);
            int tailLength = 0;
            while (true)
            {
                nint i = 0;
                for (; i <= length - TSimd.Count; i += TSimd.Count)
                {
                    TVector xs = TX.At<TSimd, TVector, T>(x, i, x0), ys = TY.At<TSimd, TVector, T>(y, i, y0);
                    TSimd.Store(TArithmetic.Apply<TSimd, TVector>(xs, ys), result + i);
                }
                if (tail != null)
                {
                    Copy(buffer, tail, tailLength);
                    return;
                }
                if (i == length)
                    return;
                tail = result + i;
                tailLength = length - (int)i;
                // A single number was read before the loop: the buffer takes the result too.
                if (typeof(TX) == typeof(Many))
                    x = Fill(buffer, x + i, tailLength, TSimd.Count);
                if (typeof(TY) == typeof(Many))
                    y = Fill(buffer + TSimd.Count, y + i, tailLength, TSimd.Count);
                result = buffer;
                length = TSimd.Count;
            }
        }
    }

    private readonly struct TernaryLoop<TArithmetic, TX, TY, TZ, T>(
        T* first, T* second, T* third, T* destination, int count) : IVectorKernel<T>
        where TArithmetic : struct, ITernaryVectorArithmetic<TArithmetic, T>
        where TX : struct, IOperand
        where TY : struct, IOperand
        where TZ : struct, IOperand
        where T : unmanaged, INumberBase<T>
    {
        [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            T* x = first, y = second, z = third, result = destination;
            int length = count;
            T* buffer = stackalloc T[3 * TSimd.Count], tail = null;
            TVector x0 = TX.Before<TSimd, TVector, T>(x), y0 = TY.Before<TSimd, TVector, T>(y);
            TVector z0 = TZ.Before<TSimd, TVector, T>(z);
            int tailLength = 0;
            while (true)
            {
                nint i = 0;
                for (; i <= length - TSimd.Count; i += TSimd.Count)
                {
                    TVector xs = TX.At<TSimd, TVector, T>(x, i, x0), ys = TY.At<TSimd, TVector, T>(y, i, y0);
                    TVector zs = TZ.At<TSimd, TVector, T>(z, i, z0);
                    TSimd.Store(TArithmetic.Apply<TSimd, TVector>(xs, ys, zs), result + i);
                }
                if (tail != null)
                {
                    Copy(buffer, tail, tailLength);
                    return;
                }
                if (i == length)
                    return;
                tail = result + i;
                tailLength = length - (int)i;
                if (typeof(TX) == typeof(Many))
                    x = Fill(buffer, x + i, tailLength, TSimd.Count);
                if (typeof(TY) == typeof(Many))
                    y = Fill(buffer + TSimd.Count, y + i, tailLength, TSimd.Count);
                if (typeof(TZ) == typeof(Many))
                    z = Fill(buffer + 2 * TSimd.Count, z + i, tailLength, TSimd.Count);
                result = buffer;
                length = TSimd.Count;
            }
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
