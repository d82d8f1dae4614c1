using System.Collections;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// The lengths of a tensor's axes, immutable. A shape of rank 0 is a single number; an axis may have length 0.
/// </summary>
/// <remarks>Broadcasting follows NumPy and PyTorch: axes are matched from the last one, length 1 stretches.</remarks>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public sealed class Shape : IReadOnlyList<int>, IEquatable<Shape>
{
    private readonly int[] _lengths;
    private int[]? _rowMajorStrides;

    private Shape(int[] lengths, int length)
    {
        _lengths = lengths;
        FlattenedLength = length;
    }

    /// <summary>The shape of a single number: no axes, one element.</summary>
    public static Shape Scalar { get; } = new([], 1);

    /// <summary>The number of axes.</summary>
    public int Rank => _lengths.Length;

    /// <summary>The number of elements: the product of the lengths of all axes, 1 for rank 0.</summary>
    public int FlattenedLength { get; }

    /// <summary>The length of axis <paramref name="axis"/>, counted from 0.</summary>
    public int this[int axis] => _lengths[axis];

    /// <summary>The length of axis <paramref name="axis"/>; <c>shape[^1]</c> is the last one.</summary>
    public int this[Index axis] => _lengths[axis];

    int IReadOnlyCollection<int>.Count => Rank;

    internal ReadOnlySpan<int> Lengths => _lengths;

    /// <summary>Makes a shape from the lengths of its axes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative.</exception>
    /// <exception cref="OverflowException">The shape has more elements than an array can hold.</exception>
    public static Shape Create(params ReadOnlySpan<int> lengths)
    {
        if (lengths.IsEmpty)
            return Scalar;
        // An axis of length 0 makes the tensor empty, but the other axes may still not overflow each other's strides.
        long nonZero = 1;
        bool empty = false;
        foreach (int length in lengths)
        {
            if (length < 0)
                throw new ArgumentOutOfRangeException(
                    nameof(lengths),
                    $"The lengths of a shape are not negative; got ({string.Join(", ", lengths.ToArray())}).");
            empty |= length == 0;
            nonZero *= Math.Max(length, 1);
            if (nonZero > Array.MaxLength)
                throw new OverflowException($"A {TooGreat(lengths)}.");
        }
        return new Shape(lengths.ToArray(), empty ? 0 : (int)nonZero);
    }

    /// <summary>
    /// The shape of an operator's result, from lengths that may be greater than those of an axis can be.
    /// </summary>
    /// <param name="operation">The operator, for the message.</param>
    /// <param name="lengths">The lengths, which are not negative.</param>
    /// <param name="operands">The shapes of the operands, for the message.</param>
    /// <exception cref="OverflowException">The shape has more elements than an array can hold.</exception>
    internal static Shape OfResult(
        string operation, ReadOnlySpan<long> lengths, params ReadOnlySpan<Shape> operands)
    {
        if (lengths.IsEmpty)
            return Scalar;
        var own = new int[lengths.Length];
        long nonZero = 1;
        bool empty = false;
        for (int i = 0; i < own.Length; i++)
        {
            empty |= lengths[i] == 0;
            if (lengths[i] <= Array.MaxLength)
                nonZero *= Math.Max(lengths[i], 1);
            if (lengths[i] > Array.MaxLength || nonZero > Array.MaxLength)
                throw new OverflowException(
                    $"{operation}: a {TooGreat(lengths)}"
                    + (operands.IsEmpty ? "." : $", for shape {string.Join(" and ", operands.ToArray())}."));
            own[i] = (int)lengths[i];
        }
        return new Shape(own, empty ? 0 : (int)nonZero);
    }

    private static string TooGreat<TLength>(ReadOnlySpan<TLength> lengths) =>
        $"tensor of shape {Text(lengths)} has more than {Array.MaxLength} elements";

    /// <summary>The shape that two operands have together after broadcasting.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Shape Broadcast(Shape x, Shape y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        return TryBroadcast(x, y) ?? throw new ArgumentException(
            $"Shapes {x} and {y} do not broadcast: from the last axis on, lengths must be equal or one of them 1.");
    }

    /// <summary>The broadcast shape of two operands, or null where they do not broadcast.</summary>
    /// <exception cref="OverflowException">It has more elements than an array can hold.</exception>
    internal static Shape? TryBroadcast(Shape x, Shape y, string operation = "broadcast")
    {
        if (ReferenceEquals(x, y) || y.Rank == 0)
            return x;
        if (x.Rank == 0)
            return y;
        if (x.Equals(y))
            return x;
        int rank = Math.Max(x.Rank, y.Rank);
        Span<long> lengths = rank <= 16 ? stackalloc long[rank] : new long[rank];
        return TryBroadcast(x.Lengths, y.Lengths, lengths) ? OfResult(operation, lengths, x, y) : null;
    }

    /// <summary>The broadcast lengths of axes; false where they do not broadcast.</summary>
    /// <param name="x">The lengths of one operand.</param>
    /// <param name="y">The lengths of the other.</param>
    /// <param name="lengths">Where the result goes, as many as the longer of the two has.</param>
    internal static bool TryBroadcast(ReadOnlySpan<int> x, ReadOnlySpan<int> y, Span<long> lengths)
    {
        for (int i = 1; i <= lengths.Length; i++)
        {
            int a = i <= x.Length ? x[^i] : 1, b = i <= y.Length ? y[^i] : 1;
            if (a != b && a != 1 && b != 1)
                return false;
            lengths[^i] = a == 1 ? b : a;
        }
        return true;
    }

    /// <summary>Whether a tensor of this shape can be expanded to <paramref name="target"/>.</summary>
    internal bool ExpandsTo(Shape target)
    {
        if (Rank > target.Rank)
            return false;
        for (int i = 1; i <= Rank; i++)
        {
            if (this[Rank - i] != target[target.Rank - i] && this[Rank - i] != 1)
                return false;
        }
        return true;
    }

    /// <summary>The shape with another length of one axis.</summary>
    internal Shape With(int axis, int length)
    {
        int[] lengths = ToArray();
        lengths[axis] = length;
        return Create(lengths);
    }

    /// <summary>The shape of an operator's result, which has another length along one axis.</summary>
    /// <exception cref="OverflowException">It has more elements than an array can hold.</exception>
    internal Shape With(int axis, long length, string operation) =>
        OfResult(operation, [.. Lengths[..axis], length, .. Lengths[(axis + 1)..]], this);

    /// <summary>The shape without an axis.</summary>
    internal Shape WithoutLast() => Without(Rank - 1);

    internal Shape Without(int axis) => Create([.. Lengths[..axis], .. Lengths[(axis + 1)..]]);

    /// <summary>Turns an axis that may count from the end (-1 is the last) into one that counts from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    internal int Axis(int axis, string operation)
    {
        if (axis < -Rank || axis >= Rank)
            throw new ArgumentOutOfRangeException(
                nameof(axis), axis,
                $"{operation}: shape {this} has no axis {axis}; "
                + (Rank == 0 ? "a single number has none." : $"axes run from {-Rank} to {Rank - 1}."));
        return axis < 0 ? axis + Rank : axis;
    }

    /// <summary>Row-major strides, in elements.</summary>
    internal ReadOnlySpan<int> RowMajorStrides => _rowMajorStrides ??= ComputeRowMajorStrides();

    private int[] ComputeRowMajorStrides()
    {
        var strides = new int[Rank];
        int step = 1;
        for (int i = Rank - 1; i >= 0; i--)
        {
            strides[i] = step;
            step *= Math.Max(_lengths[i], 1);
        }
        return strides;
    }

    /// <summary>The shape without the given axes, or with length 1 in their places.</summary>
    internal Shape Reduce(ReadOnlySpan<bool> reduced, bool keepDims)
    {
        var lengths = new List<int>(Rank);
        for (int i = 0; i < Rank; i++)
        {
            if (!reduced[i])
                lengths.Add(_lengths[i]);
            else if (keepDims)
                lengths.Add(1);
        }
        return Create([.. lengths]);
    }

    /// <inheritdoc/>
    public bool Equals(Shape? other) =>
        ReferenceEquals(this, other) || (other is not null && _lengths.AsSpan().SequenceEqual(other._lengths));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (int length in _lengths)
            hash.Add(length);
        return hash.ToHashCode();
    }

    /// <summary>Equal lengths, axis by axis.</summary>
    public static bool operator ==(Shape? x, Shape? y) => x is null ? y is null : x.Equals(y);

    /// <summary>Different lengths in some axis, or different ranks.</summary>
    public static bool operator !=(Shape? x, Shape? y) => !(x == y);

    /// <summary>The lengths of the axes in an array of its own.</summary>
    public int[] ToArray() => [.. _lengths];

    /// <summary>The shape as <c>(2, 3)</c>; <c>()</c> for rank 0 and <c>(4,)</c> for rank 1.</summary>
    public override string ToString() => Text<int>(_lengths);

    private static string Text<TLength>(ReadOnlySpan<TLength> lengths) =>
        $"({string.Join(", ", lengths.ToArray())}{(lengths.Length == 1 ? "," : "")})";

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)_lengths).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
