namespace SimpleGrad;

/// <summary>Nodes that become one kernel: elementwise operators of one shape, and sums of what they compute.</summary>
/// <param name="number">The group's first node, as which it stands for all in questions of order.</param>
/// <param name="shape">The shape that the kernel loops over.</param>
internal sealed class FusionGroup(int number, Shape shape)
{
    /// <summary>Rows shorter than this are not worth a call each: broadcast operands are stretched first.</summary>
    public const int ShortestRow = 32;

    public int Number => number;

    public Shape Shape => shape;

    /// <summary>The nodes, in the order of the graph.</summary>
    public List<int> Nodes { get; } = [];
}
