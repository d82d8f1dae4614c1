using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// Finds what can be computed for a block of lanes, elements of the last axis, at a time, and makes one operator of it,
/// where its values would go to memory and come back otherwise.
/// </summary>
/// <remarks>
/// <code>
/// x (80, n) = a * y (80, n)          for each block of n:
/// s (80, n) = x.cumsum(0)       ►        x (80, block) = a * y (80, block), s = x.cumsum(0),
/// t (80, 1) = s.sum_to(80, 1)            t = t + s.sum_to(80, 1)
/// </code>
/// Each operator says whether it works on blocks (<see cref="Operator{T}.ForLanes"/>). Values have levels: what needs a
/// finished sum over lanes, or a value that passed through an operator that mixes lanes, is on a higher one than that;
/// all of one level runs together. Kernels over one row of equally many elements are left to <see cref="Blocking{T}"/>,
/// which needs no operators between them.
/// </remarks>
internal sealed class Lanes<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MinBlock = 128, MaxBlock = 2048;
    private const int MinLanes = 2 * MinBlock;
    private const int ElementsOfCall = 7000; // that an operator computes in ten times the time of its call
    private const long CacheBytes = 1024 * 1024; // half of what a core has by itself
    private const long MinBytes = 4 * CacheBytes; // that stay in the cache
    private const int LeastPerCopied = 8; // bytes inside for one of a result
    private const int FewNodes = 192; // are two kernels

    private readonly Graph<T> _graph;
    private readonly Func<Graph<T>, (Schedule<T>, MemoryPlan)> _schedule;
    private readonly bool[] _isNeeded;
    private readonly int _lanes;
    private readonly int[] _levels;
    private readonly bool[] _isLaned; // computed by blocks: values with lanes, and sums over them
    private readonly bool[] _isUsedOutside;
    private readonly bool[] _isUsedInside;

    private Lanes(Graph<T> graph, int lanes, Func<Graph<T>, (Schedule<T>, MemoryPlan)> schedule)
    {
        _graph = graph;
        _schedule = schedule;
        _lanes = lanes;
        int count = graph.Nodes.Length;
        _isNeeded = graph.Needed();
        _levels = new int[count];
        _isLaned = new bool[count];
        _isUsedOutside = new bool[count];
        _isUsedInside = new bool[count];
        FindLevels();
        FindUses();
    }

    /// <param name="graph">The graph.</param>
    /// <param name="schedule">Schedules what is computed for a block.</param>
    public static Graph<T> Run(Graph<T> graph, Func<Graph<T>, (Schedule<T>, MemoryPlan)> schedule)
    {
        int lanes = MostLanes(graph);
        return lanes == 0 ? graph : new Lanes<T>(graph, lanes, schedule).Rewritten();
    }

    /// <summary>What a graph computes for blocks of lanes.</summary>
    public static IEnumerable<LaneBlock<T>> BlocksOf(Graph<T> graph) =>
        graph.Nodes.ToArray().Select(node => node.Operator).OfType<LanesOperator<T>>().Distinct()
            .SelectMany(op => op.Blocks);

    /// <summary>The length of the last axis that most elements have; 0 if there are not enough.</summary>
    private static int MostLanes(Graph<T> graph)
    {
        var elements = new Dictionary<int, long>();
        foreach (Node<T> node in graph.Nodes)
        {
            if (node.Operator is { IsView: false } && node.Shape is { Rank: > 0 } shape && shape[^1] >= MinLanes)
                elements[shape[^1]] = elements.GetValueOrDefault(shape[^1]) + shape.FlattenedLength;
        }
        if (elements.Count == 0)
            return 0;
        (int lanes, long most) = elements.MaxBy(each => each.Value);
        return most * Unsafe.SizeOf<T>() >= MinBytes ? lanes : 0;
    }

    private bool HasLanes(int node) => _graph[node].Shape is { Rank: > 0 } shape && shape[^1] == _lanes;

    private bool IsSumOverLanes(int node) => _graph[node] is { Operator: ISum sum, Inputs: [int x] }
        && HasLanes(x) && sum.SummedAxes(_graph[x].Shape)[^1];

    /// <summary>The operator on blocks; null where a node is computed as a whole.</summary>
    private Operator<T>? OnBlocks(int node, int length) =>
        HasLanes(node) || IsSumOverLanes(node)
            ? _graph[node].Operator?.ForLanes(
                Array.ConvertAll(_graph[node].Inputs, input => _graph[input].Shape), _graph[node].Shape, length)
            : null;

    private void FindLevels()
    {
        for (int i = 0; i < _levels.Length; i++)
        {
            if (!_isNeeded[i] || _graph[i].Operator is null)
                continue;
            _isLaned[i] = !_graph[i].HasSiblings && OnBlocks(i, MinBlock) is not null;
            foreach (int input in _graph[i].Inputs)
            {
                bool waits = _isLaned[input] && !(_isLaned[i] && HasLanes(input));
                _levels[i] = Math.Max(_levels[i], _levels[input] + (waits ? 1 : 0));
            }
        }
    }

    private bool AreTogether(int node, int other) =>
        _isLaned[node] && _isLaned[other] && _levels[node] == _levels[other];

    /// <summary>Who needs a value: others that run with it, or somebody else.</summary>
    private void FindUses()
    {
        foreach (int output in _graph.Outputs)
        {
            if (output != Graph<T>.Zero)
                _isUsedOutside[output] = true;
        }
        for (int i = _levels.Length - 1; i >= 0; i--)
        {
            if (!_isNeeded[i])
                continue;
            foreach (int input in _graph[i].Inputs)
            {
                bool isInside = AreTogether(i, input) && !IsSumOverLanes(input);
                _isUsedInside[input] |= isInside && IsInside(i);
                // A view that somebody else needs is made of the whole of what it is a view of.
                _isUsedOutside[input] |= !isInside || IsOutside(i);
            }
        }

        bool IsOutside(int node) => _isUsedOutside[node] && _graph[node].Operator!.IsView;
        bool IsInside(int node) => _isUsedInside[node] || !IsOutside(node);
    }

    /// <summary>Whether blocks compute a node: others of its level need it, or it is a result and no view.</summary>
    private bool IsComputedInBlocks(int node) => _isLaned[node] && _isNeeded[node]
        && (_isUsedInside[node] || _isUsedOutside[node] && !_graph[node].Operator!.IsView);

    private Graph<T> Rewritten()
    {
        int levels = _levels.Max() + 1;
        List<int>[] levelNodes = [.. Enumerable.Range(0, levels).Select(_ => new List<int>())];
        for (int i = 0; i < _levels.Length; i++)
        {
            if (_isNeeded[i] && !_graph[i].IsInput)
                levelNodes[_levels[i]].Add(i);
        }
        if (!Array.Exists(levelNodes, IsWorth))
            return _graph;
        var builder = new GraphBuilder<T>();
        var newOf = new int[_levels.Length];
        newOf.AsSpan().Fill(-1);
        foreach (int input in _graph.Inputs)
            newOf[input] = builder.AddInput(_graph[input].Shape);
        foreach (List<int> nodes in levelNodes)
        {
            bool isWorth = IsWorth(nodes);
            foreach (int node in nodes.Where(node => !isWorth || !_isLaned[node]))
                Keep(node);
            if (!isWorth)
                continue;
            AddBlocks(nodes, builder, newOf);
            foreach (int node in nodes.Where(node => newOf[node] < 0 && _isUsedOutside[node]))
                Keep(node);
        }
        return builder.Build(Array.ConvertAll(
            _graph.Outputs.ToArray(), output => output == Graph<T>.Zero ? output : newOf[output]));

        void Keep(int node) => newOf[node] = builder.Add(
            _graph[node] with { Inputs = Array.ConvertAll(_graph[node].Inputs, input => newOf[input]) });
    }

    /// <summary>
    /// Whether more stays inside than the cache holds, and much more than results are copied to where they are to be;
    /// and whether it would go to memory otherwise: one or two kernels, or kernels over one row, keep it anyway.
    /// </summary>
    private bool IsWorth(List<int> nodes)
    {
        long inside = 0, copied = 0;
        int count = 0;
        bool hasOperators = false, isMixed = false;
        foreach (int node in nodes)
        {
            if (!IsComputedInBlocks(node) || _graph[node].Operator!.IsView)
                continue;
            long bytes = (long)_graph[node].Shape.FlattenedLength * Unsafe.SizeOf<T>();
            if (!_isUsedOutside[node])
                inside += bytes;
            else if (!IsSumOverLanes(node))
                copied += bytes;
            count++;
            hasOperators |= _graph[node].Operator is not (IElementwise<T> or ISum);
            isMixed |= !IsOverOneRow(node);
        }
        return (hasOperators || isMixed && count > FewNodes)
            && inside >= Math.Max(MinBytes, LeastPerCopied * copied) && BlockLength(nodes) < _lanes;
    }

    /// <summary>Whether a node can be part of a kernel over all elements as one row.</summary>
    private bool IsOverOneRow(int node)
    {
        (Operator<T>? op, int[] inputs) = (_graph[node].Operator, _graph[node].Inputs);
        int length = _graph[op is ISum ? inputs[0] : node].Shape.FlattenedLength;
        return op switch
        {
            ISum sum => Array.TrueForAll(sum.SummedAxes(_graph[inputs[0]].Shape), isSummed => isSummed),
            IElementwise<T> => Array.TrueForAll(
                inputs,
                input => _graph[Fusion<T>.Source(_graph, input)].Shape.FlattenedLength is var each
                    && (each == 1 || each == length)),
            _ => false,
        };
    }

    /// <summary>Adds the operator that computes in blocks what is on a level.</summary>
    private void AddBlocks(List<int> level, GraphBuilder<T> builder, int[] newOf)
    {
        int[] nodes = [.. level.Where(IsComputedInBlocks)];
        int[] results = Array.FindAll(nodes, node => _isUsedOutside[node] && !_graph[node].Operator!.IsView);
        var members = new HashSet<int>(nodes);
        int[] inputs =
        [
            .. nodes.SelectMany(node => _graph[node].Inputs).Distinct()
                .Where(input => !members.Contains(input) && !IsAtHand(input)),
        ];
        int length = BlockLength(level), tail = _lanes % length;
        int[] lengths = tail == 0 ? [length] : [length, tail];
        var op = new LanesOperator<T>(
            _lanes, Array.ConvertAll(inputs, HasLanes), Array.ConvertAll(results, node => _graph[node].Shape),
            Array.ConvertAll(results, IsSumOverLanes),
            Array.ConvertAll(lengths, each => Block(nodes, inputs, results, each)));
        for (int i = 0; i < results.Length; i++)
            newOf[results[i]] = builder.Add(new Node<T>(
                _graph[results[i]].Shape, op, Array.ConvertAll(inputs, input => newOf[input]), Output: i));
    }

    /// <summary>Whether a value is a constant that needs not be cut into blocks.</summary>
    private bool IsAtHand(int node) =>
        _graph[node].Constant is not null && (!HasLanes(node) || _graph[node].IsUniform(out _));

    private LaneBlock<T> Block(int[] nodes, int[] inputs, int[] results, int length)
    {
        var builder = new GraphBuilder<T>();
        var newOf = new Dictionary<int, int>();
        foreach (int input in inputs)
        {
            Shape shape = _graph[input].Shape;
            newOf[input] = builder.AddInput(HasLanes(input) ? shape.With(shape.Rank - 1, length) : shape);
        }
        var shapes = new List<Shape>();
        foreach (int node in nodes)
        {
            Shape shape = _graph[node].Shape;
            newOf[node] = builder.Add(new Node<T>(
                HasLanes(node) && !IsSumOverLanes(node) ? shape.With(shape.Rank - 1, length) : shape,
                OnBlocks(node, length), Array.ConvertAll(_graph[node].Inputs, New)));
        }
        Graph<T> graph = builder.Build(Array.ConvertAll(results, result => newOf[result]));
        (Schedule<T> schedule, MemoryPlan plan) = _schedule(graph);
        return new LaneBlock<T>(length, schedule, plan);

        int New(int node)
        {
            if (newOf.TryGetValue(node, out int known))
                return known;
            Tensor<T> constant = _graph[node].Constant!;
            return newOf[node] = builder.Add(!HasLanes(node) ? _graph[node] : Node<T>.Of(
                constant.Slice(constant.Rank - 1, 0, length)));
        }
    }

    /// <summary>
    /// As many lanes as have room in the cache, or as pay for the calls of the operators; and a few more, so that all
    /// blocks have the same length, or nearly.
    /// </summary>
    private int BlockLength(List<int> nodes)
    {
        const int Line = 8; // elements: whole vectors
        long elements = 0, calls = 0; // of one lane
        foreach (int node in nodes)
        {
            if (!IsComputedInBlocks(node) || !HasLanes(node) || _graph[node].Operator!.IsView)
                continue;
            elements += _graph[node].Shape.FlattenedLength / _lanes;
            calls++;
        }
        elements = Math.Max(1, elements);
        long fitting = Math.Max(CacheBytes / (elements * Unsafe.SizeOf<T>()), calls * ElementsOfCall / elements);
        int least = (int)Math.Clamp(fitting / Line * Line, MinBlock, MaxBlock);
        for (int length = least; length <= 2 * least; length += Line)
        {
            if (_lanes % length == 0)
                return length;
        }
        int blocks = Math.Max(1, _lanes / least);
        return ((_lanes + blocks - 1) / blocks + Line - 1) / Line * Line;
    }
}
