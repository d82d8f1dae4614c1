using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// Kernels as a step that runs them one after the other on a block of elements, and then on the next.
/// </summary>
/// <remarks>
/// <code>
/// x, y     ├───── block ─────┼───── block ─────┼ … read from outside at the block's place
/// u, v     ├───── block ─────┤                    buffers, the same for each block
/// z        ├───── block ─────┼───── block ─────┼ … stored at the block's place
/// </code>
/// Threads share the blocks. Each block has sums of its own, which are added in pairs at the end, in the same way for
/// any number of threads. Single numbers, from outside or to outside, are copied to and from one piece of memory.
/// </remarks>
[SkipLocalsInit]
internal sealed unsafe class BlockedKernels<T> : Step<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Padding = 1024 / 8; // bytes, so that buffers do not map to the same sets of the cache

    private readonly Part[] _parts;
    private readonly int _length;
    private readonly int _blockLength;
    private readonly int _blocks;
    private readonly int _buffers;
    private readonly int _sums;
    private readonly int _maxOperands;
    private readonly int _maxSums;
    private readonly Operand[] _operands; // of inputs, then outputs
    private readonly int _numbers; // how many of them are single numbers
    private readonly Shape[] _outputShapes;
    private readonly bool[] _handsOut;

    /// <param name="step">The step.</param>
    /// <param name="schedule">The schedule that it is of.</param>
    /// <param name="handsOut">Which outputs go to someone outside, so that their memory does not come back.</param>
    /// <param name="options">How kernels are made ready to run.</param>
    public BlockedKernels(ScheduledBlocks<T> step, Schedule<T> schedule, bool[] handsOut, EmissionOptions options)
        : base(step.Inputs, step.Outputs)
    {
        _length = step.Length;
        _blockLength = step.BlockLength;
        _blocks = (_length + _blockLength - 1) / _blockLength;
        _buffers = step.BufferCount;
        _handsOut = handsOut;
        _outputShapes = Array.ConvertAll(step.Outputs, output => schedule.Values[output].Shape);
        int[] outside = [.. step.Inputs, .. step.Outputs];
        _operands = new Operand[outside.Length];
        var operandOf = new Dictionary<int, Operand>();
        for (int i = 0; i < outside.Length; i++)
        {
            operandOf[outside[i]] = _operands[i] = IsNumber(outside[i])
                ? new Operand(Kind.Number, _numbers++) : new Operand(Kind.Array, i);
        }
        foreach (ScheduledBlocks<T>.Local local in step.Locals)
            operandOf[local.Value] = new Operand(Kind.Buffer, local.Buffer);
        _parts = new Part[step.Parts.Length];
        for (int i = 0; i < _parts.Length; i++)
        {
            ScheduledKernel<T> kernel = step.Parts[i];
            Operand[] operands =
            [
                .. kernel.Sources.Select(source => operandOf[source.Value] is { Kind: Kind.Array } array
                    && source.IsElements ? array with { Kind = Kind.Whole } : operandOf[source.Value]),
                .. kernel.Outputs.Select(output => operandOf[output]),
            ];
            int[] sums = [.. kernel.Outputs.Where((_, target) => kernel.Kernel.IsSum(target))];
            _parts[i] = new Part(
                kernel.Kernel, new RowCodes<T>(kernel.Kernel, _length == 1, options), operands,
                Array.ConvertAll(kernel.Sources, source => source.IsElements || IsNumber(source.Value)
                    ? InputLayout.One : InputLayout.Elements),
                _sums, Array.ConvertAll(sums, sum => operandOf[sum].Index));
            _sums += sums.Length;
            _maxSums = Math.Max(_maxSums, sums.Length);
            _maxOperands = Math.Max(_maxOperands, operands.Length);
        }

        bool IsNumber(int value) => schedule.Values[value].Shape.FlattenedLength == 1;
    }

    private enum Kind
    {
        /// <summary>An array from outside, or to it.</summary>
        Array,

        /// <summary>An array of which certain elements are read, the same ones for each block.</summary>
        Whole,

        /// <summary>A single number from outside, or to it.</summary>
        Number,

        /// <summary>A block that is in a buffer.</summary>
        Buffer,
    }

    private readonly record struct Operand(Kind Kind, int Index);

    /// <summary>A kernel.</summary>
    /// <param name="Kernel">What it computes.</param>
    /// <param name="Codes">Its codes.</param>
    /// <param name="Operands">Where its inputs and then its outputs are.</param>
    /// <param name="Inputs">Which inputs stand still along a row.</param>
    /// <param name="FirstSum">The number of its first sum among those of all kernels.</param>
    /// <param name="Sums">The numbers, among those to outside, that its sums are.</param>
    private sealed record Part(
        Kernel<T> Kernel, RowCodes<T> Codes, Operand[] Operands, InputLayout[] Inputs, int FirstSum, int[] Sums)
    {
        public RowCode<T> Code => field ??= Codes.For(Inputs, default);
    }

    public override void Run(Span<Tensor<T>?> values, BoundIndices? indices)
    {
        Tensor<T>?[] copies = Contiguous(values);
        for (int i = 0; i < Outputs.Length; i++)
        {
            if (_operands[Inputs.Length + i].Kind != Kind.Array)
                continue;
            ref Tensor<T>? output = ref values[Outputs[i]];
            if (output?.Shape != _outputShapes[i])
                output = NewOutput(i);
        }
        var memory = Storage<T>.Uninitialized(_numbers + _blocks * _sums + 1);
        fixed (T* numbers = &memory.Data[memory.Start])
        {
            for (int i = 0; i < Inputs.Length; i++)
            {
                if (_operands[i] is { Kind: Kind.Number, Index: var index })
                    numbers[index] = values[Inputs[i]]!.Memory[0];
            }
            const int Few = 64;
            T** few = stackalloc T*[Few];
            if (_operands.Length + 4 <= Few)
            {
                Pin(new Operands(values, copies), 0, few, numbers);
            }
            else
            {
                fixed (T** pointers = new T*[_operands.Length + 4])
                    Pin(new Operands(values, copies), 0, pointers, numbers);
            }
            for (int i = 0; i < Outputs.Length; i++)
            {
                if (_operands[Inputs.Length + i] is { Kind: Kind.Number, Index: var index })
                    values[Outputs[i]] = NumberOf(i, numbers[index], values[Outputs[i]]);
            }
        }
        memory.Release();
        foreach (Tensor<T>? copy in copies)
            copy?.Recycle();
    }

    /// <summary>Copies of inputs that have gaps; null for the others.</summary>
    private Tensor<T>?[] Contiguous(ReadOnlySpan<Tensor<T>?> values)
    {
        Tensor<T>?[] copies = [];
        for (int i = 0; i < Inputs.Length; i++)
        {
            if (_operands[i].Kind != Kind.Array || values[Inputs[i]]!.IsContiguous)
                continue;
            if (copies.Length == 0)
                copies = new Tensor<T>?[Inputs.Length];
            copies[i] = values[Inputs[i]]!.ToContiguous();
        }
        return copies;
    }

    private Tensor<T> NewOutput(int output) => _handsOut[output]
        ? Tensor<T>.ForUser(_outputShapes[output]) : Tensor<T>.Uninitialized(_outputShapes[output]);

    private Tensor<T> NumberOf(int output, T number, Tensor<T>? given)
    {
        if (_outputShapes[output].Rank == 0)
            return new Tensor<T>(number);
        Tensor<T> result = given?.Shape == _outputShapes[output] ? given : NewOutput(output);
        result.NewData[0] = number;
        return result;
    }

    private readonly ref struct Operands(Span<Tensor<T>?> values, Tensor<T>?[] copies)
    {
        private readonly Span<Tensor<T>?> _values = values;

        public ReadOnlySpan<T> Memory(BlockedKernels<T> step, int operand)
        {
            if (operand >= step._operands.Length || step._operands[operand].Kind != Kind.Array)
                return default;
            int input = operand - step.Inputs.Length;
            if (input >= 0)
                return _values[step.Outputs[input]]!.Memory;
            return (copies.Length > 0 && copies[operand] is { } copy ? copy : _values[step.Inputs[operand]]!).Memory;
        }
    }

    /// <summary>Keeps all arrays where they are, a few at a time, and then runs. There is room for four pointers more
    /// than operands.</summary>
    private void Pin(Operands operands, int at, T** pointers, T* numbers)
    {
        while (at < _operands.Length && _operands[at].Kind != Kind.Array)
            at++;
        if (at >= _operands.Length)
        {
            RunBlocks(pointers, numbers);
            return;
        }
        fixed (T* a = operands.Memory(this, at), b = operands.Memory(this, at + 1), c = operands.Memory(this, at + 2),
            d = operands.Memory(this, at + 3))
        {
            pointers[at] = a;
            pointers[at + 1] = b;
            pointers[at + 2] = c;
            pointers[at + 3] = d;
            Pin(operands, at + 4, pointers, numbers);
        }
    }

    private void RunBlocks(T** pointers, T* numbers)
    {
        T* sums = numbers + _numbers;
        var block = new Block(this, pointers, numbers, sums);
        // As many elements as a single kernel needs for a second thread, over all kernels.
        if ((long)_length * _parts.Length < ParallelLoop.PieceLength)
        {
            for (int i = 0; i < _blocks; i++)
                block.Run(i);
        }
        else
        {
            ParallelLoop.Run(_blocks, block);
        }
        for (int width = 1; width < _blocks; width *= 2)
        {
            for (int i = 0; i + width < _blocks; i += 2 * width)
            {
                for (int j = 0; j < _sums; j++)
                    sums[i * _sums + j] += sums[(i + width) * _sums + j];
            }
        }
        foreach (Part part in _parts)
        {
            for (int i = 0; i < part.Sums.Length; i++)
                numbers[part.Sums[i]] = sums[part.FirstSum + i];
        }
    }

    private readonly struct Block(BlockedKernels<T> step, T** pointers, T* numbers, T* sums) : IParallelBody
    {
        public void Run(int block)
        {
            nint start = (nint)block * step._blockLength;
            nint count = nint.Min(step._blockLength, step._length - start), stride = Stride(step);
            var memory = Storage<T>.Uninitialized((int)(step._buffers * stride) + 1);
            T** at = stackalloc T*[step._maxOperands];
            T* partSums = stackalloc T[step._maxSums * RowCode<T>.SumRoom];
            fixed (T* buffers = &memory.Data[memory.Start])
            {
                foreach (Part part in step._parts)
                {
                    for (int i = 0; i < part.Operands.Length; i++)
                    {
                        int index = part.Operands[i].Index;
                        at[i] = part.Operands[i].Kind switch
                        {
                            Kind.Array => pointers[index] + start,
                            Kind.Whole => pointers[index],
                            Kind.Number => numbers + index,
                            _ => buffers + index * stride,
                        };
                    }
                    fixed (T* own = part.Kernel.Numbers)
                        part.Code.Run(at, count, own, partSums);
                    for (int i = 0; i < part.Sums.Length; i++)
                        sums[block * step._sums + part.FirstSum + i] = partSums[i];
                }
            }
            memory.Release();
        }

        private static nint Stride(BlockedKernels<T> step) =>
            step._length == 1 ? 1 : step._blockLength + Padding / sizeof(T);
    }
}
