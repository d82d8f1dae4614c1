using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace SimpleGrad;

/// <summary>Checks indices where they come in; operators trust them.</summary>
internal static class Indices
{
    private const int Shown = 12; // in a text; of more only the ends
    private const int ShownAtEnds = 3;

    /// <summary>
    /// The indices in row-major order, all of them inside the axis, in memory that nobody else has: fresh memory for
    /// many indices costs more than to look them up.
    /// </summary>
    public static Tensor<int> Resolve(
        string operation, Tensor<int> index, int axis, Shape shape, bool fromEnd = false)
    {
        ArgumentNullException.ThrowIfNull(index);
        return new AxisIndexRule(operation, axis, shape, fromEnd).Apply(index);
    }

    /// <summary>Indices that are known to be valid.</summary>
    public static Tensor<int> Of(int[] indices) => new(new Storage<int>(indices), Shape.Create(indices.Length));

    /// <summary>The indices of a vector or a single number.</summary>
    public static Tensor<int> Vector(string operation, Tensor<int> index, int axis, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(index);
        return index.Rank <= 1
            ? Resolve(operation, index, axis, shape)
            : throw new ArgumentException(
                $"{operation}: the index is a vector, not of shape {index.Shape}.", nameof(index));
    }

    /// <summary>An index with a number for each element that is read or written: the user's own.</summary>
    public static Tensor<int> Fitting(string operation, Tensor<int> index, int axis, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(index);
        bool fits = index.Rank == shape.Rank;
        for (int i = 0; fits && i < shape.Rank; i++)
            fits = i == axis || index.Shape[i] <= shape[i];
        return fits
            ? new FittingIndexRule(operation, axis, shape).Apply(index)
            : throw Misfit(operation, index, axis, shape);
    }

    /// <summary>The same indices in one piece.</summary>
    public static Tensor<int> RowMajor(Tensor<int> index) =>
        index.IsContiguous ? index : RowMajorIndexRule.Instance.Apply(index);

    /// <summary>The indices of one call of a function.</summary>
    public static BoundIndices Bind(ReadOnlySpan<Tensor<int>> indices)
    {
        var inputs = new Tensor<int>[indices.Length];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = RowMajor(indices[i]);
        return new BoundIndices(inputs);
    }

    /// <summary>The indices for a text: the first and the last, if there are many.</summary>
    public static string Text(Tensor<int> indices)
    {
        if (indices.IsSymbolic)
            return indices.Source?.ToString() ?? "indices that are found in values";
        string[] all = Array.ConvertAll(indices.ToArray(), each => each.ToString(CultureInfo.InvariantCulture));
        string[] shown = all.Length <= Shown ? all : [.. all[..ShownAtEnds], "...", .. all[^ShownAtEnds..]];
        return $"[{string.Join(", ", shown)}]";
    }

    /// <summary>The indices for a trace, as a constant is printed there; the first and the last, if there are
    /// many.</summary>
    public static string TraceText(Tensor<int> index) =>
        index.IsSymbolic || index.Length > Shown ? Text(index) : index.ToTraceString();

    public static ArgumentException Misfit(string operation, Tensor<int> index, int axis, Shape shape) => new(
        $"{operation}: an index of shape {index.Shape} does not fit axis {axis} of shape {shape}: it has as many axes, "
        + "and is not longer on the others.", nameof(index));

    /// <summary>Refuses an index that lies outside an axis.</summary>
    /// <param name="operation">The operator, for the message.</param>
    /// <param name="indices">The indices.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="shape">The shape that it is of.</param>
    /// <param name="min">The smallest index.</param>
    public static void RequireInside(
        string operation, ReadOnlySpan<int> indices, int axis, Shape shape, int min = 0)
    {
        // The first one that lies outside is looked for when there is one.
        if (indices.IsEmpty || AreInside(indices, shape[axis], min))
            return;
        foreach (int each in indices)
        {
            if (each < min || each >= shape[axis])
                throw Outside("index", each, $"{operation}: index {each} lies outside axis {axis} of shape {shape}.");
        }
    }

    /// <summary>The error where a number of what the user calls a parameter is none of those that it may be.</summary>
    public static ArgumentOutOfRangeException Outside(string parameter, int index, string message) =>
        new(parameter, index, message);

    private static bool AreInside(ReadOnlySpan<int> indices, int length, int min) => min == 0
        ? TensorPrimitives.Max(MemoryMarshal.Cast<int, uint>(indices)) < (uint)length // negative ones are large then
        : TensorPrimitives.Min(indices) >= min && TensorPrimitives.Max(indices) < length;
}
