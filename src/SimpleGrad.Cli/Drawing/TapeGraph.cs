using System.Globalization;
using System.Numerics;

namespace SimpleGrad.Cli;

/// <summary>A tape as a graph: a node for each leaf and each entry, an edge for each use of a value.</summary>
internal sealed class TapeGraph
{
    private readonly List<GraphNode> _nodes = [];
    private readonly List<(int From, int To)> _edges = [];
    private readonly Dictionary<string, int> _makers = [];

    /// <summary>The nodes; each comes after those that it reads.</summary>
    public IReadOnlyList<GraphNode> Nodes => _nodes;

    public IReadOnlyList<(int From, int To)> Edges => _edges;

    /// <param name="tape">The tape.</param>
    /// <param name="leaves">The variables of the program: those that nothing uses are drawn too.</param>
    /// <param name="sweeps">Which entries were recorded by gradients.</param>
    /// <param name="results">The names of gradients on the tape, and what they are; null for a known zero.</param>
    public static TapeGraph Of<T>(
        Tape<T> tape, IEnumerable<Variable<T>> leaves, IReadOnlyList<Range> sweeps,
        IEnumerable<(string? Name, string Meaning)> results)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var graph = new TapeGraph();
        ILookup<string, string> meanings = results.Where(result => result.Name is not null)
            .ToLookup(result => result.Name!, result => result.Meaning);
        foreach (Variable<T> leaf in leaves)
            graph.AddLeaf(leaf.Name, leaf.Shape, meanings);
        foreach ((int index, TapeEntry<T> entry) in tape.Entries.Index())
            graph.AddEntry(
                entry, meanings, sweeps.Any(sweep => index >= sweep.Start.Value && index < sweep.End.Value));
        return graph;
    }

    private void AddLeaf(string name, Shape shape, ILookup<string, string> meanings)
    {
        _makers[name] = _nodes.Count;
        _nodes.Add(new GraphNode(
            name, string.Join(" = ", [.. meanings[name], $"{shape}"]), NodeKind.Leaf, meanings.Contains(name)));
    }

    private void AddEntry<T>(TapeEntry<T> entry, ILookup<string, string> meanings, bool isOfSweep)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var numbers = new List<string>();
        var reads = new SortedSet<int>();
        foreach ((string name, Shape shape) in entry.Inputs.Zip(entry.InputShapes))
        {
            if (double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            {
                numbers.Add(name);
                continue;
            }
            if (!_makers.ContainsKey(name))
                AddLeaf(name, shape, meanings);
            reads.Add(_makers[name]);
        }
        int node = _nodes.Count;
        IEnumerable<string> details = entry.Outputs.Zip(
            entry.OutputShapes, (name, shape) => string.Join(" = ", [.. meanings[name], $"{name} {shape}"]));
        _nodes.Add(new GraphNode(
            string.Join(' ', [entry.Operator, .. numbers]),
            string.Join(", ", details),
            isOfSweep ? NodeKind.Gradient : NodeKind.Entry,
            entry.Outputs.Any(meanings.Contains)));
        _edges.AddRange(reads.Select(from => (from, node)));
        foreach (string name in entry.Outputs)
            _makers[name] = node;
    }
}
