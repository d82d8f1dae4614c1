using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace SimpleGrad;

/// <summary>Checks indices where they come in; operators trust them.</summary>
internal static class Indices
{
    /// <summary>
    /// The indices in row-major order, all of them inside the axis, in memory that nobody else has: fresh memory for
    /// many indices costs more than to look them up.
    /// </summary>
    public static Tensor<int> Resolve(
        string operation, Tensor<int> index, int axis, Shape shape, bool fromEnd = false)
    {
        ArgumentNullException.ThrowIfNull(index);
        Tensor<int> indices = Tensor<int>.Uninitialized(Shape.Create(index.Length));
        Span<int> numbers = indices.NewData;
        index.CopyTo(numbers);
        int length = shape[axis];
        RequireInside(operation, numbers, nameof(index), axis, shape, fromEnd ? -length : 0);
        for (int i = 0; fromEnd && i < numbers.Length; i++)
            numbers[i] += numbers[i] < 0 ? length : 0;
        return indices;
    }

    /// <summary>Indices that are known to be valid.</summary>
    public static Tensor<int> Of(int[] indices) => new(new Storage<int>(indices), Shape.Create(indices.Length));

    private static void RequireInside(
        string operation, ReadOnlySpan<int> indices, string name, int axis, Shape shape, int min = 0)
    {
        // The first one that lies outside is looked for when there is one.
        if (indices.IsEmpty || AreInside(indices, shape[axis], min))
            return;
        foreach (int each in indices)
        {
            if (each < min || each >= shape[axis])
                throw new ArgumentOutOfRangeException(
                    name, each, $"{operation}: index {each} lies outside axis {axis} of shape {shape}.");
        }
    }

    private static bool AreInside(ReadOnlySpan<int> indices, int length, int min) => min == 0
        ? TensorPrimitives.Max(MemoryMarshal.Cast<int, uint>(indices)) < (uint)length // negative ones are large then
        : TensorPrimitives.Min(indices) >= min && TensorPrimitives.Max(indices) < length;

    /// <summary>The indices of a vector or a single number.</summary>
    public static Tensor<int> Vector(string operation, Tensor<int> index, int axis, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(index);
        return index.Rank <= 1
            ? Resolve(operation, index, axis, shape)
            : throw new ArgumentException(
                $"{operation}: the index is a vector, not of shape {index.Shape}.", nameof(index));
    }

    /// <summary>An index with a number for each element that is read or written.</summary>
    public static void RequireFit(string operation, Tensor<int> index, int axis, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(index);
        bool fits = index.Rank == shape.Rank;
        for (int i = 0; fits && i < shape.Rank; i++)
            fits = i == axis || index.Shape[i] <= shape[i];
        if (!fits)
            throw Misfit(operation, index, axis, shape);
        Tensor<int> indices = index.ToContiguous();
        RequireInside(operation, indices.Span, nameof(index), axis, shape);
        if (!ReferenceEquals(indices, index))
            indices.Release();
    }

    public static string Text(Tensor<int> indices) => string.Join(", ", indices.ToArray());

    public static ArgumentException Misfit(string operation, Tensor<int> index, int axis, Shape shape) => new(
        $"{operation}: an index of shape {index.Shape} does not fit axis {axis} of shape {shape}: it has as many axes, "
        + "and is not longer on the others.", nameof(index));
}
