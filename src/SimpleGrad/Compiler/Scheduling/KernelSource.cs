namespace SimpleGrad;

/// <summary>What a kernel reads.</summary>
/// <param name="Value">The value.</param>
/// <param name="IsElements">Whether the kernel reads some of its elements by their numbers, the same ones all along,
/// and not, as else, the element where its loop is.</param>
internal readonly record struct KernelSource(int Value, bool IsElements);
