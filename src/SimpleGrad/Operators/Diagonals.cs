using System.Numerics;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>Matrices, the last two axes, with zeros above a diagonal.</summary>
    /// <param name="diagonal">0 for the main diagonal; positive lies above it, negative below.</param>
    /// <exception cref="ArgumentException">The variable has less than two axes.</exception>
    public Variable<T> Tril(int diagonal = 0) => new TrilOperator<T>(diagonal).Apply(this);

    /// <summary>Matrices, the last two axes, with zeros below a diagonal.</summary>
    /// <inheritdoc cref="Tril(int)"/>
    public Variable<T> Triu(int diagonal = 0) => new TriuOperator<T>(diagonal).Apply(this);

    /// <summary>
    /// The diagonal of matrices, as the last axis, without a copy; empty where it lies outside. Its derivative puts the
    /// gradient on the diagonal.
    /// </summary>
    /// <param name="offset">0 for the main diagonal; positive lies above it, negative below.</param>
    /// <param name="axis1">The axis of the rows; negative counts from the last.</param>
    /// <param name="axis2">The axis of the columns.</param>
    /// <exception cref="ArgumentException">The axes are the same or do not exist.</exception>
    public Variable<T> Diagonal(int offset = 0, int axis1 = -2, int axis2 = -1)
    {
        Variable<T> matrices = MatricesOf(Shape, axis1, axis2, "diagonal") is { } order ? Permute(order) : this;
        return new DiagonalOperator<T>(offset).Apply(matrices);
    }

    /// <summary>
    /// Square matrices of zeros with the last axis on a diagonal: the transpose of <see cref="Diagonal"/>.
    /// </summary>
    /// <param name="offset">0 for the main diagonal; positive lies above it, negative below.</param>
    /// <param name="axis1">The axis of the rows in the result; negative counts from the last.</param>
    /// <param name="axis2">The axis of the columns in the result.</param>
    /// <exception cref="ArgumentException">The variable is a single number, or the axes are the same or do not
    /// exist.</exception>
    /// <exception cref="OverflowException">The result would have more elements than a tensor can.</exception>
    public Variable<T> DiagEmbed(int offset = 0, int axis1 = -2, int axis2 = -1)
    {
        int last = Shape.Axis(-1, "diag_embed");
        long side = Shape[last] + Math.Abs((long)offset);
        Shape shape = Shape.OfResult("diag_embed", [.. Shape.Lengths[..last], side, side], Shape);
        int[]? order = MatricesOf(shape, axis1, axis2, "diag_embed");
        Tensor<int> indices = Indices.Of(DiagonalIndices(shape[^2], shape[^1], offset));
        Variable<T> matrices = new IndexAddOperator<T>(last, indices, Shape.With(last, shape[^2] * shape[^1]))
            .Apply(this).Reshape(shape);
        return order is null ? matrices : matrices.Permute(Axes.Inverse(order));
    }

    /// <summary>A diagonal of a matrix as a vector, or the square matrix with a vector on a diagonal.</summary>
    /// <param name="diagonal">0 for the main diagonal; positive lies above it, negative below.</param>
    /// <exception cref="ArgumentException">The variable is neither a vector nor a matrix.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The matrix has no such diagonal.</exception>
    public Variable<T> Diag(int diagonal = 0)
    {
        if (Rank == 1)
            return DiagEmbed(diagonal);
        if (Rank != 2)
            throw new ArgumentException($"diag: shape {Shape} is neither that of a vector nor that of a matrix.");
        if (diagonal > Shape[1] || -(long)diagonal > Shape[0])
            throw new ArgumentOutOfRangeException(
                nameof(diagonal), diagonal, $"diag: a matrix of shape {Shape} has no diagonal {diagonal}.");
        return Diagonal(diagonal);
    }

    /// <summary>The sum of the main diagonal of a matrix.</summary>
    /// <exception cref="ArgumentException">The variable is no matrix.</exception>
    public Variable<T> Trace() => Rank == 2
        ? Diagonal().Sum()
        : throw new ArgumentException($"trace: shape {Shape} is not that of a matrix.");

    /// <summary>The order that moves two axes last; null where they are last already.</summary>
    private static int[]? MatricesOf(Shape shape, int axis1, int axis2, string operation)
    {
        (axis1, axis2) = (shape.Axis(axis1, operation), shape.Axis(axis2, operation));
        if (axis1 == axis2)
            throw new ArgumentException($"{operation}: axis {axis1} of shape {shape} is named twice.", nameof(axis2));
        if (axis1 == shape.Rank - 2 && axis2 == shape.Rank - 1)
            return null;
        var order = new List<int>(shape.Rank);
        for (int i = 0; i < shape.Rank; i++)
        {
            if (i != axis1 && i != axis2)
                order.Add(i);
        }
        return [.. order, axis1, axis2];
    }

    /// <summary>Where a diagonal lies in a matrix laid out row by row.</summary>
    internal static int[] DiagonalIndices(int rows, int columns, int offset)
    {
        // In 64 bits: int.MinValue has no opposite.
        long row = Math.Max(-(long)offset, 0), column = Math.Max(offset, 0);
        var indices = new int[Math.Max(0, Math.Min(rows - row, columns - column))];
        for (int i = 0; i < indices.Length; i++)
            indices[i] = (int)((row + i) * columns + column + i);
        return indices;
    }
}

