using System.Numerics;

namespace SimpleGrad.Tests.Properties;

/// <summary>Shapes of operands, and how operands lie in memory, drawn from a random number generator.</summary>
internal sealed class RandomShapes(Random random)
{
    /// <summary>The length from which on work is cut in pieces.</summary>
    private const int Piece = 1 << 16;

    /// <summary>
    /// Shapes of some hundred thousand elements at most, often a little more than a piece of work has, that fit an
    /// operator; small ones where it takes no others, and null where none was found.
    /// </summary>
    /// <param name="use">The operator.</param>
    /// <param name="most">The greatest number of elements.</param>
    /// <param name="least">The least number of elements of the longest one.</param>
    public Shape[]? For<T>(OperatorUse<T> use, int most, int least = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int attempt = 0; attempt < 2000; attempt++)
        {
            Shape first = Draw(attempt < 200 || least > 1 ? most : attempt < 1000 ? 1000 : 60);
            Shape[] shapes = use.Arity == 1 ? [first] : [first, .. Partners(first, use.Arity - 1)];
            if (shapes.All(shape => shape.FlattenedLength > 0) && shapes.Max(shape => shape.FlattenedLength) >= least
                && Work(shapes) <= 20.0 * most && use.Fits(shapes))
                return shapes;
        }
        return null;
    }

    /// <summary>Axes of which some have length 1, and some most of the elements.</summary>
    public Shape Draw(int most)
    {
        int rank = random.Next(6), left = random.Next(3) == 0 ? most : Logarithmic(most);
        var lengths = new int[rank];
        int[] order = [.. Enumerable.Range(0, rank)];
        random.Shuffle(order);
        foreach (int axis in order)
        {
            lengths[axis] = random.Next(4) switch
            {
                0 => 1,
                1 => Math.Min(left, 2 + random.Next(6)),
                2 => Logarithmic(left),
                _ => left > Piece ? Math.Min(left, Piece + random.Next(3) - 1) : left,
            };
            left /= lengths[axis];
        }
        return Shape.Create(lengths);
    }

    /// <summary>
    /// The tensor laid out anew: with its axes in another order, with gaps, from an offset on; and where an axis is to
    /// be expanded, with the first element along it in place of all.
    /// </summary>
    public Tensor<T> LaidOut<T>(Tensor<T> x) where T : unmanaged
    {
        for (int axis = 0; axis < x.Rank; axis++)
        {
            if (random.Next(5) == 0)
                x = x.Slice(axis, 0, 1).Expand(x.Shape);
        }
        Shape shape = x.Shape;
        int[] order = [.. Enumerable.Range(0, x.Rank)];
        if (random.Next(2) == 0)
            random.Shuffle(order);
        else if (random.Next(2) == 0)
            Array.Reverse(order);
        int gapped = random.Next(3) == 0 && x.Rank > 0 ? random.Next(x.Rank) : -1, before = random.Next(3);
        // Memory with the axes in their new order; expanded ones have length 1 in it.
        Tensor<T> once = x;
        for (int axis = 0; axis < x.Rank; axis++)
        {
            if (x.Strides[axis] == 0)
                once = once.Slice(axis, 0, 1);
        }
        Tensor<T> view = Tensor.Create<T>(once.Permute(order).ToArray(), [.. order.Select(axis => once.Shape[axis])]);
        if (gapped >= 0)
            view = Gapped(view, gapped, before);
        return view.Permute([.. order.Select((_, axis) => Array.IndexOf(order, axis))]).Expand(shape);
    }

    /// <summary>Every second element of an axis of a longer tensor, behind some others.</summary>
    private static Tensor<T> Gapped<T>(Tensor<T> x, int axis, int before) where T : unmanaged
    {
        int[] lengths = [.. x.Shape];
        lengths[axis] = before + 2 * lengths[axis];
        T[] numbers = x.ToArray(), wide = new T[Shape.Create(lengths).FlattenedLength];
        int inner = 1;
        foreach (int length in x.Shape.Skip(axis + 1))
            inner *= length;
        for (int i = 0; i < numbers.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, inner);
            (int slab, int place) = Math.DivRem(row, x.Shape[axis]);
            wide[(slab * lengths[axis] + before + 2 * place) * inner + column] = numbers[i];
        }
        return Tensor.Create<T>(wide, Shape.Create(lengths)).Slice(axis, before, step: 2);
    }

    private int Logarithmic(int most) => (int)Math.Exp(random.NextDouble() * Math.Log(Math.Max(1, most)));

    /// <summary>Other operands: as one of the operators may ask for them.</summary>
    private Shape[] Partners(Shape first, int count)
    {
        int rank = first.Rank, kind = random.Next(6), other = Logarithmic(200);
        return [.. Enumerable.Range(0, count).Select(_ => kind switch
        {
            0 => first,
            1 when rank > 0 => [first[^1]],
            2 when rank > 0 => [first[^1], other],
            3 when rank > 0 => [.. first.SkipLast(1), other],
            4 when rank > 1 => [first[random.Next(rank)]],
            5 when rank > 0 => [other, first[^1]],
            _ => Shape.Create(
                [.. first.Select(length => random.Next(3) == 0 ? 1 : length).Skip(random.Next(rank + 1))]),
        })];
    }

    /// <summary>
    /// More than what an operator has to do: a product of matrices is one of their three lengths, and operands that
    /// broadcast have the greater length along each axis.
    /// </summary>
    private static double Work(Shape[] shapes)
    {
        Shape x = shapes[0], y = shapes[^1];
        double matrices = shapes.Length > 1 && x.Rank > 0 && y.Rank == 2 && (x[^1] == y[0] || x[^1] == y[1])
            ? (double)x.FlattenedLength * y.FlattenedLength / x[^1]
            : 0;
        double together = 1;
        for (int i = 1; i <= shapes.Max(shape => shape.Rank); i++)
            together *= shapes.Max(shape => i <= shape.Rank ? shape[^i] : 1);
        return Math.Max(matrices, 10 * together);
    }
}
