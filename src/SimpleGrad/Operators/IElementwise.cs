namespace SimpleGrad;

/// <summary>What processors do in one instruction, for numbers and for vectors.</summary>
internal enum Instruction
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Negate,
}

/// <summary>How an elementwise operator becomes part of a kernel.</summary>
internal interface IElementwise<T> where T : unmanaged
{
    /// <summary>The struct with the operator's arithmetic.</summary>
    Type Arithmetic { get; }

    /// <summary>Whether the arithmetic is written for vectors.</summary>
    bool HasVectors { get; }

    /// <summary>What an element costs, in additions.</summary>
    double ElementCost { get; }

    /// <summary>The instruction that the arithmetic is, if it is a single one.</summary>
    Instruction? Instruction => null;

    /// <summary>The instruction that gives the same, save where it gives NaN.</summary>
    Instruction? InstructionUnlessNaN => null;

    /// <summary>
    /// The struct with the arithmetic of a slope, if the result is the strong product of the first operand with the
    /// slope at the second one.
    /// </summary>
    Type? Slope => null;

    /// <summary>
    /// Whether NaN in an operand makes the result NaN wherever the result would be another if the operand were 0.
    /// </summary>
    bool PassesNaN(int operand) => Instruction is not null || InstructionUnlessNaN is not null;

    /// <summary>Computes a run of elements.</summary>
    void Apply(in Run<T> run, Span<T> result);
}
