using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace SimpleGrad;

/// <summary>The codes of a kernel, one for each layout that is met. Kernels of one structure share them.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="isSingle">Whether it is only used for one element.</param>
/// <param name="options">How they are made.</param>
internal sealed class RowCodes<T>(Kernel<T> kernel, bool isSingle, EmissionOptions options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxCodes = 1024; // of all kernels; each keeps some 40 KB

    private static readonly Cache<string, RowCode<T>> _shared = new(MaxCodes);

    private readonly string _structure = kernel.Structure;
    private Entry? _last; // one reference, so that threads see all parts of one entry

    public RowCode<T> For(ReadOnlySpan<InputLayout> inputs, ReadOnlySpan<bool> rowSums)
    {
        if (_last is { } last && inputs.SequenceEqual(last.Inputs) && rowSums.SequenceEqual(last.RowSums))
            return last.Code;
        var isRowSum = new bool[kernel.Targets];
        rowSums.CopyTo(isRowSum);
        InputLayout[] layouts = inputs.ToArray();
        long? callsFor = DynamicCode.IsSupported && options.EmitsCode ? options.CallsFor : null;
        var key = new StringBuilder(_structure).Append(' ').Append(callsFor ?? -1).Append(isSingle ? " single " : " ");
        foreach (InputLayout layout in layouts)
            key.Append((int)layout);
        foreach (bool isSum in isRowSum)
            key.Append(isSum ? 's' : '-');
        RowCode<T> code = _shared.GetOrAdd(key.ToString(), () => Make(layouts, isRowSum, callsFor));
        _last = new Entry(layouts, rowSums.ToArray(), code);
        return code;
    }

    private RowCode<T> Make(InputLayout[] inputs, bool[] rowSums, long? callsFor)
    {
        if (callsFor is not { } calls)
            return new TiledCode<T>(kernel, inputs, rowSums);
        // The ahead-of-time compiler looks for this check by itself.
        if (!RuntimeFeature.IsDynamicCodeSupported)
            throw new InvalidOperationException("Kernels cannot be emitted without dynamic code.");
        return new EmittedCode<T>(kernel, inputs, rowSums, isSingle, calls);
    }

    private sealed record Entry(InputLayout[] Inputs, bool[] RowSums, RowCode<T> Code);
}
