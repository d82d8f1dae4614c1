using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Which strong products of a kernel may be formed by the plain instruction, which takes none of the comparisons that
/// they need. The two differ only where the plain one is NaN and the strong one 0. So it may where that NaN shows in an
/// output, and the elements are computed again then; or makes no difference.
/// </summary>
internal sealed class PlainProducts<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly bool[] _isPlain; // of values
    private readonly bool[] _shows; // of outputs

    public PlainProducts(Kernel<T> kernel)
    {
        int first = kernel.FirstOperation, count = first + kernel.Operations.Length;
        _isPlain = new bool[count];
        _shows = new bool[kernel.Outputs.Length];
        var isShown = new bool[count]; // NaN in the value is NaN in an output
        var isHarmless = new bool[count]; // or else makes no difference to any
        Array.Fill(isHarmless, true);
        foreach (Kernel<T>.Output output in kernel.Outputs)
            isShown[output.Value] = true;
        // Operators come after what they read, so those that read a value have all been met before its own.
        for (int value = count - 1; value >= first; value--)
        {
            Kernel<T>.Operation operation = kernel.Operations[value - first];
            IElementwise<T> op = operation.Operator;
            bool isSafe = isShown[value] || isHarmless[value];
            _isPlain[value] = (op.InstructionUnlessNaN is not null || op.Slope is not null) && isSafe;
            bool showsNaN = op.Instruction is not null || _isPlain[value];
            for (int i = 0; i < operation.Operands.Length; i++)
            {
                int operand = operation.Operands[i];
                isShown[operand] |= isShown[value] && showsNaN && (op.Slope is null || i == 0);
                isHarmless[operand] &= isSafe && op.PassesNaN(i);
            }
        }
        var depends = (bool[])_isPlain.Clone();
        for (int value = first; value < count; value++)
            depends[value] |= Array.Exists(kernel.Operations[value - first].Operands, operand => depends[operand]);
        for (int i = 0; i < _shows.Length; i++)
            _shows[i] = depends[kernel.Outputs[i].Value];
    }

    public bool Any => Array.IndexOf(_isPlain, true) >= 0;

    /// <summary>Whether a value is a strong product that the plain instruction may form.</summary>
    public bool Has(int value) => _isPlain[value];

    /// <summary>Whether an output is one to look at for NaN.</summary>
    public bool ShowIn(int output) => _shows[output];
}
