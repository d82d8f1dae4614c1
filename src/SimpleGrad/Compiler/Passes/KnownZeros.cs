using System.Numerics;

namespace SimpleGrad;

/// <summary>What becomes of elements that are known to be zero, because an operator put zeros there.</summary>
internal static class KnownZeros
{
    /// <summary>The result is known to be zero too.</summary>
    public const int Zero = -1;

    /// <summary>The result is computed.</summary>
    public const int Computed = -2;

    /// <summary>What an operator makes of known zeros: one of the operands, by its number, or one of these.</summary>
    public static int Of<T>(Operator<T> op, ReadOnlySpan<bool> isZero)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (op is not IElementwise<T> elementwise || !isZero.Contains(true))
            return Computed;
        bool isPlain = elementwise.Instruction is not null;
        return (elementwise.Instruction ?? elementwise.InstructionUnlessNaN) switch
        {
            Instruction.Add => !isZero[0] ? 0 : !isZero[1] ? 1 : Zero,
            Instruction.Subtract when isZero[1] => isZero[0] ? Zero : 0,
            Instruction.Negate => Zero,
            // Strong products.
            Instruction.Multiply when !isPlain => Zero,
            Instruction.Divide when !isPlain && isZero[0] => Zero,
            null when elementwise.Slope is not null && isZero[0] => Zero,
            _ => Computed,
        };
    }
}
