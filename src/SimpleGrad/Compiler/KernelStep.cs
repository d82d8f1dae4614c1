using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// A kernel with the shapes that it is used on. Where all operands lie alike it runs over them as one row, in pieces
/// for the threads; else row by row.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class KernelStep<T> : Step<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The elements that one call of a kernel sums up: it adds them one after the other in each place of a vector, and
    /// what calls give is added in pairs.
    /// </summary>
    private const int SumLength = 2048;

    /// <summary>Rows shorter than this are not worth a call each: broadcast operands are stretched first.</summary>
    internal const int ShortestRow = 32;

    private readonly Kernel<T> _kernel;
    private readonly Shape _shape;
    private readonly Shape[] _inputShapes;
    private readonly Shape[] _outputShapes;
    private readonly bool[]?[] _summed;
    private readonly int _sums;
    private readonly bool _sumsAll; // whether each sum is over all axes
    private readonly KernelCodes<T> _codes;
    private readonly int _pieces; // of the row, if it runs as one
    private readonly InputLayout[] _flat; // as which inputs are read then
    private KernelCode<T>? _flatCode;

    public KernelStep(
        Kernel<T> kernel, Shape shape, int[] inputs, Shape[] inputShapes, int[] outputs, Shape[] outputShapes,
        bool[]?[] summed)
        : base(inputs, outputs)
    {
        _inputShapes = inputShapes;
        _kernel = kernel;
        _shape = shape;
        _outputShapes = outputShapes;
        _summed = summed;
        _sums = Array.FindAll(summed, axes => axes is not null).Length;
        _sumsAll = Array.TrueForAll(summed, axes => axes is null || IsAll(axes, shape));
        _codes = new KernelCodes<T>(kernel, shape.FlattenedLength == 1);
        _pieces = ParallelLoop.Pieces(shape.FlattenedLength);
        _flat = Array.ConvertAll(
            inputShapes, each => each.FlattenedLength == 1 ? InputLayout.One : InputLayout.Elements);
        MayBeFlat = _sumsAll && Array.TrueForAll(
            inputShapes, each => each.FlattenedLength == 1 || each.FlattenedLength == shape.FlattenedLength);
    }

    public Kernel<T> Kernel => _kernel;

    public Shape Shape => _shape;

    public override bool MayGiveViews => false;

    /// <summary>Whether the kernel runs over all operands as one row, if inputs are contiguous.</summary>
    public bool MayBeFlat { get; }

    /// <summary>Whether an input is a single number.</summary>
    public bool IsOne(int input) => _flat[input] == InputLayout.One;

    /// <summary>How many numbers the sums take while they are computed.</summary>
    public int SumRoom => _sums * KernelCode<T>.SumRoom;

    public Shape OutputShape(int output) => _outputShapes[output];

    /// <summary>The shapes of all that the kernel reads and stores.</summary>
    public IEnumerable<Shape> Operands => [.. _inputShapes, .. _outputShapes];

    public override void Run(Span<Tensor<T>?> values)
    {
        int outputs = Outputs.Length;
        for (int i = 0; i < outputs; i++)
            values[Outputs[i]] = Output(i, values[Outputs[i]]);
        T** pointers = stackalloc T*[Inputs.Length + outputs + 4];
        T* scalars = stackalloc T[outputs];
        for (int i = 0; i < outputs; i++)
            scalars[i] = T.Zero;
        if (_shape.FlattenedLength > 0)
            Pin(values, 0, pointers, scalars);
        for (int i = 0; i < outputs; i++)
        {
            if (_outputShapes[i].Rank == 0)
                values[Outputs[i]] = new Tensor<T>(scalars[i]);
        }
    }

    /// <summary>The memory of an output; null for a single number, which becomes a tensor at the end.</summary>
    private Tensor<T>? Output(int output, Tensor<T>? given)
    {
        Shape shape = _outputShapes[output];
        if (shape.Rank == 0)
            return null;
        Tensor<T> result = given?.Shape == shape ? given : NewOutput(output);
        if (_summed[output] is not null)
            result.NewData.Clear();
        return result;
    }

    /// <summary>New memory for an output.</summary>
    public Tensor<T> NewOutput(int output) => HandedOut[output]
        ? Tensor<T>.ForUser(_outputShapes[output]) : Tensor<T>.Uninitialized(_outputShapes[output]);

    /// <summary>
    /// Keeps all operands where they are, a few at a time, and then runs. There is room for four pointers more than
    /// operands.
    /// </summary>
    private void Pin(Span<Tensor<T>?> values, int at, T** pointers, T* scalars)
    {
        if (at >= Inputs.Length + Outputs.Length)
        {
            for (int i = 0; i < Outputs.Length; i++)
            {
                if (values[Outputs[i]] is null)
                    pointers[Inputs.Length + i] = scalars + i;
            }
            Run(values, pointers);
            return;
        }
        fixed (T* a = Memory(values, at), b = Memory(values, at + 1), c = Memory(values, at + 2),
            d = Memory(values, at + 3))
        {
            pointers[at] = a;
            pointers[at + 1] = b;
            pointers[at + 2] = c;
            pointers[at + 3] = d;
            Pin(values, at + 4, pointers, scalars);
        }
    }

    private ReadOnlySpan<T> Memory(Span<Tensor<T>?> values, int operand)
    {
        int[] places = Inputs;
        if (operand >= places.Length)
        {
            operand -= places.Length;
            places = Outputs;
        }
        return operand < places.Length && values[places[operand]] is { } tensor ? tensor.Memory : default;
    }

    private void Run(Span<Tensor<T>?> values, T** pointers)
    {
        if (IsFlat(values))
        {
            T* sums = stackalloc T[SumRoom];
            RunFlat(pointers, sums);
            return;
        }
        var inputs = new Tensor<T>[Inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = values[Inputs[i]]!;
        RunRows(inputs, pointers);
    }

    private bool IsFlat(ReadOnlySpan<Tensor<T>?> values)
    {
        if (!MayBeFlat)
            return false;
        for (int i = 0; i < _flat.Length; i++)
        {
            if (_flat[i] == InputLayout.Elements && !values[Inputs[i]]!.IsContiguous)
                return false;
        }
        return true;
    }

    /// <summary>Runs over contiguous operands, and single numbers, as one row.</summary>
    /// <param name="pointers">Where the operands are.</param>
    /// <param name="sums">Room for <see cref="SumRoom"/> numbers.</param>
    public void RunFlat(T** pointers, T* sums)
    {
        KernelCode<T> code = _flatCode ??= _codes.For(_flat, default);
        int length = _shape.FlattenedLength;
        fixed (T* numbers = _kernel.Numbers)
        {
            if (_pieces > 1)
            {
                RunPieces(code, pointers, numbers);
                return;
            }
            if (length <= SumLength || _sums == 0)
                code.Run(pointers, length, numbers, sums);
            else
                Piece(code, pointers, numbers, 0, length, sums);
            Store(sums, pointers);
        }
    }

    private void RunPieces(KernelCode<T> code, T** pointers, T* numbers)
    {
        fixed (T* sums = new T[_pieces * _sums])
        {
            ParallelLoop.Run(_pieces, new FlatPiece(this, code, pointers, numbers, sums));
            // In pairs, in the same way for any number of threads.
            for (int width = 1; width < _pieces; width *= 2)
            {
                for (int i = 0; i + width < _pieces; i += 2 * width)
                {
                    for (int j = 0; j < _sums; j++)
                        sums[i * _sums + j] += sums[(i + width) * _sums + j];
                }
            }
            Store(sums, pointers);
        }
    }

    private void Store(T* sums, T** pointers)
    {
        for (int i = 0, sum = 0; sum < _sums; i++)
        {
            if (_summed[i] is not null)
                *pointers[Inputs.Length + i] = sums[sum++];
        }
    }

    private readonly struct FlatPiece(KernelStep<T> step, KernelCode<T> code, T** pointers, T* numbers, T* sums)
        : IParallelBody
    {
        public void Run(int piece)
        {
            int start = piece * ParallelLoop.PieceLength;
            int count = Math.Min(ParallelLoop.PieceLength, step._shape.FlattenedLength - start);
            step.Piece(code, pointers, numbers, start, count, sums + piece * step._sums);
        }
    }

    /// <summary>Runs over a part of the row; where there are sums, a little at a time.</summary>
    private void Piece(KernelCode<T> code, T** pointers, T* numbers, int start, int count, T* sums)
    {
        int step = _sums > 0 ? SumLength : count;
        int operands = Inputs.Length + Outputs.Length;
        T** at = stackalloc T*[operands];
        T* part = stackalloc T[SumRoom];
        new Span<T>(sums, _sums).Clear();
        for (int done = 0; done < count; done += step)
        {
            for (int i = 0; i < operands; i++)
                at[i] = pointers[i] + (code.Moves(i) ? start + done : 0);
            code.Run(at, Math.Min(step, count - done), numbers, part);
            for (int i = 0; i < _sums; i++)
                sums[i] += part[i];
        }
    }

    private void RunRows(Tensor<T>[] operands, T** pointers)
    {
        int inputs = Inputs.Length;
        StridedAxes axes = AxesOf(operands);
        int inner = axes.Count - 1;
        bool isShort = axes.Count > 1 && axes[inner] < ShortestRow && _sumsAll;
        for (int i = 0; i < inputs; i++)
        {
            if (axes.Stride(i, inner) is 0 or 1 && !(isShort && !axes.IsRowMajor(i) && !axes.IsOne(i)))
                continue;
            // A copy that can be read in rows; a contiguous operand has its rows along another axis, and is stretched.
            Tensor<T> copy = isShort || operands[i].IsContiguous
                ? operands[i].Expand(_shape).ToContiguous()
                : operands[i].ToContiguous();
            T* original = pointers[i];
            operands[i] = copy;
            fixed (T* memory = copy.Memory)
            {
                pointers[i] = memory;
                RunRows(operands, pointers);
            }
            pointers[i] = original;
            copy.Recycle();
            return;
        }
        for (int i = 0; i < Outputs.Length; i++)
        {
            if (_summed[i] is not null && _outputShapes[i].Rank == 0)
                *pointers[inputs + i] = T.Zero;
        }
        Span<InputLayout> layout = stackalloc InputLayout[inputs];
        Span<bool> isRowSum = stackalloc bool[Outputs.Length];
        for (int i = 0; i < inputs; i++)
            layout[i] = axes.Stride(i, inner) == 0 ? InputLayout.One : InputLayout.Elements;
        for (int i = 0; i < isRowSum.Length; i++)
            isRowSum[i] = _summed[i] is not null && axes.Stride(inputs + i, inner) == 1;
        KernelCode<T> code = _codes.For(layout, isRowSum);
        fixed (T* numbers = _kernel.Numbers)
        {
            int rows = axes.Length / axes[inner];
            // Threads take rows apart by the first axis, and only where no sum runs along it.
            bool isShared = axes.Count > 1;
            for (int i = 0; i < Outputs.Length; i++)
                isShared &= _summed[i] is null || axes.Stride(inputs + i, 0) != 0;
            int rowsOfStep = isShared ? rows / axes[0] : rows;
            int each = rowsOfStep * Math.Max(1, ParallelLoop.PieceLength / Math.Max(1, rowsOfStep * axes[inner]));
            ParallelLoop.Run((rows + each - 1) / each, new RowPiece(this, code, axes, pointers, numbers, each));
        }
    }

    private readonly struct RowPiece(
        KernelStep<T> step, KernelCode<T> code, StridedAxes axes, T** pointers, T* numbers, int rows) : IParallelBody
    {
        public void Run(int piece)
        {
            int inner = axes.Count - 1, length = axes[inner], inputs = step.Inputs.Length;
            int first = piece * rows, last = Math.Min(axes.Length / length, first + rows);
            int each = step._sums > 0 ? SumLength : length;
            T** at = stackalloc T*[axes.Operands];
            T* part = stackalloc T[step.SumRoom];
            var position = new StridedPosition(axes, first);
            for (int row = first; row < last; row++, position.Next())
            {
                for (int start = 0; start < length; start += each)
                {
                    for (int i = 0; i < axes.Operands; i++)
                        at[i] = pointers[i] + position.Offset(i) + start * axes.Stride(i, inner);
                    code.Run(at, Math.Min(each, length - start), numbers, part);
                    for (int i = 0, sum = 0; i < step.Outputs.Length; i++)
                    {
                        if (step._summed[i] is null)
                            continue;
                        if (axes.Stride(inputs + i, inner) == 0)
                            *at[inputs + i] += part[sum];
                        sum++;
                    }
                }
            }
        }
    }

    private StridedAxes AxesOf(Tensor<T>[] operands)
    {
        var strides = new int[Inputs.Length + Outputs.Length][];
        for (int i = 0; i < strides.Length; i++)
            strides[i] = i < Inputs.Length
                ? StridedAxes.Broadcast(operands[i], _shape)
                : OutputStrides(_summed[i - Inputs.Length]);
        return new StridedAxes(_shape, strides);
    }

    /// <summary>Row-major over the axes that are not summed, and standing still along the others.</summary>
    private int[] OutputStrides(bool[]? summed)
    {
        var strides = new int[_shape.Rank];
        for (int axis = strides.Length - 1, stride = 1; axis >= 0; axis--)
        {
            if (summed is not null && summed[axis])
                continue;
            strides[axis] = stride;
            stride *= _shape[axis];
        }
        return strides;
    }

    private static bool IsAll(bool[] summed, Shape shape)
    {
        for (int i = 0; i < summed.Length; i++)
        {
            if (!summed[i] && shape[i] != 1)
                return false;
        }
        return true;
    }
}
