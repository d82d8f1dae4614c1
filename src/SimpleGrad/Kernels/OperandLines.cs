namespace SimpleGrad;

/// <summary>
/// The lines of a block of an operand, which are rows of the left one and columns of the right one: a step of the sum
/// takes one number from each.
/// </summary>
internal readonly unsafe struct OperandLines<T>(T* start, int count, int steps, nint lineStride, nint stepStride)
    where T : unmanaged
{
    public T* Start { get; } = start;

    /// <summary>The number of lines.</summary>
    public int Count { get; } = count;

    /// <summary>The length of the lines.</summary>
    public int Steps { get; } = steps;

    /// <summary>From a line to the next.</summary>
    public nint LineStride { get; } = lineStride;

    /// <summary>From a step to the next.</summary>
    public nint StepStride { get; } = stepStride;
}
