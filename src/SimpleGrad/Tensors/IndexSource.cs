namespace SimpleGrad;

/// <summary>
/// What a tensor of indices stands for while a function is traced, when it has a shape and no numbers. Two sources that
/// give the same indices at each call are equal.
/// </summary>
internal abstract record IndexSource
{
    /// <summary>The indices, in one piece, in a call of the function.</summary>
    public abstract Tensor<int> In(BoundIndices call);
}
