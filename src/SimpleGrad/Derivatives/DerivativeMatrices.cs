using System.Numerics;

namespace SimpleGrad;

/// <summary>Jacobians and what else takes a derivative in each direction: all directions run as one batch.</summary>
internal static class DerivativeMatrices
{
    // Enough for a batch to pay, and few enough for its values to stay near the processor.
    private const int MostElements = 1 << 21;

    /// <summary>
    /// The Jacobian of each result by each input: the axes of the result, then those of the input. Rows come by reverse
    /// mode, columns by forward mode; where not said which, the way with fewer directions is taken.
    /// </summary>
    public static Variable<T>[][] Jacobian<T>(Linearization<T> at, bool createGraph, bool? byForward = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        byForward ??= at.Inputs.Sum(x => (long)x.Length) < at.Results.Sum(y => (long)y.Length);
        return byForward.Value ? ByColumns(at, createGraph) : ByRows(at, createGraph);
    }

    /// <summary>The gradient of the only result, by each input.</summary>
    public static (Variable<T> Value, Variable<T>[] Gradients) Gradient<T>(
        string user, Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] at, bool createGraph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var near = new Linearization<T>(user, function, at);
        return (near.Number, near.WithZeros(near.PullNumber(createGraph)));
    }

    /// <summary>The gradient of a function, as a function of its inputs near a point.</summary>
    public static Linearization<T> GradientNear<T>(
        string user, Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] at)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return new(user, x => Gradient(user, function, x, createGraph: true).Gradients, at);
    }

    /// <summary>The second derivative by each element of each input.</summary>
    public static Variable<T>[] HessianDiagonal<T>(Linearization<T> gradient, bool createGraph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
    [
        .. gradient.Inputs.Select((input, i) => InAllDirections(
            gradient, input.Shape,
            direction =>
            [
                gradient.PullOne(i, direction, createGraph)[i] is { } product ? (product * direction).Sum() : null,
            ],
            [Shape.Scalar])[0].Reshape(input.Shape)),
    ];

    /// <summary>Runs a function for each of some directions; its results get an axis in front for them.</summary>
    public static Variable<T>?[] InDirections<T>(
        Linearization<T> at, Variable<T> directions, Func<Variable<T>, Variable<T>?[]> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (directions.Shape[0] == 0)
            return [null];
        if (at.CanBatch)
            return Batching.Map(at.User, [directions], x => function(x[0]));
        Variable<T>?[][] all =
            [.. Enumerable.Range(0, directions.Shape[0]).Select(i => function(directions.Select(0, i)))];
        return [.. all[0].Select((_, i) => Array.TrueForAll(all, each => each[i] is null) ? null : Variable.Stack(
            [.. all.Select(each => at.OrZeros(each[i], all.First(other => other[i] is not null)[i]!.Shape))]))];
    }

    private static Variable<T>[][] ByRows<T>(Linearization<T> at, bool createGraph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape[] shapes = Array.ConvertAll(at.Inputs, input => input.Shape);
        return [.. at.Results.Select((result, i) =>
        {
            Variable<T>[] rows = InAllDirections(
                at, result.Shape, cotangent => at.PullOne(i, cotangent, createGraph), shapes);
            return rows.Zip(shapes, (each, shape) => each.Reshape(Joined(result.Shape, shape))).ToArray();
        })];
    }

    private static Variable<T>[][] ByColumns<T>(Linearization<T> at, bool createGraph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape[] shapes = Array.ConvertAll(at.Results, result => result.Shape);
        Variable<T>[][] columns = [.. at.Inputs.Select((input, i) => InAllDirections(
            at, input.Shape, tangent => at.PushOne(i, tangent, createGraph), shapes))];
        return [.. shapes.Select((shape, j) => at.Inputs.Select((input, i) =>
            columns[i][j].MoveAxis(0, -1).Reshape(Joined(shape, input.Shape))).ToArray())];
    }

    /// <summary>Runs a function for each direction of a space; its results get an axis in front for them.</summary>
    /// <param name="at">Near where.</param>
    /// <param name="space">The shape of a direction.</param>
    /// <param name="function">From a direction to results; null for zeros.</param>
    /// <param name="shapes">The shapes of the results.</param>
    private static Variable<T>[] InAllDirections<T>(
        Linearization<T> at, Shape space, Func<Variable<T>, Variable<T>?[]> function, Shape[] shapes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = space.FlattenedLength;
        int greatest = Math.Max(1, shapes.Max(shape => shape.FlattenedLength));
        int most = at.CanBatch ? Math.Max(1, MostElements / greatest) : 1;
        var parts = new List<Variable<T>?[]>();
        for (int first = 0; first < count; first += most)
        {
            int size = Math.Min(most, count - first);
            Variable<T> directions = at.Tape.Constant(Directions<T>(space, first, size));
            parts.Add(InDirections(at, directions, function));
        }
        return [.. shapes.Select((shape, i) => parts.Exists(part => part[i] is not null)
            ? Variable.Concatenate([.. parts.Select(part => at.OrZeros(
                part[i], Shape.Create([Math.Min(most, count), .. shape.Lengths])))])
            : at.OrZeros(null, Shape.Create([count, .. shape.Lengths])))];
    }

    /// <summary>Directions along axes: zeros with a single one.</summary>
    private static Tensor<T> Directions<T>(Shape space, int first, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> directions = Tensor<T>.Uninitialized(Shape.Create([count, .. space.Lengths]));
        directions.NewData.Clear();
        for (int i = 0; i < count; i++)
            directions.NewData[i * space.FlattenedLength + first + i] = T.One;
        return directions;
    }

    private static Shape Joined(Shape x, Shape y) => Shape.Create([.. x.Lengths, .. y.Lengths]);
}
