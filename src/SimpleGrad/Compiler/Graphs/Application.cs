using System.Numerics;

namespace SimpleGrad;

/// <summary>An operator and the nodes that it is applied to. Nodes of one application are its results.</summary>
internal sealed class Application<T>(Operator<T> op, int[] inputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Operator<T> _operator = op;
    private readonly int[] _inputs = inputs;

    public static Application<T> Of(Node<T> node) => new(node.Operator!, node.Inputs);

    public override bool Equals(object? obj) => obj is Application<T> other && _operator == other._operator
        && _inputs.AsSpan().SequenceEqual(other._inputs);

    public override int GetHashCode()
    {
        int hash = _operator.GetHashCode();
        foreach (int input in _inputs)
            hash = HashCode.Combine(hash, input);
        return hash;
    }
}
