namespace SimpleGrad;

/// <summary>
/// The axes of a dense tensor in the order in which they lie in memory, joined to groups that are reduced and kept in
/// turn.
/// </summary>
internal sealed class ReductionGroups
{
    private readonly List<int> _lengths = [];
    private readonly List<int> _kept = []; // kept axes in memory order, those of length 1 behind

    public static ReductionGroups Of<T>(Tensor<T> x, ReadOnlySpan<bool> reduced) where T : unmanaged =>
        new(x.Shape, x.Strides, reduced);

    private ReductionGroups(Shape shape, ReadOnlySpan<int> strides, ReadOnlySpan<bool> reduced)
    {
        int[] steps = strides.ToArray();
        // The sort is stable, and the axes of length 1, whose strides say nothing, go behind.
        IEnumerable<int> order = Enumerable.Range(0, shape.Rank)
            .OrderByDescending(axis => shape[axis] == 1 ? 0 : steps[axis]);
        var keptLengths = new List<int>();
        bool last = false;
        foreach (int axis in order)
        {
            if (!reduced[axis])
            {
                _kept.Add(axis);
                keptLengths.Add(shape[axis]);
            }
            if (shape[axis] == 1)
                continue;
            if (_lengths.Count == 0)
                IsFirstReduced = reduced[axis];
            if (_lengths.Count > 0 && last == reduced[axis])
                _lengths[^1] *= shape[axis];
            else
                _lengths.Add(shape[axis]);
            last = reduced[axis];
        }
        if (_lengths.Count == 0)
        {
            _lengths.Add(1);
            IsFirstReduced = true;
        }
        KeptShape = Shape.Create([.. keptLengths]);
    }

    /// <summary>The lengths of the groups, the outermost first.</summary>
    public int[] Lengths => [.. _lengths];

    /// <summary>Whether the outermost group is reduced.</summary>
    public bool IsFirstReduced { get; }

    /// <summary>The lengths of the kept axes as they come in memory.</summary>
    public Shape KeptShape { get; }

    /// <summary>For each kept axis its position among those in memory: the order of a permutation.</summary>
    public int[] KeptOrder
    {
        get
        {
            int[] sorted = [.. _kept.Order()];
            return [.. sorted.Select(axis => _kept.IndexOf(axis))];
        }
    }

    public bool IsKeptInOrder => _kept.SequenceEqual(_kept.Order());
}
