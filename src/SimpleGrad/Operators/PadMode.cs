namespace SimpleGrad;

/// <summary>What <see cref="Variable{T}.Pad"/> puts around a variable.</summary>
public enum PadMode
{
    /// <summary>A number.</summary>
    Constant,

    /// <summary>The elements mirrored at the first and last one, which are not repeated.</summary>
    Reflect,

    /// <summary>The first and the last element.</summary>
    Replicate,

    /// <summary>The elements from the other end.</summary>
    Circular,
}
