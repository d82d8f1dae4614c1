using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>
/// A kernel as machine code of its own: one loop that reads each input once and stores each output once.
/// </summary>
/// <remarks>
/// What is emitted is a loop over whole vectors, whose body calls the arithmetic of the operators. The elements that
/// are left are made a vector too: a second loop would take as long to compile.
/// Where the kernel has strong products, the loop forms plain ones and stops at a vector in which that may be wrong. A
/// second loop, which is not emitted before, forms strong ones and goes on from there for a while.
/// </remarks>
[SkipLocalsInit]
internal sealed unsafe class EmittedCode<T> : RowCode<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Func<bool, KernelCode<T>> _emit;
    private readonly int _sums;
    private readonly int _width; // of a vector
    private readonly KernelCode<T> _loop;
    private KernelCode<T>? _strongLoop;

    [RequiresDynamicCode("Emits machine code.")]
    public EmittedCode(Kernel<T> kernel, InputLayout[] inputs, bool[] rowSums, bool isSingle, long callsFor)
        : base(kernel, inputs, rowSums)
    {
        _width = isSingle ? 1 : VectorWidth<T>.Widest;
        _sums = Array.FindAll(kernel.Outputs, output => output.IsSum).Length;
        var products = new PlainProducts<T>(kernel);
        _emit = isPlain => new KernelCode<T>(
            kernel,
            (calls, il) => new KernelEmitter<T>(
                kernel, inputs, rowSums, isPlain && products.Any ? products : null, calls, il).Emit(_width),
            callsFor);
        _loop = _emit(true);
    }

    /// <summary>Whether the kernel has its last form.</summary>
    public bool IsInlined => _loop.IsInlined;

    /// <summary>Whether it came to where products must be strong.</summary>
    public bool WasStrong => _strongLoop is not null;

    public override void Run(T** pointers, nint length, T* numbers, T* sums)
    {
        nint tail = length & (_width - 1), whole = length - tail;
        if (whole > 0)
            RunVectors(pointers, whole, numbers, sums);
        // What was summed in the lanes of a vector lies behind the sums that are done.
        for (int i = 0; i < _sums; i++)
            sums[i] = whole > 0 ? Sum(sums + i * _width) : T.Zero;
        if (tail > 0)
            RunTail(pointers, whole, (int)tail, numbers, sums);
    }

    private void RunVectors(T** pointers, nint length, T* numbers, T* sums)
    {
        for (int i = 0; i < _sums * _width; i++)
            sums[i] = T.Zero;
        nint at = _loop.Run(pointers, 0, length, numbers, sums);
        if (at < length)
            RunStrongly(pointers, at, length, numbers, sums);
    }

    /// <summary>Goes on where products must be strong, for longer each time that it comes to such a vector.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunStrongly(T** pointers, nint at, nint length, T* numbers, T* sums)
    {
        KernelCode<T> strong = _strongLoop ??= _emit(false);
        for (nint stretch = _width; at < length; stretch *= 2)
        {
            at = strong.Run(pointers, at, nint.Min(at + stretch, length), numbers, sums);
            if (at < length)
                at = _loop.Run(pointers, at, length, numbers, sums);
        }
    }

    /// <summary>
    /// Computes less than a vector: as one that ends where the row does, so that some elements are computed twice; or,
    /// where there are sums or the row is short, in copies whose last lanes repeat an element and are not used.
    /// </summary>
    private void RunTail(T** pointers, nint start, int count, T* numbers, T* sums)
    {
        int width = _width;
        T** at = stackalloc T*[Operands];
        if (_sums == 0 && start > 0)
        {
            for (int i = 0; i < Operands; i++)
                at[i] = Moves(i) ? pointers[i] + (start + count - width) : pointers[i];
            RunVectors(at, width, numbers, null);
            return;
        }
        T* copies = stackalloc T[(Operands + _sums) * width], lanes = copies + Operands * width;
        for (int i = 0; i < Operands; i++)
        {
            at[i] = pointers[i];
            if (!Moves(i))
                continue;
            at[i] = copies + i * width;
            T* from = pointers[i] + start;
            new Span<T>(at[i], width).Fill(from[count - 1]);
            new Span<T>(from, count).CopyTo(new Span<T>(at[i], count));
        }
        RunVectors(at, width, numbers, lanes);
        for (int i = Kernel.Sources; i < Operands; i++)
        {
            if (Moves(i))
                new Span<T>(at[i], count).CopyTo(new Span<T>(pointers[i] + start, count));
        }
        for (int i = 0; i < _sums; i++)
        {
            new Span<T>(lanes + i * width + count, width - count).Clear();
            sums[i] += Sum(lanes + i * width);
        }
    }

    private T Sum(T* lanes) =>
        _width == 1 ? *lanes
        : Vector512.IsHardwareAccelerated ? Simd512<T>.Sum(Simd512<T>.Load(lanes))
        : Vector256.IsHardwareAccelerated ? Simd256<T>.Sum(Simd256<T>.Load(lanes))
        : Vector128.IsHardwareAccelerated ? Simd128<T>.Sum(Simd128<T>.Load(lanes))
        : *lanes;
}
