using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SimpleGrad;

/// <summary>
/// A loop whose body is one kernel over a row: from step to step only pointers move. States lie in two places by turns,
/// records are written where they are to be, and nothing is allocated.
/// </summary>
/// <param name="step">The kernel.</param>
/// <param name="outputs">The values of the body's program that are its outputs.</param>
/// <param name="constants">For each value of the program, the constant that it is.</param>
/// <param name="lengths">The elements of each input of the body.</param>
/// <param name="states">The inputs of the body that the first outputs replace.</param>
/// <param name="sequences">The inputs of the body of which each step has another element.</param>
[SkipLocalsInit]
internal sealed unsafe class LoopKernel<T>(
    KernelStep<T> step, int[] outputs, Tensor<T>?[] constants, int[] lengths, int[] states, Range sequences)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly FlatLoop<T> _loop = step.Flat!;
    private readonly int[] _targets = Array.ConvertAll(step.Outputs, value => Array.IndexOf(outputs, value));

    /// <summary>The loop of a program; null where it must be run in steps.</summary>
    /// <inheritdoc cref="LoopKernel{T}"/>
    public static LoopKernel<T>? Of(Program<T> program, int[] lengths, int[] states, Range sequences) =>
        program.Kernel is { Shape.FlattenedLength: > 0 } step
            ? new LoopKernel<T>(step, program.Outputs, program.Constants, lengths, states, sequences)
            : null;

    /// <summary>Makes steps.</summary>
    /// <param name="count">How many.</param>
    /// <param name="isReversed">Whether the last elements of sequences come first.</param>
    /// <param name="inputs">The inputs of the loop.</param>
    /// <param name="last">Gets the last states.</param>
    /// <param name="records">The memory of the records.</param>
    public void Run(
        int count, bool isReversed, ReadOnlySpan<Tensor<T>> inputs, Tensor<T>[] last, Tensor<T>[] records)
    {
        var pins = new List<GCHandle>();
        try
        {
            Run(count, isReversed, inputs, last, records, pins);
        }
        finally
        {
            foreach (GCHandle pin in pins)
                pin.Free();
        }
    }

    private void Run(
        int count, bool isReversed, ReadOnlySpan<Tensor<T>> inputs, Tensor<T>[] last, Tensor<T>[] records,
        List<GCHandle> pins)
    {
        int values = constants.Length, results = outputs.Length;
        var kept = new List<Tensor<T>>(); // copies of sequences with gaps, until the end
        (int first, int sequenceCount) = sequences.GetOffsetAndLength(lengths.Length);
        // For each value where it is and how far it moves from one step to the next; for each output where it goes.
        T** at = stackalloc T*[values];
        nint* move = stackalloc nint[values];
        T** to = stackalloc T*[results];
        T** other = stackalloc T*[states.Length]; // the other place of each state
        for (int i = 0; i < values; i++)
        {
            at[i] = null;
            move[i] = 0;
            if (i >= first && i < first + sequenceCount)
            {
                Tensor<T> sequence = inputs[i].ToContiguous();
                kept.Add(sequence);
                at[i] = Pinned(sequence, pins);
                move[i] = isReversed ? -lengths[i] : lengths[i];
                at[i] += isReversed ? (nint)(count - 1) * lengths[i] : 0;
            }
            else if (i < lengths.Length)
            {
                at[i] = Copied(inputs[i], pins);
            }
            else if (constants[i] is { } constant)
            {
                at[i] = Copied(constant, pins);
            }
        }
        for (int j = 0; j < states.Length; j++)
            other[j] = Pinned(new T[lengths[states[j]]], pins);
        nint* recordMove = stackalloc nint[results];
        for (int j = states.Length; j < results; j++)
        {
            int length = records[j - states.Length].Length / count;
            recordMove[j] = isReversed ? -length : length;
            to[j] = Pinned(records[j - states.Length], pins) + (isReversed ? (nint)(count - 1) * length : 0);
        }
        int read = step.Inputs.Length;
        T** pointers = stackalloc T*[read + _targets.Length];
        T* sums = stackalloc T[_loop.SumRoom];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < states.Length; j++)
                to[j] = other[j];
            // What the kernel computes goes to the first output that it is, and is copied to others.
            for (int k = 0; k < read; k++)
                pointers[k] = at[step.Inputs[k]];
            for (int k = 0; k < _targets.Length; k++)
                pointers[read + k] = at[step.Outputs[k]] = to[_targets[k]];
            _loop.Run(pointers, sums);
            for (int j = 0; j < results; j++)
            {
                T* from = at[outputs[j]];
                if (from != to[j])
                    Copy(from, to[j], j < states.Length ? lengths[states[j]] : Math.Abs((int)recordMove[j]));
            }
            for (int j = 0; j < states.Length; j++)
            {
                other[j] = at[states[j]];
                at[states[j]] = to[j];
            }
            for (int j = states.Length; j < results; j++)
                to[j] += recordMove[j];
            for (int j = first; j < first + sequenceCount; j++)
                at[j] += move[j];
        }
        for (int j = 0; j < states.Length; j++)
        {
            int length = lengths[states[j]];
            var state = new ReadOnlySpan<T>(at[states[j]], length);
            Shape shape = inputs[states[j]].Shape;
            if (shape.Rank == 0)
            {
                last[j] = new Tensor<T>(state[0]);
                continue;
            }
            last[j] = Tensor<T>.Uninitialized(shape);
            state.CopyTo(last[j].NewData);
        }
        GC.KeepAlive(kept);
    }

    private static void Copy(T* from, T* to, int length)
    {
        if (length == 1)
            *to = *from;
        else
            new ReadOnlySpan<T>(from, length).CopyTo(new Span<T>(to, length));
    }

    private static T* Copied(Tensor<T> tensor, List<GCHandle> pins) => Pinned(tensor.ToArray(), pins);

    private static T* Pinned(T[] array, List<GCHandle> pins)
    {
        pins.Add(GCHandle.Alloc(array, GCHandleType.Pinned));
        return (T*)pins[^1].AddrOfPinnedObject();
    }

    private static T* Pinned(Tensor<T> tensor, List<GCHandle> pins)
    {
        pins.Add(GCHandle.Alloc(tensor.Block!.Data, GCHandleType.Pinned));
        return (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.Memory));
    }
}
