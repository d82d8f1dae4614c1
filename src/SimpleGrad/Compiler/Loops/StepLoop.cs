using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// A loop whose steps stand inside the loop over elements: for a vector of these, all steps are made with the states in
/// registers. Threads share the elements.
/// </summary>
/// <param name="step">The step.</param>
/// <param name="constants">For each value of the body's program, the constant that it is.</param>
/// <param name="callsFor">How many elements to compute before expensive operators are inlined.</param>
[SkipLocalsInit]
internal sealed unsafe class StepLoop<T>(StepKernel<T> step, Tensor<T>?[] constants, long callsFor)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _width = WidthFor(step.Length);
    private readonly Once<StepCode<T>> _forward = new();
    private readonly Once<StepCode<T>> _backward = new();

    /// <summary>Makes steps.</summary>
    /// <param name="count">How many, at least one.</param>
    /// <param name="isReversed">Whether the last elements of sequences come first.</param>
    /// <param name="inputs">The inputs of the loop.</param>
    /// <param name="last">Gets the last states: into the tensors that are there, or as new numbers.</param>
    /// <param name="records">The memory of the records.</param>
    public void Run(
        int count, bool isReversed, ReadOnlySpan<Tensor<T>> inputs, Tensor<T>?[] last, Tensor<T>[] records)
    {
        int sources = step.Sources.Length, operands = sources + step.Moves.Length;
        var few = new Few<Tensor<T>?>();
        Span<Tensor<T>?> tensors = few.Take(operands);
        for (int i = 0; i < sources; i++)
        {
            int value = step.Sources[i].Value;
            tensors[i] = (value < inputs.Length ? inputs[value] : constants[value]!).ToContiguous();
        }
        for (int i = sources; i < operands; i++)
            tensors[i] = i - sources < step.States ? last[i - sources] : records[i - sources - step.States];
        T** pointers = stackalloc T*[operands + PinnedTensors<T>.Room];
        T* numbers = stackalloc T[step.States];
        PinnedTensors<T>.Run(tensors, pointers, new Pinned(this, pointers, numbers, count, isReversed));
        for (int i = 0; i < step.States; i++)
            last[i] ??= new Tensor<T>(numbers[i]);
    }

    private static int WidthFor(int length)
    {
        int width = VectorWidth<T>.Widest;
        while (width > length)
            width /= 2;
        return width * Unsafe.SizeOf<T>() < 16 ? 1 : width; // there are none of eight bytes
    }

    private StepCode<T> CodeFor(bool isReversed) => (isReversed ? _backward : _forward).Get(() =>
        RuntimeFeature.IsDynamicCodeSupported
            ? new StepCode<T>(step, _width, isReversed, callsFor)
            : throw new InvalidOperationException("Steps cannot be emitted without dynamic code."));

    private readonly struct Pinned(StepLoop<T> loop, T** pointers, T* numbers, int count, bool isReversed)
        : IPinnedBody
    {
        public void Run()
        {
            StepKernel<T> step = loop.Step;
            int sources = step.Sources.Length;
            for (int i = 0; i < step.States; i++)
            {
                if (pointers[sources + i] is null)
                    pointers[sources + i] = numbers + i;
            }
            if (isReversed)
            {
                for (int i = 0; i < sources; i++)
                    pointers[i] += (nint)(count - 1) * step.Sources[i].Move;
                for (int i = 0; i < step.Moves.Length; i++)
                    pointers[sources + i] += (nint)(count - 1) * step.Moves[i];
            }
            // Pieces are of whole vectors; what is left is done after the last one.
            int vectors = step.Length / loop._width;
            int inPiece = (int)long.Max(1, ParallelLoop.PieceLength / ((long)count * loop._width));
            int pieces = Math.Max(1, vectors / inPiece);
            fixed (T* kernelNumbers = step.Kernel.Numbers)
            {
                ParallelLoop.Run(pieces, new Piece(
                    loop, loop.CodeFor(isReversed), pointers, kernelNumbers, count, pieces));
            }
        }
    }

    private StepKernel<T> Step => step;

    private readonly struct Piece(
        StepLoop<T> loop, StepCode<T> code, T** pointers, T* numbers, int count, int pieces) : IParallelBody
    {
        public void Run(int piece)
        {
            StepKernel<T> step = loop.Step;
            int sources = step.Sources.Length, operands = sources + step.Moves.Length, width = loop._width;
            long vectors = step.Length / width;
            int start = (int)(vectors * piece / pieces) * width;
            int end = piece == pieces - 1 ? step.Length : (int)(vectors * (piece + 1) / pieces) * width;
            T** at = stackalloc T*[operands];
            for (int element = start; element < end; element += width)
            {
                // The last vector ends where the row does, and computes some elements a second time.
                int from = Math.Min(element, step.Length - width);
                for (int i = 0; i < sources; i++)
                    at[i] = pointers[i] + (step.Sources[i].Layout == InputLayout.Elements ? from : 0);
                for (int i = sources; i < operands; i++)
                    at[i] = pointers[i] + from;
                code.Run(at, count, numbers);
            }
        }
    }
}
