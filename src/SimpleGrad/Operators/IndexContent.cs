using System.Runtime.InteropServices;

namespace SimpleGrad;

/// <summary>
/// An index as a value, for identities: equal to another one of the same shape with the same numbers; while a function
/// is traced, to one that has the same numbers at each call. The indices of a graph do not change, as long as they are
/// in it.
/// </summary>
internal readonly record struct IndexContent(Tensor<int> Index)
{
    public bool Equals(IndexContent other)
    {
        if (ReferenceEquals(Index, other.Index))
            return true;
        if (Index.IsSymbolic || other.Index.IsSymbolic)
            return Index.Source is { } source && source.Equals(other.Index.Source) && Index.LiesAs(other.Index);
        if (Index.Shape != other.Index.Shape)
            return false;
        Tensor<int> own = Index.ToContiguous(), others = other.Index.ToContiguous();
        return own.Span.SequenceEqual(others.Span);
    }

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Index.Shape);
        if (Index.IsSymbolic)
            hash.Add(Index.Source);
        else
            hash.AddBytes(MemoryMarshal.AsBytes(Index.ToContiguous().Span));
        return hash.ToHashCode();
    }
}
