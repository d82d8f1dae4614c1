using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Reflection.Emit;
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
internal sealed unsafe class EmittedKernel<T> : KernelCode<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Func<bool, EmittedLoop<T>> _emit;
    private readonly int _sums;
    private readonly int _width; // of a vector
    private readonly EmittedLoop<T> _loop;
    private EmittedLoop<T>? _strongLoop;

    [RequiresDynamicCode("Emits machine code.")]
    public EmittedKernel(Kernel<T> kernel, InputLayout[] inputs, bool[] rowSums, bool isSingle, long callsFor)
        : base(kernel, inputs, rowSums)
    {
        _width = isSingle ? 1 : WidestVector;
        _sums = Array.FindAll(kernel.Outputs, output => output.IsSum).Length;
        var products = new PlainProducts<T>(kernel);
        _emit = isPlain => new EmittedLoop<T>(
            kernel, inputs, rowSums, isPlain && products.Any ? products : null, _width, callsFor);
        _loop = _emit(true);
    }

    /// <summary>Whether the kernel has its last form.</summary>
    public bool IsInlined => _loop.IsInlined;

    /// <summary>Whether it came to where products must be strong.</summary>
    public bool WasStrong => _strongLoop is not null;

    /// <summary>The elements of the widest vector that the processor has.</summary>
    private static int WidestVector =>
        Vector512.IsHardwareAccelerated ? Vector512<T>.Count
        : Vector256.IsHardwareAccelerated ? Vector256<T>.Count
        : Vector128.IsHardwareAccelerated ? Vector128<T>.Count
        : 1;

    public override void Run(T** pointers, nint length, T* numbers, T* sums)
    {
        nint rest = length & (_width - 1), whole = length - rest;
        if (whole > 0)
            RunVectors(pointers, whole, numbers, sums);
        // What was summed in the places of a vector lies behind the sums that are done.
        for (int i = 0; i < _sums; i++)
            sums[i] = whole > 0 ? Sum(sums + i * _width) : T.Zero;
        if (rest > 0)
            RunRest(pointers, whole, (int)rest, numbers, sums);
    }

    private void RunVectors(T** pointers, nint length, T* numbers, T* sums)
    {
        for (int i = 0; i < _sums * _width; i++)
            sums[i] = T.Zero;
        nint at = _loop.Run(pointers, 0, length, numbers, sums);
        if (at < length)
            RunStrongly(pointers, at, length, numbers, sums);
    }

    /// <summary>Goes on where products must be strong, for longer each time that it comes to such a place.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunStrongly(T** pointers, nint at, nint length, T* numbers, T* sums)
    {
        EmittedLoop<T> strong = _strongLoop ??= _emit(false);
        for (nint stretch = _width; at < length; stretch *= 2)
        {
            at = strong.Run(pointers, at, nint.Min(at + stretch, length), numbers, sums);
            if (at < length)
                at = _loop.Run(pointers, at, length, numbers, sums);
        }
    }

    /// <summary>
    /// Computes less than a vector: as one that ends where the row does, so that some elements are computed twice; or,
    /// where there are sums or the row is short, in copies whose last places repeat an element and are not used.
    /// </summary>
    private void RunRest(T** pointers, nint start, int count, T* numbers, T* sums)
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
        T* copies = stackalloc T[(Operands + _sums) * width], places = copies + Operands * width;
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
        RunVectors(at, width, numbers, places);
        for (int i = Kernel.Inputs; i < Operands; i++)
        {
            if (Moves(i))
                new Span<T>(at[i], count).CopyTo(new Span<T>(pointers[i] + start, count));
        }
        for (int i = 0; i < _sums; i++)
        {
            new Span<T>(places + i * width + count, width - count).Clear();
            sums[i] += Sum(places + i * width);
        }
    }

    private T Sum(T* places) =>
        _width == 1 ? *places
        : Vector512.IsHardwareAccelerated ? Simd512<T>.Sum(Simd512<T>.Load(places))
        : Vector256.IsHardwareAccelerated ? Simd256<T>.Sum(Simd256<T>.Load(places))
        : Vector128.IsHardwareAccelerated ? Simd128<T>.Sum(Simd128<T>.Load(places))
        : *places;
}

/// <summary>The loop of a kernel, which gets better with use.</summary>
/// <remarks>
/// That the runtime inlines exponentials and the like makes a kernel half as fast again, and takes tens of
/// milliseconds. So a loop calls them at first, and is replaced, by a thread of the pool, once it has computed
/// <see cref="DynamicCode.CallsFor"/> elements. The numbers are the same, bit by bit.
/// </remarks>
internal sealed unsafe class EmittedLoop<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Func<bool, Body> _emit;
    private Body _body;
    private long _callsFor; // so many more elements

    /// <param name="kernel">What it computes.</param>
    /// <param name="inputs">How it reads inputs.</param>
    /// <param name="rowSums">Which outputs are sums across rows.</param>
    /// <param name="products">The strong products that it forms as plain ones; null where it forms all of them
    /// strongly, so that it never stops.</param>
    /// <param name="width">The elements of a vector.</param>
    /// <param name="callsFor">How many elements it computes before expensive operators are inlined.</param>
    [RequiresDynamicCode("Emits machine code.")]
    public EmittedLoop(
        Kernel<T> kernel, InputLayout[] inputs, bool[] rowSums, PlainProducts<T>? products, int width, long callsFor)
    {
        _emit = calls =>
        {
            // The first argument is there because delegates with a target are called without a detour.
            var method = new DynamicMethod(
                "kernel", typeof(nint),
                [typeof(object), typeof(T**), typeof(nint), typeof(nint), typeof(T*), typeof(T*)],
                typeof(EmittedLoop<T>).Module, skipVisibility: true)
            {
                InitLocals = false, // each is written before it is read, and there may be hundreds
            };
            new KernelEmitter<T>(kernel, inputs, rowSums, products, calls, method.GetILGenerator()).Emit(width);
            return (Body)method.CreateDelegate(typeof(Body), kernel);
        };
        _callsFor = Array.Exists(kernel.Operations, operation => operation.IsExpensive) ? callsFor : 0;
        IsInlined = _callsFor <= 0;
        _body = _emit(!IsInlined);
    }

    /// <param name="pointers">Where the inputs and the outputs are.</param>
    /// <param name="start">The first element of the row to compute.</param>
    /// <param name="end">The element behind the last one; those from the first one on fill vectors.</param>
    /// <param name="numbers">The kernel's numbers.</param>
    /// <param name="sums">For each output that is a sum a vector: what is summed in each of its places.</param>
    /// <returns>The element before which it stopped.</returns>
    private delegate nint Body(T** pointers, nint start, nint end, T* numbers, T* sums);

    public bool IsInlined { get; private set; }

    /// <inheritdoc cref="Body"/>
    public nint Run(T** pointers, nint start, nint end, T* numbers, T* sums)
    {
        if (_callsFor > 0)
            Count(end - start);
        return _body(pointers, start, end, numbers, sums);
    }

    /// <summary>Counts what was computed, and begins with the last form of the loop when it is worth it.</summary>
    private void Count(nint length)
    {
        if (Interlocked.Add(ref _callsFor, -length) is var left && left <= 0 && left + length > 0)
            ThreadPool.UnsafeQueueUserWorkItem(static loop => loop.Inline(), this, preferLocal: false);
    }

    private void Inline()
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
            return;
        Volatile.Write(ref _body, _emit(false));
        IsInlined = true;
    }
}
