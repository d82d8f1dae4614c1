using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// A program that is one kernel over a row: a call goes from the inputs straight to the results. On few elements, what
/// programs do around their steps otherwise takes longer than the kernel.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class DirectCall<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly KernelStep<T> _step;
    private readonly FlatLoop<T> _loop;
    private readonly Operand[] _inputs;
    private readonly Operand[] _outputs;
    private readonly Operand[] _rows; // of both, those that are pinned

    private DirectCall(KernelStep<T> step, FlatLoop<T> loop, Operand[] inputs, Operand[] outputs)
    {
        _step = step;
        _loop = loop;
        _inputs = inputs;
        _outputs = outputs;
        _rows = Array.FindAll([.. inputs, .. outputs], operand => !operand.IsNumber);
    }

    /// <summary>What the kernel reads or computes.</summary>
    /// <param name="Index">Which of the kernel's inputs and outputs.</param>
    /// <param name="Source">Which of the program's inputs, or of its results.</param>
    /// <param name="Constant">The constant that the kernel reads instead of an input.</param>
    /// <param name="IsResult">Whether the kernel computes it.</param>
    /// <param name="IsNumber">Whether it is a single number, which lies on the stack.</param>
    private sealed record Operand(int Index, int Source, Tensor<T>? Constant, bool IsResult, bool IsNumber);

    /// <summary>The call of a program; null where it must be run in steps.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="inputs">How many inputs the program has.</param>
    /// <param name="values">At the start: its constants.</param>
    /// <param name="outputs">Which values its outputs are.</param>
    public static DirectCall<T>? Of(Step<T>[] steps, int inputs, Tensor<T>?[] values, int[] outputs)
    {
        if (steps is not [KernelStep<T> { Flat: { } loop, Shape.FlattenedLength: > 0 } step]
            || outputs.Length != step.Outputs.Length)
            return null;
        if (2 * (step.Inputs.Length + outputs.Length) + loop.SumRoom > Room.Words)
            return null;
        var read = new Operand[step.Inputs.Length];
        for (int i = 0; i < read.Length; i++)
        {
            int source = step.Inputs[i];
            read[i] = new Operand(i, source, source < inputs ? null : values[source], false, step.IsNumber(i));
        }
        var computed = new Operand[outputs.Length];
        for (int i = 0; i < computed.Length; i++)
        {
            int source = Array.IndexOf(outputs, step.Outputs[i]);
            if (source < 0)
                return null;
            computed[i] = new Operand(read.Length + i, source, null, true, step.OutputShape(i).Rank == 0);
        }
        return new DirectCall<T>(step, loop, read, computed);
    }

    /// <summary>Computes the results; false where it cannot, because an input has gaps.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="results">Gets the results. Tensors that are there give them their memory.</param>
    public bool TryRun(ReadOnlySpan<Tensor<T>> inputs, Span<Tensor<T>?> results)
    {
        int count = _inputs.Length, operands = count + _outputs.Length;
        Room room;
        var pointers = (T**)&room;
        var numbers = (T*)(pointers + operands);
        var sums = (T*)(pointers + 2 * operands);
        foreach (Operand operand in _inputs)
        {
            Tensor<T> input = operand.Constant ?? inputs[operand.Source];
            if (operand.IsNumber)
            {
                numbers[operand.Index] = input.Memory[0];
                pointers[operand.Index] = numbers + operand.Index;
            }
            else if (!input.IsContiguous)
            {
                return false;
            }
        }
        foreach (Operand operand in _outputs)
        {
            if (operand.IsNumber)
                pointers[operand.Index] = numbers + operand.Index;
            else if (results[operand.Source] is not { Rank: > 0 })
                results[operand.Source] = _step.NewOutput(operand.Index - count);
        }
        Run(inputs, results, 0, pointers, sums);
        foreach (Operand operand in _outputs)
        {
            if (operand.IsNumber)
                results[operand.Source] = new Tensor<T>(numbers[operand.Index]);
        }
        return true;
    }

    /// <summary>Keeps the rows where they are, a few at a time, and then runs.</summary>
    private void Run(
        ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<T>?> results, int at, T** pointers, T* sums)
    {
        Operand[] rows = _rows;
        if (at >= rows.Length)
        {
            _loop.Run(pointers, sums);
            return;
        }
        int last = rows.Length - 1;
        Operand first = rows[at], second = rows[Math.Min(at + 1, last)], third = rows[Math.Min(at + 2, last)],
            fourth = rows[Math.Min(at + 3, last)];
        fixed (T* a = &Start(first, inputs, results), b = &Start(second, inputs, results),
            c = &Start(third, inputs, results), d = &Start(fourth, inputs, results))
        {
            pointers[first.Index] = a;
            pointers[second.Index] = b;
            pointers[third.Index] = c;
            pointers[fourth.Index] = d;
            if (at + 4 > last)
                _loop.Run(pointers, sums);
            else
                Run(inputs, results, at + 4, pointers, sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref T Start(
        Operand operand, ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<T>?> results) =>
        ref (operand.IsResult ? results[operand.Source]! : operand.Constant ?? inputs[operand.Source]).Start;

    /// <summary>Memory on the stack for pointers, numbers and sums.</summary>
    [InlineArray(Words)]
    private struct Room
    {
        public const int Words = 128;

        private long _first;
    }
}
