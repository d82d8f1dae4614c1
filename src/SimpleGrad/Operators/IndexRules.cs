namespace SimpleGrad;

/// <summary>Indices of an axis as a vector, in memory that nobody else has.</summary>
/// <param name="Operation">The operator, for messages.</param>
/// <param name="Axis">The axis.</param>
/// <param name="Shape">The shape that it is of.</param>
/// <param name="FromEnd">Whether negative indices count from the end.</param>
internal sealed record AxisIndices(string Operation, int Axis, Shape Shape, bool FromEnd) : IndexRule
{
    public override Tensor<int> Run(params ReadOnlySpan<Tensor<int>> given)
    {
        Tensor<int> indices = Tensor<int>.Uninitialized(ShapeOf(given));
        Span<int> numbers = indices.NewData;
        given[0].CopyTo(numbers);
        int length = Shape[Axis];
        Indices.RequireInside(Operation, numbers, Axis, Shape, FromEnd ? -length : 0);
        for (int i = 0; FromEnd && i < numbers.Length; i++)
            numbers[i] += numbers[i] < 0 ? length : 0;
        return indices;
    }

    protected override Shape ShapeOf(ReadOnlySpan<Tensor<int>> given) => Shape.Create(given[0].Length);
}

/// <summary>The user's own indices of an axis, in their shape.</summary>
/// <param name="Operation">The operator, for messages.</param>
/// <param name="Axis">The axis.</param>
/// <param name="Shape">The shape that it is of.</param>
internal sealed record FittingIndices(string Operation, int Axis, Shape Shape) : IndexRule
{
    public override Tensor<int> Run(params ReadOnlySpan<Tensor<int>> given)
    {
        Tensor<int> indices = given[0].ToContiguous();
        Indices.RequireInside(Operation, indices.Span, Axis, Shape);
        if (!ReferenceEquals(indices, given[0]))
            indices.Release();
        return given[0];
    }

    protected override Shape ShapeOf(ReadOnlySpan<Tensor<int>> given) => given[0].Shape;
}

/// <summary>The same indices in one piece.</summary>
internal sealed record RowMajorIndices : IndexRule
{
    private RowMajorIndices()
    {
    }

    public static RowMajorIndices Instance { get; } = new();

    public override Tensor<int> Run(params ReadOnlySpan<Tensor<int>> given) => given[0].ToContiguous();

    protected override Shape ShapeOf(ReadOnlySpan<Tensor<int>> given) => given[0].Shape;
}

/// <summary>
/// The row-major indices, as a vector, of the elements or slices that indices of the first axes name together.
/// </summary>
/// <param name="Operation">The operator, for messages.</param>
/// <param name="Shape">The shape that they are indices of.</param>
/// <param name="Joined">The shape to which the indices broadcast.</param>
internal sealed record JointIndices(string Operation, Shape Shape, Shape Joined) : IndexRule
{
    public override Tensor<int> Run(params ReadOnlySpan<Tensor<int>> given)
    {
        Tensor<int> result = Tensor<int>.Uninitialized(ShapeOf(given));
        Span<int> indices = result.NewData;
        indices.Clear();
        for (int axis = 0; axis < given.Length; axis++)
        {
            Tensor<int> along = Indices.Resolve(Operation, given[axis].Expand(Joined), axis, Shape, fromEnd: true);
            ReadOnlySpan<int> numbers = along.Span;
            for (int i = 0; i < indices.Length; i++)
                indices[i] = indices[i] * Shape[axis] + numbers[i];
            along.Release();
        }
        return result;
    }

    protected override Shape ShapeOf(ReadOnlySpan<Tensor<int>> given) => Shape.Create(Joined.FlattenedLength);
}

/// <summary>
/// The row-major indices, as a vector, of the elements that an index along an axis names, which fits it.
/// </summary>
/// <param name="Axis">The axis.</param>
/// <param name="Shape">The shape that it is of.</param>
internal sealed record FlatIndices(int Axis, Shape Shape) : IndexRule
{
    public override Tensor<int> Run(params ReadOnlySpan<Tensor<int>> given)
    {
        int[] indices = new int[given[0].Length], along = given[0].ToArray();
        for (int i = 0; i < indices.Length; i++)
        {
            int at = 0, left = i;
            for (int k = Shape.Rank - 1, step = 1; k >= 0; step *= Shape[k], k--)
            {
                at += step * (k == Axis ? along[i] : left % given[0].Shape[k]);
                left /= given[0].Shape[k];
            }
            indices[i] = at;
        }
        return Indices.Of(indices);
    }

    protected override Shape ShapeOf(ReadOnlySpan<Tensor<int>> given) => Shape.Create(given[0].Length);
}

/// <summary>
/// A vector of indices in which each is named once, last where it was: those before become the index behind the end.
/// </summary>
/// <param name="Length">The length of the axis.</param>
internal sealed record LastOfEach(int Length) : IndexRule
{
    public override Tensor<int> Run(params ReadOnlySpan<Tensor<int>> given)
    {
        int[] indices = given[0].ToArray();
        var isNamed = new HashSet<int>();
        for (int i = indices.Length - 1; i >= 0; i--)
        {
            if (!isNamed.Add(indices[i]))
                indices[i] = Length;
        }
        return Indices.Of(indices);
    }

    protected override Shape ShapeOf(ReadOnlySpan<Tensor<int>> given) => given[0].Shape;
}

/// <summary>The class of each sample; some class for those that are ignored.</summary>
/// <param name="Operation">The operator, for messages.</param>
/// <param name="Classes">How many classes there are.</param>
/// <param name="Shape">The shape of the predictions.</param>
/// <param name="Ignored">The class whose samples do not count.</param>
internal sealed record ClassIndices(string Operation, int Classes, Shape Shape, int Ignored) : IndexRule
{
    public override Tensor<int> Run(params ReadOnlySpan<Tensor<int>> given)
    {
        int[] classes = given[0].ToArray();
        for (int i = 0; i < classes.Length; i++)
        {
            if (classes[i] == Ignored)
                classes[i] = 0;
            else if (classes[i] < 0 || classes[i] >= Classes)
                throw Indices.Outside(
                    "target", classes[i],
                    $"{Operation}: the target {classes[i]} is none of the {Classes} classes of shape {Shape}.");
        }
        return Indices.Of(classes).Reshape(given[0].Shape);
    }

    protected override Shape ShapeOf(ReadOnlySpan<Tensor<int>> given) => given[0].Shape;
}

/// <summary>For each sample 1, or 0 where it is ignored.</summary>
/// <param name="Ignored">The class whose samples do not count.</param>
internal sealed record KeptSamples(int Ignored) : IndexRule
{
    public override Tensor<int> Run(params ReadOnlySpan<Tensor<int>> given) =>
        Tensor.Create<int>(Array.ConvertAll(given[0].ToArray(), each => each == Ignored ? 0 : 1), given[0].Shape);

    protected override Shape ShapeOf(ReadOnlySpan<Tensor<int>> given) => given[0].Shape;
}
