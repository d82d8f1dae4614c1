namespace SimpleGrad;

/// <summary>What stands for a value of which the last axis may be apart.</summary>
/// <param name="Nodes">What stands for each part, without that axis; or for the value.</param>
/// <param name="IsWhole">Whether it is the value as one.</param>
internal readonly record struct Parts(int[] Nodes, bool IsWhole)
{
    public static Parts Whole(int node) => new([node], true);

    public static Parts Along(params int[] nodes) => new(nodes, false);

    /// <summary>What stands for an element along the last axis, which may be of length 1 and stretched.</summary>
    public int this[int index] => Nodes[Nodes.Length == 1 ? 0 : index];
}
