namespace SimpleGrad;

/// <summary>Where a kernel reads an input or stores an output.</summary>
/// <param name="Operand">Which of the pieces of memory that the kernel reads, or of those that it stores to.</param>
/// <param name="Offset">How many elements behind the start of the operand, or behind where the loop is in it.</param>
internal readonly record struct Place(int Operand, int Offset = 0);
