using System.Numerics;

namespace SimpleGrad;

/// <summary>A kernel made ready to run over rows of a certain layout.</summary>
internal abstract unsafe class RowCode<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The max lanes of a vector, each of which has a sum of its own until the end.</summary>
    public const int SumRoom = 16;

    private readonly bool[] _moves;

    protected RowCode(Kernel<T> kernel, InputLayout[] inputs, bool[] rowSums)
    {
        Kernel = kernel;
        _moves = new bool[inputs.Length + rowSums.Length];
        for (int i = 0; i < inputs.Length; i++)
            _moves[i] = inputs[i] == InputLayout.Elements;
        for (int i = 0; i < rowSums.Length; i++)
            _moves[inputs.Length + i] = !kernel.IsSum(i) || rowSums[i];
    }

    protected Kernel<T> Kernel { get; }

    /// <summary>How many inputs and outputs there are.</summary>
    protected int Operands => _moves.Length;

    /// <summary>Whether an operand, of inputs and then outputs, moves along the row.</summary>
    public bool Moves(int operand) => _moves[operand];

    /// <summary>Computes a row.</summary>
    /// <param name="pointers">Where the inputs and the outputs are. A sum along the row has none; a sum across rows
    /// has one, and the row is added to it.</param>
    /// <param name="length">The elements of the row.</param>
    /// <param name="numbers">The kernel's numbers.</param>
    /// <param name="sums">Gets the sums along the row, in the order of the outputs that are sums. There is room for
    /// <see cref="SumRoom"/> numbers for each.</param>
    public abstract void Run(T** pointers, nint length, T* numbers, T* sums);
}
