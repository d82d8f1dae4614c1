using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// A kernel over operands that all lie alike, or are single numbers: it runs over them as one row, which threads share
/// in pieces. A row that is summed up is done a little at a time.
/// </summary>
/// <remarks>
/// <code>
/// row      ├──────── piece 0 ────────┼──────── piece 1 ────────┼─ … ─┤     one thread each
/// calls    ├ 2048 ┼ 2048 ┼ … ┼ tail ─┼ 2048 ┼ …                           of the code, if there are sums
/// </code>
/// The pieces depend on the length alone, so that sums are the same for any number of threads.
/// </remarks>
[SkipLocalsInit]
internal sealed unsafe class FlatLoop<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Kernel<T> _kernel;
    private readonly RowCodes<T> _codes;
    private readonly int _length;
    private readonly int _pieces;
    private readonly InputLayout[] _inputs;
    private readonly int[] _sums; // the operands that are sums
    private RowCode<T>? _code;

    /// <param name="kernel">What it computes.</param>
    /// <param name="codes">The kernel's codes.</param>
    /// <param name="length">The elements of the row.</param>
    /// <param name="inputs">How the kernel reads its sources.</param>
    public FlatLoop(Kernel<T> kernel, RowCodes<T> codes, int length, InputLayout[] inputs)
    {
        _kernel = kernel;
        _codes = codes;
        _length = length;
        _pieces = ParallelLoop.Pieces(length);
        _inputs = inputs;
        var sums = new List<int>();
        for (int i = 0; i < kernel.Targets; i++)
        {
            if (kernel.IsSum(i))
                sums.Add(kernel.Sources + i);
        }
        _sums = [.. sums];
    }

    /// <summary>How many numbers the sums take while they are computed.</summary>
    public int SumRoom => _sums.Length * RowCode<T>.SumRoom;

    /// <summary>Runs over contiguous operands, and single numbers.</summary>
    /// <param name="pointers">Where the operands are.</param>
    /// <param name="sums">Room for <see cref="SumRoom"/> numbers.</param>
    public void Run(T** pointers, T* sums)
    {
        RowCode<T> code = _code ??= _codes.For(_inputs, default);
        fixed (T* numbers = _kernel.Numbers)
        {
            if (_pieces > 1)
            {
                RunPieces(code, pointers, numbers);
                return;
            }
            if (_length <= Kernel<T>.SumLength || _sums.Length == 0)
                code.Run(pointers, _length, numbers, sums);
            else
                RunPart(code, pointers, numbers, 0, _length, sums);
            Store(sums, pointers);
        }
    }

    private void RunPieces(RowCode<T> code, T** pointers, T* numbers)
    {
        int count = _sums.Length;
        fixed (T* sums = new T[_pieces * count])
        {
            ParallelLoop.Run(_pieces, new Piece(this, code, pointers, numbers, sums));
            // In pairs, in the same way for any number of threads.
            for (int width = 1; width < _pieces; width *= 2)
            {
                for (int i = 0; i + width < _pieces; i += 2 * width)
                {
                    for (int j = 0; j < count; j++)
                        sums[i * count + j] += sums[(i + width) * count + j];
                }
            }
            Store(sums, pointers);
        }
    }

    private readonly struct Piece(FlatLoop<T> loop, RowCode<T> code, T** pointers, T* numbers, T* sums)
        : IParallelBody
    {
        public void Run(int piece)
        {
            int start = piece * ParallelLoop.PieceLength;
            int count = Math.Min(ParallelLoop.PieceLength, loop._length - start);
            loop.RunPart(code, pointers, numbers, start, count, sums + piece * loop._sums.Length);
        }
    }

    /// <summary>Runs over a part of the row; where there are sums, a little at a time.</summary>
    private void RunPart(RowCode<T> code, T** pointers, T* numbers, int start, int count, T* sums)
    {
        int step = _sums.Length > 0 ? Kernel<T>.SumLength : count;
        int operands = _inputs.Length + _kernel.Targets;
        T** at = stackalloc T*[operands];
        T* part = stackalloc T[SumRoom];
        new Span<T>(sums, _sums.Length).Clear();
        for (int done = 0; done < count; done += step)
        {
            for (int i = 0; i < operands; i++)
                at[i] = pointers[i] + (code.Moves(i) ? start + done : 0);
            code.Run(at, Math.Min(step, count - done), numbers, part);
            for (int i = 0; i < _sums.Length; i++)
                sums[i] += part[i];
        }
    }

    private void Store(T* sums, T** pointers)
    {
        for (int i = 0; i < _sums.Length; i++)
            *pointers[_sums[i]] = sums[i];
    }
}
