namespace SimpleGrad.Tests;

/// <summary>Tests of the memory of the whole process: none runs beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
