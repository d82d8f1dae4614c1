using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace SimpleGrad;

/// <summary>How a kernel reads an input.</summary>
internal enum InputLayout : byte
{
    /// <summary>Element by element.</summary>
    Elements,

    /// <summary>One number for the whole row.</summary>
    One,
}

/// <summary>A kernel made ready to run over rows of a certain layout.</summary>
internal abstract unsafe class KernelCode<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The most elements of a vector: what is in the places of one is summed last.</summary>
    public const int SumRoom = 16;

    private readonly bool[] _moves;

    protected KernelCode(Kernel<T> kernel, InputLayout[] inputs, bool[] rowSums)
    {
        Kernel = kernel;
        _moves = new bool[inputs.Length + rowSums.Length];
        for (int i = 0; i < inputs.Length; i++)
            _moves[i] = inputs[i] == InputLayout.Elements;
        for (int i = 0; i < rowSums.Length; i++)
            _moves[inputs.Length + i] = !kernel.Outputs[i].IsSum || rowSums[i];
    }

    protected Kernel<T> Kernel { get; }

    /// <summary>How many inputs and outputs there are.</summary>
    protected int Operands => _moves.Length;

    /// <summary>Whether an operand, of inputs and then outputs, moves along the row.</summary>
    public bool Moves(int operand) => _moves[operand];

    /// <summary>Computes a row.</summary>
    /// <param name="pointers">Where the inputs and the outputs are. A sum along the row has no place here; a sum across
    /// rows has one, and the row is added to it.</param>
    /// <param name="length">The elements of the row.</param>
    /// <param name="numbers">The kernel's numbers.</param>
    /// <param name="sums">Gets the sums along the row, in the order of the outputs that are sums. There is room for
    /// <see cref="SumRoom"/> numbers for each.</param>
    public abstract void Run(T** pointers, nint length, T* numbers, T* sums);
}

/// <summary>The codes of a kernel, one for each layout that is met. Kernels of one structure share them.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="isSingle">Whether it is only used for one element.</param>
internal sealed class KernelCodes<T>(Kernel<T> kernel, bool isSingle)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxCodes = 1024; // of all kernels; each keeps some 40 KB

    private static readonly Cache<string, KernelCode<T>> _shared = new(MaxCodes);

    private readonly string _structure = kernel.Structure;
    private Entry? _last; // one reference, so that threads see all parts of one entry

    public KernelCode<T> For(ReadOnlySpan<InputLayout> inputs, ReadOnlySpan<bool> rowSums)
    {
        if (_last is { } last && inputs.SequenceEqual(last.Inputs) && rowSums.SequenceEqual(last.RowSums))
            return last.Code;
        var isRowSum = new bool[kernel.Outputs.Length];
        rowSums.CopyTo(isRowSum);
        InputLayout[] layouts = inputs.ToArray();
        long? callsFor = DynamicCode.IsUsed ? DynamicCode.CallsFor : null;
        var key = new StringBuilder(_structure).Append(' ').Append(callsFor ?? -1).Append(isSingle ? " single " : " ");
        foreach (InputLayout layout in layouts)
            key.Append((int)layout);
        foreach (bool isSum in isRowSum)
            key.Append(isSum ? 's' : '-');
        KernelCode<T> code = _shared.GetOrAdd(key.ToString(), () => Make(layouts, isRowSum, callsFor));
        _last = new Entry(layouts, rowSums.ToArray(), code);
        return code;
    }

    private KernelCode<T> Make(InputLayout[] inputs, bool[] rowSums, long? callsFor)
    {
        if (callsFor is not { } calls)
            return new TiledKernel<T>(kernel, inputs, rowSums);
        // The ahead-of-time compiler looks for this check by itself.
        if (!RuntimeFeature.IsDynamicCodeSupported)
            throw new InvalidOperationException("Kernels cannot be emitted without dynamic code.");
        return new EmittedKernel<T>(kernel, inputs, rowSums, isSingle, calls);
    }

    private sealed record Entry(InputLayout[] Inputs, bool[] RowSums, KernelCode<T> Code);
}
