using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The loop of a kernel, which gets better with use.</summary>
/// <remarks>
/// That the runtime inlines exponentials and the like makes a kernel half as fast again, and takes tens of
/// milliseconds. So a loop calls them at first, and is replaced, by a thread of the pool, once it has computed
/// <see cref="EmissionOptions.CallsFor"/> elements. The numbers are the same, bit by bit.
/// </remarks>
internal sealed unsafe class KernelCode<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Func<bool, Body> _emit;
    private Body _body;
    private long _callsFor; // so many more elements

    /// <param name="kernel">What it computes.</param>
    /// <param name="emit">Emits it; told whether expensive operators are called.</param>
    /// <param name="callsFor">How many elements it computes before expensive operators are inlined.</param>
    [RequiresDynamicCode("Emits machine code.")]
    public KernelCode(Kernel<T> kernel, Action<bool, ILGenerator> emit, long callsFor)
    {
        _emit = calls =>
        {
            // The first argument is there because delegates with a target are called without a detour.
            var method = new DynamicMethod(
                "kernel", typeof(nint),
                [typeof(object), typeof(T**), typeof(nint), typeof(nint), typeof(T*), typeof(T*)],
                typeof(KernelCode<T>).Module, skipVisibility: true)
            {
                InitLocals = false, // each is written before it is read, and there may be hundreds
            };
            emit(calls, method.GetILGenerator());
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
    /// <param name="sums">For each output that is a sum a vector: what is summed in each of its lanes.</param>
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
