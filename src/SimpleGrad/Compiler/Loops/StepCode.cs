using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The steps of a loop as machine code, for one vector of elements and one direction.</summary>
/// <remarks>
/// As in <see cref="EmittedCode{T}"/>, strong products are formed as plain ones. Where that may be wrong the code stops
/// before the step, and a second one, which is not emitted before, goes on from there for a while.
/// </remarks>
[SkipLocalsInit]
internal sealed unsafe class StepCode<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int FirstStretch = 8; // of steps with strong products

    private readonly StepKernel<T> _step;
    private readonly Func<bool, KernelCode<T>> _emit;
    private readonly KernelCode<T> _loop;
    private KernelCode<T>? _strongLoop;

    /// <param name="step">The step.</param>
    /// <param name="width">The elements of a vector.</param>
    /// <param name="isReversed">Whether the last step's elements come first.</param>
    /// <param name="callsFor">How many steps it makes before expensive operators are inlined.</param>
    [RequiresDynamicCode("Emits machine code.")]
    public StepCode(StepKernel<T> step, int width, bool isReversed, long callsFor)
    {
        _step = step;
        var products = new PlainProducts<T>(step.Kernel);
        _emit = isPlain => new KernelCode<T>(
            step.Kernel,
            (calls, il) => new StepEmitter<T>(
                step, width, isReversed, isPlain && products.Any ? products : null, calls, il).Emit(),
            callsFor);
        _loop = _emit(true);
    }

    /// <param name="pointers">Where the sources and the outputs are, for the first step; may be changed.</param>
    /// <param name="count">How many steps to make.</param>
    /// <param name="numbers">The kernel's numbers.</param>
    public void Run(T** pointers, nint count, T* numbers)
    {
        nint at = _loop.Run(pointers, 0, count, numbers, null);
        if (at < count)
            RunStrongly(pointers, at, count, numbers);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunStrongly(T** pointers, nint at, nint count, T* numbers)
    {
        // Where it stops it has stored the states.
        for (int i = 0; i < _step.Sources.Length; i++)
        {
            if (_step.Sources[i].State is >= 0 and int state)
                pointers[i] = pointers[_step.Sources.Length + state];
        }
        KernelCode<T> strong = _strongLoop ??= _emit(false);
        for (nint stretch = FirstStretch; at < count; stretch *= 2)
        {
            at = strong.Run(pointers, at, nint.Min(at + stretch, count), numbers, null);
            if (at < count)
                at = _loop.Run(pointers, at, count, numbers, null);
        }
    }
}
