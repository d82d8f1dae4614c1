using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.CompilerServices;

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
internal abstract unsafe class KernelCode<T>(Kernel<T> kernel, InputLayout[] inputs, bool[] rowSums)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The most elements of a vector: what is in the places of one is summed last.</summary>
    public const int SumRoom = 16;

    private readonly bool[] _moves =
    [
        .. inputs.Select(layout => layout == InputLayout.Elements),
        .. kernel.Outputs.Select((output, i) => !output.IsSum || rowSums[i]),
    ];

    protected Kernel<T> Kernel => kernel;

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

    private static readonly ConcurrentDictionary<string, KernelCode<T>> _shared = new();

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
        string key = $"{_structure} {callsFor}{(isSingle ? " single" : "")} "
            + $"{string.Join("", layouts.Select(l => (int)l))} "
            + string.Join("", isRowSum.Select(sum => sum ? '1' : '0'));
        if (!_shared.TryGetValue(key, out KernelCode<T>? code))
        {
            if (_shared.Count >= MaxCodes)
                _shared.Clear(); // what is in use lives on
            code = _shared.GetOrAdd(key, _ => Make(layouts, isRowSum, callsFor));
        }
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
