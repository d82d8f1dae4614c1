namespace SimpleGrad;

/// <summary>
/// How an operator gets the indices that it works with from those that the user gives: it checks them, and may compute
/// others. Eagerly that happens when the operator is applied. What a traced function takes has no numbers yet: the rule
/// is kept, and runs at each call.
/// </summary>
/// <remarks>As records, two rules that do the same are equal.</remarks>
internal abstract record IndexRule
{
    /// <summary>The indices from those of the user, which have numbers.</summary>
    /// <param name="given">The user's.</param>
    public abstract Tensor<int> Run(params ReadOnlySpan<Tensor<int>> given);

    /// <summary>The shape of the indices.</summary>
    protected abstract Shape ShapeOf(ReadOnlySpan<Tensor<int>> given);

    /// <summary>The indices: numbers, or what stands for them while a function is traced.</summary>
    /// <exception cref="InvalidOperationException">They are found in values that are traced.</exception>
    public Tensor<int> Apply(params ReadOnlySpan<Tensor<int>> given)
    {
        bool areKnown = true;
        foreach (Tensor<int> each in given)
        {
            areKnown &= !each.IsSymbolic;
            if (each is { IsSymbolic: true, Source: null })
                throw SymbolicValue.Read();
        }
        return areKnown ? Run(given) : Tensor<int>.Symbolic(ShapeOf(given), new DerivedIndex(this, given));
    }
}
