namespace SimpleGrad;

/// <summary>An array as a value, for identities: equal to another one with equal items in the same order.</summary>
internal readonly record struct Sequence<TItem>(TItem[]? Items)
{
    public bool Equals(Sequence<TItem> other) => Items is null
        ? other.Items is null
        : other.Items is not null && Items.AsSpan().SequenceEqual(other.Items, null);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (TItem item in Items ?? [])
            hash.Add(item);
        return hash.ToHashCode();
    }
}

internal static class Sequence
{
    public static Sequence<TItem> Of<TItem>(TItem[]? items) => new(items);
}
