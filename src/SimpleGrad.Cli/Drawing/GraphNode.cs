namespace SimpleGrad.Cli;

/// <summary>What a node of a drawn tape stands for.</summary>
internal enum NodeKind
{
    /// <summary>A variable or constant that no operator computed.</summary>
    Leaf,

    /// <summary>An entry of the computation.</summary>
    Entry,

    /// <summary>An entry that a gradient recorded.</summary>
    Gradient,
}

/// <summary>A node of a drawn tape.</summary>
/// <param name="Title">The operator, or the name of a leaf.</param>
/// <param name="Detail">What it makes, and the shape of that.</param>
/// <param name="Kind">What it stands for.</param>
/// <param name="IsResult">Whether it makes a gradient that was asked for.</param>
internal sealed record GraphNode(string Title, string Detail, NodeKind Kind, bool IsResult = false);
