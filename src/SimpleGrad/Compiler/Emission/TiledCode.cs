using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// Runs a kernel without machine code of its own: operator by operator over tiles that stay in the cache, with the
/// loops that eager operators use.
/// </summary>
internal sealed unsafe class TiledCode<T> : RowCode<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int TileLength = 512;

    private readonly InputLayout[] _inputs;
    private readonly bool[] _rowSums;
    private readonly int[] _places; // in the buffer, of each operation
    private readonly int _buffers;

    public TiledCode(Kernel<T> kernel, InputLayout[] inputs, bool[] rowSums) : base(kernel, inputs, rowSums)
    {
        _inputs = inputs;
        _rowSums = rowSums;
        _places = new int[kernel.Operations.Length];
        var uses = (int[])kernel.Uses.Clone();
        var free = new Stack<int>();
        for (int i = 0; i < _places.Length; i++)
        {
            // The result may take the place of an operand that is read for the last time.
            foreach (int operand in kernel.Operations[i].Operands)
            {
                if (--uses[operand] == 0 && operand >= kernel.FirstOperation)
                    free.Push(_places[operand - kernel.FirstOperation]);
            }
            _places[i] = free.Count > 0 ? free.Pop() : _buffers++;
        }
    }

    [SkipLocalsInit]
    public override void Run(T** pointers, nint length, T* numbers, T* sums)
    {
        Kernel<T> kernel = Kernel;
        var memory = Storage<T>.Uninitialized(Math.Max(1, _buffers) * TileLength);
        for (int i = 0, sum = 0; i < kernel.Targets; i++)
        {
            if (kernel.IsSum(i))
                sums[sum++] = T.Zero;
        }
        fixed (T* buffer = &memory.Data[memory.Start])
        {
            for (nint start = 0; start < length; start += TileLength)
                Tile(pointers, start, (int)Math.Min(TileLength, length - start), numbers, sums, buffer);
        }
        memory.Release();
    }

    private void Tile(T** pointers, nint start, int count, T* numbers, T* sums, T* buffer)
    {
        Kernel<T> kernel = Kernel;
        for (int i = 0; i < _places.Length; i++)
        {
            var run = new Run<T>();
            Kernel<T>.Operation operation = kernel.Operations[i];
            for (int j = 0; j < operation.Operands.Length; j++)
            {
                T* at = At(operation.Operands[j], out bool isOne);
                run.Set(j, at, isOne);
            }
            operation.Operator.Apply(in run, new Span<T>(buffer + _places[i] * TileLength, count));
        }
        for (int i = 0, sum = 0; i < kernel.Outputs.Length; i++)
        {
            Leave(kernel.Outputs[i], sum);
            sum += kernel.Outputs[i].IsSum ? 1 : 0;
        }

        T* At(int value, out bool isOne)
        {
            int inputs = kernel.Inputs.Length;
            if (value >= inputs)
            {
                isOne = value < kernel.FirstOperation;
                return isOne ? numbers + (value - inputs)
                    : buffer + _places[value - kernel.FirstOperation] * TileLength;
            }
            (int operand, int offset) = kernel.Inputs[value];
            isOne = _inputs[operand] == InputLayout.One;
            return pointers[operand] + offset + (isOne ? 0 : start);
        }

        void Leave(Kernel<T>.Output output, int sum)
        {
            T* at = At(output.Value, out bool isOne);
            var value = new Span<T>(at, isOne ? 1 : count);
            T* to = pointers[kernel.Sources + output.Place.Operand] + output.Place.Offset + start;
            if (isOne && count > 1)
                throw new InvalidOperationException("A kernel leaves a number that stands still, element by element.");
            if (!output.IsSum)
                value.CopyTo(new Span<T>(to, count));
            else if (_rowSums[output.Place.Operand])
                TensorPrimitives.Add(new Span<T>(to, count), value, new Span<T>(to, count));
            else
                sums[sum] += VectorRuns.Fold<SumFold, T>(value, T.Zero);
        }
    }
}
