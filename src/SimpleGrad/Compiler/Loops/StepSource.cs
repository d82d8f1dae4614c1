namespace SimpleGrad;

/// <summary>What a <see cref="StepKernel{T}"/> reads.</summary>
/// <param name="Value">The value of the body's program.</param>
/// <param name="State">Which state it is; -1 where it is none.</param>
/// <param name="Move">How many elements it moves from one step to the next.</param>
/// <param name="Layout">How it is read along a row.</param>
internal readonly record struct StepSource(int Value, int State, int Move, InputLayout Layout);
