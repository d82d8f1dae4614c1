using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>A kernel over operands that lie in memory in whatever ways: it runs row by row.</summary>
/// <remarks>
/// The kernel's shape is seen as rows, along its last axis, and each operand says how far it moves from element to
/// element and from row to row. For the shape (2, 3, 100), with x of that shape, y of shape (3, 1), and two sums of
/// what is computed:
/// <code>
///                               along the row    from row to row
/// x                             1                100
/// y                             0: one number    1, and back to its start after three rows
/// a sum over the last axis      0                1: each row has a number, to which the row's sum is added
/// a sum over the first axis     1                100, and back: a row is added to the one that is there
/// </code>
/// Axes along which all operands move on evenly are joined first, so that the row is as long as it can be. An input
/// that neither stands still nor moves by 1 along the row is copied before; and so are all that are broadcast if rows
/// are not worth a call each, which makes the whole one row. Of an input that is read by elements, all stand still.
/// </remarks>
[SkipLocalsInit]
internal sealed unsafe class RowLoop<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Kernel<T> _kernel;
    private readonly RowCodes<T> _codes;
    private readonly Shape _shape;
    private readonly int[][] _outputStrides;
    private readonly bool[] _areElements; // by input
    private readonly bool _sumsAll;
    private readonly int _sums;

    /// <param name="step">The step.</param>
    /// <param name="codes">The kernel's codes.</param>
    /// <param name="sumsAll">Whether each sum is over all axes.</param>
    public RowLoop(ScheduledKernel<T> step, RowCodes<T> codes, bool sumsAll)
    {
        _kernel = step.Kernel;
        _codes = codes;
        _shape = step.Shape;
        _areElements = Array.ConvertAll(step.Sources, source => source.IsElements);
        _sumsAll = sumsAll;
        _outputStrides = Array.ConvertAll(step.Summed, OutputStrides);
        _sums = Array.FindAll(step.Summed, axes => axes is not null).Length;
    }

    /// <param name="inputs">The inputs; some may be replaced by copies.</param>
    /// <param name="pointers">Where inputs and outputs are. Sums begin with zeros.</param>
    public void Run(Tensor<T>[] inputs, T** pointers)
    {
        StridedAxes axes = AxesOf(inputs);
        for (int i = 0; i < inputs.Length; i++)
        {
            if (_areElements[i] ? !inputs[i].IsContiguous : !CanBeRead(i, axes))
            {
                RunOnCopy(i, inputs, pointers, axes);
                return;
            }
        }
        RowCode<T> code = CodeFor(axes);
        int rows = RowsOfPiece(axes);
        fixed (T* numbers = _kernel.Numbers)
            ParallelLoop.Run((Rows(axes) + rows - 1) / rows, new Piece(this, code, axes, pointers, numbers, rows));
    }

    private bool CanBeRead(int input, StridedAxes axes) => axes.Stride(input, Inner(axes)) is 0 or 1
        && (!AreShort(axes) || axes.IsRowMajor(input) || axes.IsOne(input));

    private bool AreShort(StridedAxes axes) =>
        axes.Count > 1 && axes[Inner(axes)] < FusionGroup.ShortestRow && _sumsAll;

    /// <summary>
    /// Copies an input so that it can be read in rows; a contiguous one has its rows along another axis, and is
    /// stretched to the whole shape.
    /// </summary>
    private void RunOnCopy(int input, Tensor<T>[] inputs, T** pointers, StridedAxes axes)
    {
        Tensor<T> copy = !_areElements[input] && (AreShort(axes) || inputs[input].IsContiguous)
            ? inputs[input].Expand(_shape).ToContiguous()
            : inputs[input].ToContiguous();
        T* original = pointers[input];
        inputs[input] = copy;
        fixed (T* memory = copy.Memory)
        {
            pointers[input] = memory;
            Run(inputs, pointers);
        }
        pointers[input] = original;
        copy.Recycle();
    }

    /// <summary>The code for what stands still along a row and what moves.</summary>
    private RowCode<T> CodeFor(StridedAxes axes)
    {
        int inputs = _kernel.Sources, inner = Inner(axes);
        Span<InputLayout> layout = stackalloc InputLayout[inputs];
        for (int i = 0; i < inputs; i++)
            layout[i] = axes.Stride(i, inner) == 0 ? InputLayout.One : InputLayout.Elements;
        Span<bool> isRowSum = stackalloc bool[_kernel.Targets];
        for (int i = 0; i < isRowSum.Length; i++)
            isRowSum[i] = _kernel.IsSum(i) && axes.Stride(inputs + i, inner) == 1;
        return _codes.For(layout, isRowSum);
    }

    /// <summary>
    /// How many rows make a piece of work. Threads take rows apart by the first axis, and only where no sum runs along
    /// it: two of them would add to one number.
    /// </summary>
    private int RowsOfPiece(StridedAxes axes)
    {
        bool isShared = axes.Count > 1;
        for (int i = 0; i < _kernel.Targets; i++)
            isShared &= !_kernel.IsSum(i) || axes.Stride(_kernel.Sources + i, 0) != 0;
        int rowsOfIndex = isShared ? Rows(axes) / axes[0] : Rows(axes);
        int length = rowsOfIndex * axes[Inner(axes)];
        return rowsOfIndex * Math.Max(1, ParallelLoop.PieceLength / Math.Max(1, length));
    }

    private static int Inner(StridedAxes axes) => axes.Count - 1;

    private static int Rows(StridedAxes axes) => axes.Length / axes[Inner(axes)];

    private readonly struct Piece(
        RowLoop<T> loop, RowCode<T> code, StridedAxes axes, T** pointers, T* numbers, int rows) : IParallelBody
    {
        public void Run(int piece)
        {
            int first = piece * rows, last = Math.Min(Rows(axes), first + rows);
            T** at = stackalloc T*[axes.Operands];
            T* part = stackalloc T[loop._sums * RowCode<T>.SumRoom];
            if (axes.Count == 2 && (loop._sums == 0 || axes[1] <= Kernel<T>.SumLength))
            {
                RunEvenRows(first, last, at, part);
                return;
            }
            var position = new StridedPosition(axes, first);
            for (int row = first; row < last; row++, position.Next())
                RunRow(in position, at, part);
        }

        /// <summary>Runs over rows of which each is one call, and as far from the next as that from the one after it.
        /// </summary>
        private void RunEvenRows(int first, int last, T** at, T* part)
        {
            Kernel<T> kernel = loop._kernel;
            int operands = axes.Operands, length = axes[1];
            nint* strides = stackalloc nint[operands];
            int* sums = stackalloc int[loop._sums]; // the operand to which a row's sum is added; -1 if the code does so
            for (int i = 0, sum = 0; i < operands; i++)
            {
                strides[i] = axes.Stride(i, 0);
                at[i] = pointers[i] + first * strides[i];
                if (i >= kernel.Sources && kernel.IsSum(i - kernel.Sources))
                    sums[sum++] = axes.Stride(i, 1) == 0 ? i : -1;
            }
            for (int row = first; row < last; row++)
            {
                code.Run(at, length, numbers, part);
                for (int sum = 0; sum < loop._sums; sum++)
                {
                    if (sums[sum] >= 0)
                        *at[sums[sum]] += part[sum];
                }
                for (int i = 0; i < operands; i++)
                    at[i] += strides[i];
            }
        }

        /// <summary>Runs over a row; where there are sums, a little at a time.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void RunRow(in StridedPosition position, T** at, T* part)
        {
            Kernel<T> kernel = loop._kernel;
            int inner = Inner(axes), length = axes[inner], step = loop._sums > 0 ? Kernel<T>.SumLength : length;
            for (int start = 0; start < length; start += step)
            {
                for (int i = 0; i < axes.Operands; i++)
                    at[i] = pointers[i] + position.Offset(i) + start * axes.Stride(i, inner);
                code.Run(at, Math.Min(step, length - start), numbers, part);
                for (int i = 0, sum = 0; sum < loop._sums; i++)
                {
                    if (!kernel.IsSum(i))
                        continue;
                    // A sum across rows is added by the code itself.
                    if (axes.Stride(kernel.Sources + i, inner) == 0)
                        *at[kernel.Sources + i] += part[sum];
                    sum++;
                }
            }
        }
    }

    private StridedAxes AxesOf(Tensor<T>[] inputs)
    {
        var strides = new int[inputs.Length + _outputStrides.Length][];
        for (int i = 0; i < inputs.Length; i++)
            strides[i] = _areElements[i] ? new int[_shape.Rank] : StridedAxes.Broadcast(inputs[i], _shape);
        _outputStrides.CopyTo(strides, inputs.Length);
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
}
