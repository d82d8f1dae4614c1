using System.Numerics;

namespace SimpleGrad;

/// <summary>Chooses the values that are worth being replaced by their elements.</summary>
/// <remarks>
/// <para>These are small ones, and longer ones of which hardly anything is computed, since most is known to be zero:
/// the derivatives of the elements of a vector, and their sum.</para>
/// <para>Operators that compute such values hang together where one reads what another computes, unless that is a
/// single number, which is an element anyway. What hangs together is replaced if the steps that this saves take longer
/// than what vectors would have saved: arithmetic on 64 elements is faster with vectors, but not if every other step is
/// a slice.</para>
/// </remarks>
internal sealed class SmallValues<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxElements = 64; // that are computed, moved into a longer value, or summed, by one operator
    private const int MaxLength = 4096; // of a value with known zeros
    private const int Lanes = 8; // of a vector, roughly
    private const double Step = 100; // what a step takes that is no kernel, or parts two kernels, in nanoseconds
    private const double Addition = 0.25; // of two numbers, or a store of one
    private const int FreeNodes = 512; // so many nodes more are no matter for the time of compiling
    private const int MaxGrowth = 16; // else so many for one

    private readonly Graph<T> _graph;
    private readonly ElementMaps<T> _maps;
    private readonly bool[] _canBe; // replaced
    private readonly bool[]?[] _isZero; // of nodes that can be replaced: which elements are known to be zero, if any
    private readonly DisjointSets _together;

    private SmallValues(Graph<T> graph, ElementMaps<T> maps)
    {
        _graph = graph;
        _maps = maps;
        int count = graph.Nodes.Length;
        _canBe = new bool[count];
        _isZero = new bool[]?[count];
        _together = new DisjointSets(count);
    }

    /// <summary>Which nodes are to be replaced.</summary>
    public static bool[] Choose(Graph<T> graph, ElementMaps<T> maps)
    {
        var values = new SmallValues<T>(graph, maps);
        int count = graph.Nodes.Length;
        var gains = new double[count];
        var makes = new long[count];
        bool[] isNeeded = graph.Needed(), isWhole = new bool[count];
        for (int i = 0; i < count; i++)
        {
            if (!isNeeded[i] || graph[i].Operator is null)
                continue;
            values.Look(i, out gains[i], out makes[i]);
            foreach (int input in graph[i].Inputs)
            {
                if (!values._canBe[i])
                    isWhole[input] = true;
                else if (values._canBe[input] && graph[input].Shape.Rank > 0)
                    values._together.Join(input, i);
            }
        }
        foreach (int output in graph.Outputs)
        {
            if (output != Graph<T>.Zero)
                isWhole[output] = true;
        }
        return values.Worthwhile(gains, makes, isWhole);
    }

    private bool[] Worthwhile(double[] gains, long[] makes, bool[] isWhole)
    {
        int count = gains.Length;
        var all = new double[count];
        var made = new long[count];
        int[] nodes = new int[count];
        for (int i = 0; i < count; i++)
        {
            if (!_canBe[i])
                continue;
            int root = _together.Find(i), stored = isWhole[i] ? _graph[i].Shape.FlattenedLength : 0;
            all[root] += gains[i] - stored * Addition;
            made[root] += makes[i] + stored;
            nodes[root]++;
        }
        var chosen = new bool[count];
        for (int i = 0; i < count; i++)
            chosen[i] = _canBe[i] && _together.Find(i) is var root && all[root] > 0
                && made[root] <= FreeNodes + (long)MaxGrowth * nodes[root];
        return chosen;
    }

    /// <summary>Looks whether a node can be replaced.</summary>
    /// <param name="node">The node.</param>
    /// <param name="gain">The time that it saves, in nanoseconds.</param>
    /// <param name="makes">How many nodes it makes.</param>
    private void Look(int node, out double gain, out long makes)
    {
        (gain, makes) = (0, 0);
        Node<T> at = _graph[node];
        int length = at.Shape.FlattenedLength;
        Operator<T> op = at.Operator!;
        bool hasZeros = Array.Exists(at.Inputs, input => _isZero[input] is not null);
        if (length is 0 or > MaxLength)
            return;
        Shape[] shapes = Array.ConvertAll(at.Inputs, input => _graph[input].Shape);
        bool areSmall = Array.TrueForAll(shapes, shape => shape.FlattenedLength <= MaxElements);
        if (op is IElementwise<T> elementwise)
        {
            // A single number is an element as it is.
            if (!elementwise.HasVectors || at.Shape.Rank == 0 || length > MaxElements && !hasZeros)
                return;
            makes = hasZeros ? Arithmetic(node, shapes) : length;
            double saved = makes - (double)(length + Lanes - 1) / Lanes;
            bool isBroadcast = Array.Exists(shapes, shape => shape.FlattenedLength != 1 && shape != at.Shape);
            gain = (isBroadcast ? Step : 0) - saved * elementwise.ElementCost * Addition;
            _canBe[node] = makes <= MaxElements;
        }
        else if (op.Composition != Composition.Computed)
        {
            long elements = shapes.Sum(shape => (long)shape.FlattenedLength);
            bool areSums = op.Composition == Composition.Summed;
            if (elements > (areSums && !areSmall && !hasZeros ? 0 : ElementMaps<T>.MaxMoved))
                return;
            (int terms, int sums) = Moved(node, shapes);
            bool areReplaced = Array.TrueForAll(
                at.Inputs, input => _canBe[input] || _graph[input].Shape.FlattenedLength <= MaxElements);
            makes = terms - sums;
            gain = areSums ? (length == 1 ? 0 : Step) - makes * Addition
                : op.IsExpansion ? 0
                : op.IsView ? Step / 2
                : Step;
            _canBe[node] = length <= MaxElements && makes <= MaxElements || areReplaced && makes == 0
                || terms <= MaxElements;
        }
        else if (areSmall && length <= MaxElements)
        {
            makes = op.ElementOperators(shapes, at.Shape);
            gain = Step - makes * Addition;
            _canBe[node] = makes > 0;
        }
        if (!_canBe[node])
            _isZero[node] = null;
    }

    /// <summary>Finds the known zeros of an elementwise operator, and how many elements it computes.</summary>
    private int Arithmetic(int node, Shape[] shapes)
    {
        Shape shape = _graph[node].Shape;
        var isZero = new bool[shape.FlattenedLength];
        Span<bool> operands = stackalloc bool[shapes.Length];
        int[][] sources = Array.ConvertAll(shapes, each => _maps.Broadcast(each, shape));
        int computed = 0;
        for (int i = 0; i < isZero.Length; i++)
        {
            for (int j = 0; j < operands.Length; j++)
                operands[j] = _isZero[_graph[node].Inputs[j]] is { } zeros && zeros[sources[j][i]];
            int known = KnownZeros.Of(_graph[node].Operator!, operands);
            isZero[i] = known == KnownZeros.Zero;
            computed += known == KnownZeros.Computed ? 1 : 0;
        }
        Keep(node, isZero);
        return computed;
    }

    /// <summary>
    /// Finds the known zeros of an operator that moves or sums elements; how many terms its elements have together, and
    /// how many of them are not zero.
    /// </summary>
    private (int Terms, int Sums) Moved(int node, Shape[] shapes)
    {
        ElementMap map = _maps.Of(_graph[node].Operator!, shapes);
        var isZero = new bool[map.Length];
        int terms = 0, sums = 0;
        for (int i = 0; i < isZero.Length; i++)
        {
            int before = terms;
            foreach (ElementSource source in map[i])
                terms += _isZero[_graph[node].Inputs[source.Input]] is { } zeros && zeros[source.Index] ? 0 : 1;
            isZero[i] = terms == before;
            sums += isZero[i] ? 0 : 1;
        }
        Keep(node, isZero);
        return (terms, sums);
    }

    private void Keep(int node, bool[] isZero) => _isZero[node] = isZero.Contains(true) ? isZero : null;
}
