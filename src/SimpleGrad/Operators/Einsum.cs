using System.Numerics;

namespace SimpleGrad;

public static partial class Variable
{
    /// <summary>
    /// Sums of products by Einstein's convention, as <c>torch.einsum</c>: <c>"ij,jk->ik"</c> is the matrix product,
    /// <c>"ii"</c> the trace, <c>"bij->bji"</c> a transpose of each matrix in a stack.
    /// </summary>
    /// <remarks>
    /// A letter names an axis; axes of one letter run together, and those that are not in the result are summed. A
    /// letter twice in one operand is its diagonal. <c>...</c> stands for the axes that have no letter, and they
    /// broadcast. Without an arrow the result has the axes of <c>...</c> and of the letters that occur once, in
    /// alphabetical order. Operands are combined from left to right.
    /// </remarks>
    /// <param name="equation">The letters of each operand, between commas, and of the result, after an arrow.</param>
    /// <param name="operands">At least one.</param>
    /// <exception cref="ArgumentException">The equation cannot be read, or does not fit the operands.</exception>
    public static Variable<T> Einsum<T>(string equation, params Variable<T>[] operands)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(equation);
        ArgumentNullException.ThrowIfNull(operands);
        foreach (Variable<T> operand in operands)
            ArgumentNullException.ThrowIfNull(operand, nameof(operands));
        var read = new EinsumEquation(equation, [.. operands.Select(operand => operand.Shape)]);
        Labelled<T> result = new Labelled<T>(operands[0], read.Inputs[0]).Diagonal();
        for (int i = 1; i < operands.Length; i++)
        {
            Labelled<T> next = new Labelled<T>(operands[i], read.Inputs[i]).Diagonal();
            int[] kept = [.. read.Output, .. read.Inputs.Skip(i + 1).SelectMany(labels => labels)];
            result = Labelled<T>.Contract(result, next, kept);
        }
        return result.SumAllBut(read.Output).Ordered(read.Output).Value;
    }
}

/// <summary>A variable with a label for each axis; equal labels of two of them are one axis.</summary>
internal readonly record struct Labelled<T>(Variable<T> Value, int[] Labels)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The sum over the axes that both have and that are not kept, of the products; of the other axes, first those of
    /// both, then those of the left, then those of the right operand.
    /// </summary>
    public static Labelled<T> Contract(Labelled<T> x, Labelled<T> y, int[] kept)
    {
        (x, y) = (x.WithoutOnesOf(y), y.WithoutOnesOf(x));
        (x, y) = (x.SumAllBut([.. kept, .. y.Labels]), y.SumAllBut([.. kept, .. x.Labels]));
        int[] both = [.. x.Labels.Intersect(y.Labels)];
        int[] summed = [.. both.Except(kept)], batch = [.. both.Intersect(kept)];
        int[] left = [.. x.Labels.Except(both)], right = [.. y.Labels.Except(both)];
        (x, y) = (x.Ordered([.. batch, .. left, .. summed]), y.Ordered([.. batch, .. summed, .. right]));
        Shape batchX = x.Lengths(batch), batchY = y.Lengths(batch), leftShape = x.Lengths(left);
        Shape rightShape = y.Lengths(right);
        int[] labels = [.. batch, .. left, .. right];
        if (summed.Length == 0)
        {
            Variable<T> spread = x.Value.Reshape(
                Shape.Create([.. batchX.Lengths, .. leftShape.Lengths, .. right.Select(_ => 1)]));
            Variable<T> product = spread * y.Value.Reshape(
                Shape.Create([.. batchY.Lengths, .. left.Select(_ => 1), .. rightShape.Lengths]));
            return new Labelled<T>(product, labels);
        }
        int inner = x.Lengths(summed).FlattenedLength;
        Variable<T> products = x.Value.Reshape(Shape.Create([.. batchX.Lengths, leftShape.FlattenedLength, inner]))
            .MatMul(y.Value.Reshape(Shape.Create([.. batchY.Lengths, inner, rightShape.FlattenedLength])));
        ReadOnlySpan<int> stack = products.Shape.Lengths[..^2];
        return new Labelled<T>(
            products.Reshape(Shape.Create([.. stack, .. leftShape.Lengths, .. rightShape.Lengths])), labels);
    }

    /// <summary>The diagonals of axes with the same label.</summary>
    public Labelled<T> Diagonal()
    {
        Labelled<T> part = this;
        for (int axis = 0; axis < part.Labels.Length; axis++)
        {
            int label = part.Labels[axis], other = Array.LastIndexOf(part.Labels, label);
            if (other == axis)
                continue;
            int[] axes = [.. Enumerable.Range(0, part.Labels.Length).Where(i => i != axis && i != other), axis, other];
            Variable<T> diagonal = part.Value.Permute(axes).Band(0, 0).Sum(-1);
            int[] labels = part.Labels;
            part = new Labelled<T>(diagonal, [.. axes[..^1].Select(i => labels[i])]);
            axis = -1; // the axes moved
        }
        return part;
    }

    /// <summary>Sums all axes but those of the given labels.</summary>
    public Labelled<T> SumAllBut(int[] kept)
    {
        int[] labels = Labels;
        int[] axes = [.. Enumerable.Range(0, labels.Length).Where(axis => !kept.Contains(labels[axis]))];
        return axes.Length == 0
            ? this
            : new Labelled<T>(Value.Sum(axes), [.. labels.Where(kept.Contains)]);
    }

    /// <summary>The axes in the order of the labels.</summary>
    public Labelled<T> Ordered(int[] labels)
    {
        int[] own = Labels;
        return own.AsSpan().SequenceEqual(labels)
            ? this
            : new Labelled<T>(Value.Permute([.. labels.Select(label => Array.IndexOf(own, label))]), labels);
    }

    /// <summary>Without the axes of length 1 that are longer in another operand: they broadcast.</summary>
    private Labelled<T> WithoutOnesOf(Labelled<T> other)
    {
        var lengths = new List<int>();
        var labels = new List<int>();
        foreach ((int axis, int label) in Labels.Index())
        {
            int index = Array.IndexOf(other.Labels, label);
            if (Value.Shape[axis] == 1 && index >= 0 && other.Value.Shape[index] != 1)
                continue;
            lengths.Add(Value.Shape[axis]);
            labels.Add(label);
        }
        return labels.Count == Labels.Length
            ? this
            : new Labelled<T>(Value.Reshape(Shape.Create([.. lengths])), [.. labels]);
    }

    private Shape Lengths(int[] labels)
    {
        var lengths = new int[labels.Length];
        for (int i = 0; i < lengths.Length; i++)
            lengths[i] = Value.Shape[Array.IndexOf(Labels, labels[i])];
        return Shape.Create(lengths);
    }
}
