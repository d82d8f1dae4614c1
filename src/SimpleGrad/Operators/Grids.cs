using System.Numerics;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>A plane turned by 90 degrees, from the first axis towards the second.</summary>
    /// <param name="k">How often; negative turns back.</param>
    /// <param name="axis0">The first axis; negative counts from the last.</param>
    /// <param name="axis1">The second axis.</param>
    /// <exception cref="ArgumentException">The axes are the same, or there is none.</exception>
    public Variable<T> Rot90(int k = 1, int axis0 = 0, int axis1 = 1)
    {
        (axis0, axis1) = (Shape.Axis(axis0, "rot90"), Shape.Axis(axis1, "rot90"));
        if (axis0 == axis1)
            throw new ArgumentException($"rot90: axis {axis0} of shape {Shape} alone is no plane.");
        int turns = (k % 4 + 4) % 4;
        return turns switch
        {
            0 => this,
            1 => Flip(axis1).Transpose(axis0, axis1),
            2 => Flip(axis0, axis1),
            _ => Flip(axis0).Transpose(axis0, axis1),
        };
    }

    /// <summary>One axis divided into several, whose lengths have its length as their product.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="lengths">The new lengths; one of them may be -1 and is computed from the others.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public Variable<T> Unflatten(int axis, params int[] lengths)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        axis = Shape.Axis(axis, "unflatten");
        Shape parts = Axes.ResolveReshape(Shape.Create(Shape[axis]), lengths);
        if (parts.FlattenedLength != Shape[axis])
            throw new ArgumentException(
                $"unflatten: axis {axis} of shape {Shape} does not divide into {parts}.", nameof(lengths));
        return Reshape(Shape.Create([.. Shape.Lengths[..axis], .. parts.Lengths, .. Shape.Lengths[(axis + 1)..]]));
    }
}

public static partial class Variable
{
    /// <summary>Joins variables below each other, along the first axis; vectors and numbers are rows.</summary>
    /// <param name="parts">At least one.</param>
    /// <exception cref="ArgumentException">No variable, or shapes that differ in another axis.</exception>
    public static Variable<T> VStack<T>(IReadOnlyList<Variable<T>> parts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parts);
        return Concatenate([.. parts.Select(x => x.Rank < 2 ? x.Reshape(1, x.Length) : x)]);
    }

    /// <summary>Joins variables beside each other, along the second axis; of vectors and numbers, the first.</summary>
    /// <param name="parts">At least one.</param>
    /// <exception cref="ArgumentException">No variable, or shapes that differ in another axis.</exception>
    public static Variable<T> HStack<T>(IReadOnlyList<Variable<T>> parts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parts);
        bool areVectors = parts.Count > 0 && parts[0].Rank < 2;
        return Concatenate([.. parts.Select(x => x.Rank == 0 ? x.Reshape(1) : x)], areVectors ? 0 : 1);
    }

    /// <summary>
    /// The sums of the products over the last axes of one variable and the first ones of another.
    /// </summary>
    /// <param name="x">The left operand.</param>
    /// <param name="y">The right operand.</param>
    /// <param name="axes">How many axes are summed over.</param>
    /// <exception cref="ArgumentException">The lengths of the axes differ, or there are not so many.</exception>
    public static Variable<T> TensorDot<T>(Variable<T> x, Variable<T> y, int axes = 2)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (axes < 0 || axes > x.Rank || axes > y.Rank)
            throw new ArgumentOutOfRangeException(
                nameof(axes), axes, $"tensordot: shapes {x.Shape} and {y.Shape} have no {axes} axes to sum over.");
        return TensorDot(x, y, [.. Enumerable.Range(x.Rank - axes, axes)], [.. Enumerable.Range(0, axes)]);
    }

    /// <summary>The sums of the products over pairs of axes.</summary>
    /// <param name="x">The left operand.</param>
    /// <param name="y">The right operand.</param>
    /// <param name="axesX">The axes of the left operand that are summed over; negative counts from the last.</param>
    /// <param name="axesY">The axes of the right operand that go with them, in their order.</param>
    /// <returns>Of the shape of the other axes of the left operand and then those of the right one.</returns>
    /// <exception cref="ArgumentException">The lengths of a pair differ, or an axis is named twice.</exception>
    public static Variable<T> TensorDot<T>(Variable<T> x, Variable<T> y, int[] axesX, int[] axesY)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(axesX);
        ArgumentNullException.ThrowIfNull(axesY);
        (int[] summedX, int[] freeX) = Divide(x, axesX);
        (int[] summedY, int[] freeY) = Divide(y, axesY);
        int[] lengths = Lengths(x, summedX);
        if (!lengths.AsSpan().SequenceEqual(Lengths(y, summedY)))
            throw new ArgumentException(
                $"tensordot: axes ({string.Join(", ", axesX)}) of shape {x.Shape} and ({string.Join(", ", axesY)}) of "
                + $"{y.Shape} differ in length.");
        int[] outer = Lengths(x, freeX), inner = Lengths(y, freeY);
        Shape shape = Shape.OfResult("tensordot", [.. outer, .. inner], x.Shape, y.Shape);
        int rows = Shape.Create(outer).FlattenedLength, columns = Shape.Create(inner).FlattenedLength;
        int count = Shape.Create(lengths).FlattenedLength;
        return x.Permute([.. freeX, .. summedX]).Reshape(Shape.Create(rows, count))
            .MatMul(y.Permute([.. summedY, .. freeY]).Reshape(Shape.Create(count, columns)))
            .Reshape(shape);

        static int[] Lengths(Variable<T> x, int[] axes) => Array.ConvertAll(axes, axis => x.Shape[axis]);

        static (int[] Summed, int[] Free) Divide(Variable<T> x, int[] axes)
        {
            int[] summed = Array.ConvertAll(axes, axis => x.Shape.Axis(axis, "tensordot"));
            return summed.Distinct().Count() == summed.Length
                ? (summed, [.. Enumerable.Range(0, x.Rank).Except(summed)])
                : throw new ArgumentException(
                    $"tensordot: axes ({string.Join(", ", axes)}) of shape {x.Shape} name one twice.");
        }
    }

    /// <summary>
    /// Vectors stretched to a grid: in result i the elements of vector i go along axis i, as in NumPy with the indexing
    /// <c>ij</c>.
    /// </summary>
    /// <param name="vectors">At least one; a single number is a vector of one.</param>
    /// <exception cref="ArgumentException">No variable, or one that is no vector.</exception>
    /// <exception cref="OverflowException">A result would have more elements than a tensor can.</exception>
    public static Variable<T>[] Meshgrid<T>(params IReadOnlyList<Variable<T>> vectors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(vectors);
        if (vectors.Count == 0)
            throw new ArgumentException("meshgrid: there is no vector to stretch.", nameof(vectors));
        foreach (Variable<T> vector in vectors)
        {
            if (vector.Rank > 1)
                throw new ArgumentException($"meshgrid: shape {vector.Shape} is no vector.", nameof(vectors));
        }
        Shape grid = Shape.OfResult(
            "meshgrid", [.. vectors.Select(vector => vector.Length)], [.. vectors.Select(vector => vector.Shape)]);
        var results = new Variable<T>[vectors.Count];
        for (int i = 0; i < results.Length; i++)
        {
            var lengths = new int[results.Length];
            lengths.AsSpan().Fill(1);
            lengths[i] = vectors[i].Length;
            results[i] = vectors[i].Reshape(lengths).Expand(grid);
        }
        return results;
    }
}
