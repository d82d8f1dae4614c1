namespace SimpleGrad.OperatorGenerator;

/// <summary>The derivative by one operand.</summary>
/// <param name="name">The method of the struct that has it.</param>
/// <param name="own">The method of the struct that stands between it and the tape; null for none.</param>
/// <param name="arguments">What it reads, as the operator's class writes it.</param>
internal sealed class DerivativeRule(string name, string? own, string[] arguments)
{
    public string Name => name;

    public string? Own => own;

    public string[] Arguments => arguments;
}
