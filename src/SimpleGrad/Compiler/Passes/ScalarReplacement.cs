using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Replaces small values by their elements, each a value of its own: slices, stacks, transposes, sums and small matrix
/// products become names for numbers and plain arithmetic, which fusion puts into one kernel that holds all in
/// registers.
/// </summary>
/// <remarks>
/// Which values are replaced says <see cref="SmallValues{T}"/>. At the edges an element of a value is read where it
/// lies (<see cref="ElementOperator{T}"/>), and elements are stored where their value lies
/// (<see cref="PackOperator{T}"/>): neither is a step of its own. Elements that are zero because an operator put zeros
/// there, as a slice's derivative does around it, are known zeros and take part in no sum and no product.
/// <code>
/// s = stack([a, b]); t = s * 2; u = t[0]        t0 = a * 2; u = t0
/// </code>
/// </remarks>
internal sealed class ScalarReplacement<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int None = -2; // no node, as opposed to an element that is known to be zero

    private readonly Graph<T> _graph;
    private readonly GraphBuilder<T> _builder = new();
    private readonly PartWriter<T> _writer;
    private readonly ElementMaps<T> _maps;
    private readonly int[] _whole; // of each node that is there as one value
    private readonly int[]?[] _elements; // of each node that is there as its elements
    private readonly Dictionary<(int Node, int Index), int> _read = []; // elements of values that are there as one

    private ScalarReplacement(Graph<T> graph, ElementMaps<T> maps)
    {
        _graph = graph;
        _maps = maps;
        _writer = new PartWriter<T>(_builder);
        _whole = new int[graph.Nodes.Length];
        _whole.AsSpan().Fill(None);
        _elements = new int[]?[graph.Nodes.Length];
    }

    /// <summary>The graph with elements in the place of small values; itself where that is not worth it.</summary>
    public static Graph<T> Run(Graph<T> graph)
    {
        var maps = new ElementMaps<T>();
        bool[] isReplaced = SmallValues<T>.Choose(graph, maps);
        return Array.IndexOf(isReplaced, true) < 0
            ? graph
            : new ScalarReplacement<T>(graph, maps).Rewritten(isReplaced);
    }

    private Graph<T> Rewritten(bool[] isReplaced)
    {
        bool[] isNeeded = _graph.Needed();
        foreach (int input in _graph.Inputs)
            _whole[input] = _builder.AddInput(_graph[input].Shape);
        for (int i = 0; i < isNeeded.Length; i++)
        {
            if (!isNeeded[i] || _graph[i].IsInput)
                continue;
            if (isReplaced[i])
                _elements[i] = ElementsOf(_graph[i]);
            else
                _whole[i] = _builder.Add(_graph[i] with { Inputs = Array.ConvertAll(_graph[i].Inputs, Whole) });
        }
        int[] outputs = Array.ConvertAll(
            _graph.Outputs.ToArray(), output => output == Graph<T>.Zero ? Graph<T>.Zero : Whole(output));
        return _builder.Build(outputs);
    }

    /// <summary>What computes the elements of a value.</summary>
    private int[] ElementsOf(Node<T> node)
    {
        Operator<T> op = node.Operator!;
        Shape[] shapes = Array.ConvertAll(node.Inputs, input => _graph[input].Shape);
        var elements = new int[node.Shape.FlattenedLength];
        if (op is IElementwise<T>)
        {
            var operands = new int[shapes.Length];
            int[][] sources = Array.ConvertAll(shapes, shape => _maps.Broadcast(shape, node.Shape));
            for (int i = 0; i < elements.Length; i++)
            {
                for (int j = 0; j < operands.Length; j++)
                    operands[j] = Element(node.Inputs[j], sources[j][i]);
                elements[i] = _writer.Apply(op, operands);
            }
            return elements;
        }
        if (op.Composition == Composition.Computed)
        {
            int[][] inputs = Array.ConvertAll(
                node.Inputs, input => Enumerable.Range(0, _graph[input].Shape.FlattenedLength)
                    .Select(index => Element(input, index)).ToArray());
            return op.WriteElements(_writer, inputs, shapes, node.Shape);
        }
        ElementMap map = _maps.Of(op, shapes);
        for (int i = 0; i < elements.Length; i++)
        {
            var terms = new int[map[i].Length];
            for (int j = 0; j < terms.Length; j++)
                terms[j] = Element(node.Inputs[map[i][j].Input], map[i][j].Index);
            elements[i] = Sum(terms);
        }
        return elements;
    }

    /// <summary>A sum, in pairs.</summary>
    private int Sum(int[] terms)
    {
        if (terms.Length == 0)
            return ElementWriter<T>.Zero;
        for (int count = terms.Length; count > 1; count = (count + 1) / 2)
        {
            for (int i = 0; i < count; i += 2)
                terms[i / 2] = i + 1 < count
                    ? _writer.Apply(AddOperator<T>.Instance, terms[i], terms[i + 1]) : terms[i];
        }
        return terms[0];
    }

    /// <summary>The node that is an element of a value, by its number in row-major order.</summary>
    private int Element(int node, int index)
    {
        if (_elements[node] is { } elements)
            return elements[index];
        int whole = Whole(node);
        if (_graph[node].Shape.Rank == 0)
            return whole;
        if (!_read.TryGetValue((node, index), out int element))
        {
            var read = new ElementOperator<T>(index);
            element = _builder.Add(_graph[node].Constant is { } constant
                ? Node<T>.Number(read.Compute(constant).Item())
                : new Node<T>(Shape.Scalar, read, [whole]));
            _read.Add((node, index), element);
        }
        return element;
    }

    /// <summary>The node that is a value as one.</summary>
    private int Whole(int node)
    {
        // Views of what is there remain views. A chain of them may be as long as the graph.
        var views = new Stack<int>();
        int at = node;
        while (_whole[at] == None && _graph[at].Operator!.IsView && _graph[at].Shape.Rank > 0)
        {
            views.Push(at);
            at = _graph[at].Inputs[0];
        }
        if (_whole[at] == None)
            return _whole[node] = Packed(_elements[node]!, _graph[node].Shape);
        while (views.TryPop(out int view))
            _whole[view] = _builder.Add(_graph[view] with { Inputs = [_whole[_graph[view].Inputs[0]]] });
        return _whole[node];
    }

    private int Packed(int[] elements, Shape shape)
    {
        int[] numbers = Array.ConvertAll(elements, _writer.Number);
        if (shape.Rank == 0)
            return numbers[0];
        return Array.TrueForAll(numbers, number => _builder[number].IsNumber)
            ? _builder.Add(Node<T>.Of(Tensor.Create<T>(
                Array.ConvertAll(numbers, number => _builder[number].Constant!.Item()), shape)))
            : _builder.Add(new Node<T>(shape, new PackOperator<T>(shape), numbers));
    }
}
