namespace SimpleGrad;

/// <summary>Indices that a rule makes, at each call of a function, of those that the function takes.</summary>
internal sealed record DerivedIndex : IndexSource
{
    private readonly IndexRule _rule;
    private readonly IndexContent[] _given;

    public DerivedIndex(IndexRule rule, ReadOnlySpan<Tensor<int>> given)
    {
        _rule = rule;
        _given = new IndexContent[given.Length];
        for (int i = 0; i < _given.Length; i++)
            _given[i] = new IndexContent(given[i].IsSymbolic ? given[i] : given[i].ToNew()); // the user may write to it
    }

    public override Tensor<int> In(BoundIndices call)
    {
        Tensor<int>[] given = Array.ConvertAll(_given, each => call[each.Index]);
        Tensor<int> value = _rule.Apply(given);
        return Array.Exists(given, each => !each.IsSymbolic && each.SharesMemory(value)) ? value.ToNew() : value;
    }

    public bool Equals(DerivedIndex? other) =>
        other is not null && _rule.Equals(other._rule) && _given.AsSpan().SequenceEqual(other._given);

    public override int GetHashCode()
    {
        int hash = _rule.GetHashCode();
        foreach (IndexContent each in _given)
            hash = HashCode.Combine(hash, each.GetHashCode());
        return hash;
    }

    public override string ToString() => string.Join(", ", _given.Select(each => Indices.Text(each.Index)));
}
