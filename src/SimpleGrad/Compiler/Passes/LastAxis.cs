using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Replaces values of a short last axis, such as positions of shape (n, 3), by a value for each element along it:
/// sums, slices, stacks and broadcasts along that axis become arithmetic of long values, which is one kernel with the
/// rest. Vectors would otherwise run along three elements.
/// </summary>
/// <remarks>
/// Operators say how they work then (<see cref="Operator{T}.AlongLast"/>). Those that hang together are replaced
/// if what works along the axis is more than what must be read from values that are not, and be joined to such.
/// <code>
/// d (n, n, 3); r = d.square().sum(2)        d0, d1, d2 (n, n); r = d0.square() + d1.square() + d2.square()
/// </code>
/// </remarks>
internal sealed class LastAxis<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxLength = 8; // of the axis
    private const int MinLanes = 32; // along the others
    private const int None = -2;

    private readonly Graph<T> _graph;
    private readonly bool[] _isApart;
    private readonly GraphBuilder<T> _builder = new();
    private readonly PartWriter<T> _writer;
    private readonly int[] _whole;
    private readonly Parts?[] _parts;

    private LastAxis(Graph<T> graph, bool[] isApart)
    {
        _graph = graph;
        _isApart = isApart;
        _writer = new PartWriter<T>(_builder);
        _whole = new int[graph.Nodes.Length];
        _whole.AsSpan().Fill(None);
        _parts = new Parts?[graph.Nodes.Length];
    }

    /// <summary>The graph with long values in the place of those with a short last axis; itself where that is not
    /// worth it.</summary>
    public static Graph<T> Run(Graph<T> graph)
    {
        bool[] isApart = Choose(graph);
        return Array.IndexOf(isApart, true) < 0 ? graph : new LastAxis<T>(graph, isApart).Rewritten();
    }

    /// <summary>Whether the last axis of a shape is short.</summary>
    private static bool IsShort(Shape shape) => shape.Rank > 0 && shape[^1] is > 0 and <= MaxLength;

    private static bool[] Choose(Graph<T> graph)
    {
        int count = graph.Nodes.Length;
        bool[] isNeeded = graph.Needed(), canBe = new bool[count];
        var gains = new double[count];
        var together = new DisjointSets(count);
        for (int i = 0; i < count; i++)
        {
            if (!isNeeded[i] || !CanBeApart(graph, graph[i], out gains[i]))
                continue;
            canBe[i] = true;
            foreach (int input in graph[i].Inputs)
            {
                if (canBe[input] && IsShort(graph[input].Shape))
                    together.Join(input, i);
            }
        }
        // Values are taken apart once for all that reads them, and joined once.
        var all = new double[count];
        var edges = new HashSet<(int, int)>();
        for (int i = 0; i < count; i++)
        {
            if (!isNeeded[i])
                continue;
            if (canBe[i])
                all[together.Find(i)] += gains[i];
            foreach (int input in graph[i].Inputs)
            {
                if (canBe[i] != canBe[input] && graph[input].Constant is null)
                    Edge(canBe[i] ? i : input, input);
            }
        }
        foreach (int output in graph.Outputs)
        {
            if (output != Graph<T>.Zero && canBe[output])
                Edge(output, output);
        }
        for (int i = 0; i < count; i++)
            canBe[i] &= all[together.Find(i)] > 0;
        return canBe;

        void Edge(int member, int value)
        {
            int group = together.Find(member);
            if (IsShort(graph[value].Shape) && graph[value].Shape[^1] > 1 && edges.Add((group, value)))
                all[group] -= 2 * graph[value].Shape.FlattenedLength;
        }
    }

    /// <summary>Whether an operator can work on parts, found by letting it; and what is gained.</summary>
    private static bool CanBeApart(Graph<T> graph, Node<T> node, out double gain)
    {
        gain = 0;
        if (node.Operator is not { } op)
            return false;
        Shape[] shapes = Array.ConvertAll(node.Inputs, input => graph[input].Shape);
        long longest = shapes.Append(node.Shape).Where(IsShort).Select(shape => (long)shape.FlattenedLength)
            .DefaultIfEmpty().Max();
        if (longest < MinLanes * 2 || node.Shape.FlattenedLength == 0)
            return false;
        var builder = new GraphBuilder<T>();
        Parts[] inputs = Array.ConvertAll(shapes, shape => IsShort(shape)
            ? new Parts([.. Enumerable.Range(0, shape[^1]).Select(_ => builder.AddInput(shape.WithoutLast()))], false)
            : Parts.Whole(builder.AddInput(shape)));
        if (Apply(new PartWriter<T>(builder), op, inputs, shapes, node.Shape) is not { } parts
            || parts.IsWhole == IsShort(node.Shape))
            return false;
        bool worksAlong = !IsShort(node.Shape)
            || Array.Exists(shapes, shape => shape.Rank > 0 && (!IsShort(shape) || shape[^1] != node.Shape[^1]));
        gain = worksAlong ? longest : 0;
        return true;
    }

    private static Parts? Apply(
        PartWriter<T> writer, Operator<T> op, Parts[] inputs, Shape[] shapes, Shape result)
    {
        if (op is not IElementwise<T> { HasVectors: true })
            return op.AlongLast(writer, inputs, shapes, result);
        if (!IsShort(result))
            return null;
        var nodes = new int[result[^1]];
        var operands = new int[inputs.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            for (int j = 0; j < operands.Length; j++)
                operands[j] = inputs[j][i];
            nodes[i] = writer.Expanded(writer.Apply(op, operands), result.WithoutLast());
        }
        return Parts.Along(nodes);
    }

    private Graph<T> Rewritten()
    {
        bool[] isNeeded = _graph.Needed();
        foreach (int input in _graph.Inputs)
            _whole[input] = _builder.AddInput(_graph[input].Shape);
        for (int i = 0; i < isNeeded.Length; i++)
        {
            if (!isNeeded[i] || _graph[i].IsInput)
                continue;
            Node<T> node = _graph[i];
            if (!_isApart[i])
            {
                _whole[i] = _builder.Add(node with { Inputs = Array.ConvertAll(node.Inputs, Whole) });
                continue;
            }
            Shape[] shapes = Array.ConvertAll(node.Inputs, input => _graph[input].Shape);
            Parts parts = Apply(
                _writer, node.Operator!, Array.ConvertAll(node.Inputs, PartsOf), shapes, node.Shape)!.Value;
            if (parts.IsWhole)
                _whole[i] = _writer.Solid(parts.Nodes[0], node.Shape);
            else
                _parts[i] = parts;
        }
        return _builder.Build(Array.ConvertAll(
            _graph.Outputs.ToArray(), output => output == Graph<T>.Zero ? Graph<T>.Zero : Whole(output)));
    }

    private Parts PartsOf(int node)
    {
        if (_parts[node] is { } known)
            return known;
        Shape shape = _graph[node].Shape;
        if (!IsShort(shape))
            return Parts.Whole(_whole[node]);
        if (_graph[node].IsUniform(out T number))
        {
            int uniform = _builder.Add(Node<T>.Of(new Tensor<T>(number).Expand(shape.WithoutLast())));
            return (_parts[node] = Parts.Along([.. Enumerable.Repeat(uniform, shape[^1])])).Value;
        }
        var nodes = new int[shape[^1]];
        for (int i = 0; i < nodes.Length; i++)
        {
            int slice = _writer.Apply(
                new SliceOperator<T>(SliceBounds.Resolve(shape, shape.Rank - 1, i, i + 1, 1)), _whole[node]);
            nodes[i] = _writer.Reshaped(slice, shape.WithoutLast());
        }
        return (_parts[node] = Parts.Along(nodes)).Value;
    }

    private int Whole(int node)
    {
        if (_whole[node] != None)
            return _whole[node];
        Shape shape = _graph[node].Shape, part = Shape.Create([.. shape.Lengths[..^1], 1]);
        int[] columns = Array.ConvertAll(
            _parts[node]!.Value.Nodes, each => _writer.Reshaped(_writer.Solid(each, shape.WithoutLast()), part));
        return _whole[node] = columns.Length == 1
            ? columns[0]
            : _writer.Apply(new ConcatenateOperator<T>(shape.Rank - 1), columns);
    }
}
