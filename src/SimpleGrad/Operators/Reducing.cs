using System.Numerics;

namespace SimpleGrad;

/// <summary>An operator that takes axes away: those given, or all where <paramref name="axes"/> is null.</summary>
internal abstract class Reducing<T>(int[]? axes, bool keepDims) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected internal sealed override string Describe(ReadOnlySpan<string> inputs)
    {
        string[] arguments = [.. Arguments, .. Array.ConvertAll(axes ?? [], axis => $"{axis}")];
        return $"{inputs[0]}.{Name}({string.Join(", ", keepDims ? [.. arguments, "keepdims"] : arguments)})";
    }

    protected internal sealed override string Code(ReadOnlySpan<string> inputs)
    {
        string along = axes is [var axis] ? $"{axis}" : axes is null ? "" : $"[{string.Join(", ", axes)}]";
        string[] arguments = [.. Arguments, along, keepDims ? "keepDims: true" : ""];
        return $"{inputs[0]}.{Method}({string.Join(", ", arguments.Where(argument => argument.Length > 0))})";
    }

    internal override object Identity => (GetType(), Sequence.Of(axes), keepDims);

    /// <summary>The operator on two elements that the reduction repeats; null where it is no such repetition.</summary>
    protected virtual Operator<T>? Repeated => null;

    internal override Parts? AlongLast(
        ElementWriter<T> writer, Parts[] inputs, ReadOnlySpan<Shape> shapes, Shape result)
    {
        int[] reduced = AxesOf(shapes[0]);
        int last = shapes[0].Rank - 1;
        if (inputs[0].IsWhole || Repeated is not { } repeated)
            return null;
        if (Array.IndexOf(reduced, last) < 0)
        {
            Reducing<T> same = Along(reduced, keepDims)!;
            return Parts.Along(Array.ConvertAll(inputs[0].Nodes, node => writer.Apply(same, node)));
        }
        int node = Reducing.Fold(writer, repeated, inputs[0].Nodes);
        if (reduced.Length > 1)
            node = writer.Apply(Along(Array.FindAll(reduced, axis => axis != last), keepDims)!, node);
        return keepDims ? Parts.Along(node) : Parts.Whole(node);
    }

    internal override Operator<T>? ForLanes(ReadOnlySpan<Shape> inputs, Shape result, int length) =>
        Reduced(inputs[0])[^1] ? null : this;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elements(inputs[0].FlattenedLength, Costs.Read);

    /// <summary>What a trace shows before the axes.</summary>
    protected virtual string[] Arguments => [];

    protected override Shape InferShape(Shape x) => x.Reduce(Reduced(x), keepDims);

    protected bool[] Reduced(Shape x) => Axes.Reduced(x, axes, axes is null, Name);

    /// <summary>The same reduction along other axes; null where it has none.</summary>
    protected abstract Reducing<T>? Along(int[] axes, bool keepDims);

    protected internal sealed override UnaryOperator<T>? ForBatch(Shape batch) =>
        Along(Array.ConvertAll(AxesOf(batch.Without(0)), axis => axis + 1), keepDims);

    protected internal sealed override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        [Dependence.Reduce(inputs[0], inputs[0].Reduce(Reduced(inputs[0]), keepDims: true))];

    /// <summary>The axes that are taken away, counted from 0.</summary>
    protected int[] AxesOf(Shape x)
    {
        bool[] reduced = Reduced(x);
        var result = new List<int>();
        for (int i = 0; i < reduced.Length; i++)
        {
            if (reduced[i])
                result.Add(i);
        }
        return [.. result];
    }

    /// <summary>A result stretched back to the shape of the input.</summary>
    protected Variable<T> Stretch(Variable<T> result, Shape input)
    {
        Shape kept = input.Reduce(Reduced(input), keepDims: true);
        // A single number expands to any shape at once.
        return (result.Rank == 0 ? result : result.Reshape(kept)).Expand(input);
    }
}

internal static class Reducing
{
    /// <summary>What an operator makes of parts, from the first one on.</summary>
    public static int Fold<T>(ElementWriter<T> writer, Operator<T> op, int[] parts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int result = parts[0];
        for (int i = 1; i < parts.Length; i++)
            result = writer.Apply(op, result, parts[i]);
        return result;
    }

    /// <summary>How many elements each result of a reduction comes from.</summary>
    public static int Count(Shape shape, int[] axes, string operation = "mean")
    {
        bool[] reduced = Axes.Reduced(shape, axes, false, operation);
        int count = 1;
        for (int i = 0; i < reduced.Length; i++)
            count *= reduced[i] ? shape[i] : 1;
        return count;
    }
}