/// <summary>
/// A diagonal of matrices, the last two axes, as the last axis; its derivative puts the gradient on the diagonal.
/// </summary>
internal sealed class DiagonalOperator<T>(int offset) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "diagonal";

    internal override object Identity => (typeof(DiagonalOperator<T>), offset);

    internal override bool IsView => true;

    protected internal override string Describe(ReadOnlySpan<string> inputs) => $"{inputs[0]}.diagonal({offset})";

    protected override Shape InferShape(Shape x) =>
        Shape.Create([.. x.Lengths[..^2], Variable<T>.DiagonalIndices(x[^2], x[^1], offset).Length]);

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => x.Diagonal(offset, shape);

    protected internal override UnaryOperator<T> ForBatch(Shape batch) => this;

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        [Dependence.From(Dependence.Numbers(inputs[0]).Diagonal(offset, result))];

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at)
    {
        Shape matrices = at.ShapeOf(0);
        int rows = matrices[^2], columns = matrices[^1];
        return new IndexAddOperator<T>(
            gradient.Rank - 1, Indices.Of(Variable<T>.DiagonalIndices(rows, columns, offset)),
            gradient.Shape.With(gradient.Rank - 1, rows * columns)).Apply(gradient).Reshape(matrices);
    }
}

/// <summary>Matrices with zeros on one side of a diagonal; the same is done to the gradient.</summary>
internal abstract class Triangle<T>(int diagonal) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal sealed override object Identity => (GetType(), diagonal);

    internal sealed override Composition Composition => Composition.Moved;

    protected internal sealed override double Cost(ReadOnlySpan<Shape> inputs, Shape result) => Costs.Copy<T>(result);

    protected internal sealed override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.{Name}({diagonal})";

    protected sealed override Shape InferShape(Shape x) => x.Rank >= 2 ? x : throw new ArgumentException(
        $"{Name}: shape {x} is not that of matrices: it has less than two axes.");

    protected internal sealed override UnaryOperator<T> ForBatch(Shape batch) => this;

    protected internal sealed override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        [];

    protected sealed override Tensor<T> Forward(Tensor<T> x, Shape shape)
    {
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        x.CopyTo(result.NewData);
        int rows = shape[^2], columns = shape[^1];
        Span<T> tail = result.NewData;
        for (int row = 0; !tail.IsEmpty; row = row + 1 == rows ? 0 : row + 1)
        {
            int onDiagonal = (int)Math.Clamp((long)row + diagonal, -1, columns);
            tail[Cleared(onDiagonal, columns)].Clear();
            tail = tail[columns..];
        }
        return result;
    }

    /// <summary>
    /// The part of a row that becomes 0. The diagonal's own column may be -1 or the row's length: outside.
    /// </summary>
    protected abstract Range Cleared(int onDiagonal, int columns);

    protected sealed override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) => Apply(gradient);
}

/// <summary>x with zeros above a diagonal.</summary>
internal sealed class TrilOperator<T>(int diagonal) : Triangle<T>(diagonal)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "tril";

    protected override Range Cleared(int onDiagonal, int columns) => Math.Min(onDiagonal + 1, columns)..columns;
}

/// <summary>x with zeros below a diagonal.</summary>
internal sealed class TriuOperator<T>(int diagonal) : Triangle<T>(diagonal)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "triu";

    protected override Range Cleared(int onDiagonal, int columns) => 0..Math.Max(onDiagonal, 0);
}
