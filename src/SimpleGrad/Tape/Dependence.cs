namespace SimpleGrad;

/// <summary>
/// Which elements of an operator's input an element of its result can depend on, as a map of row-major indices: what
/// sparse derivatives are found by. A chain of maps is a list; the empty list says that each element depends on the one
/// of its own index.
/// </summary>
public sealed class Dependence
{
    private Dependence(Tensor<int> indices, int? count)
    {
        Indices = indices.ToArray();
        Count = count;
    }

    /// <summary>The map: see <see cref="From"/> and <see cref="To"/>.</summary>
    internal int[] Indices { get; }

    /// <summary>How many elements the result of <see cref="To"/> has; null for <see cref="From"/>.</summary>
    internal int? Count { get; }

    /// <summary>Each element of the result depends on one of the input.</summary>
    /// <param name="indices">For each element of the result, the index that it comes from; negative for none.</param>
    public static Dependence From(Tensor<int> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        return new Dependence(indices, null);
    }

    /// <summary>Each element of the input goes into one of the result.</summary>
    /// <param name="indices">For each element of the input, the index of the result that it goes into.</param>
    /// <param name="count">How many elements the result has.</param>
    public static Dependence To(Tensor<int> indices, int count)
    {
        ArgumentNullException.ThrowIfNull(indices);
        return new Dependence(indices, count);
    }

    /// <summary>No element depends on any.</summary>
    public static IReadOnlyList<Dependence> None(Shape result) => [From(Tensor.Uniform(result, -1))];

    /// <summary>The input is repeated where it is broadcast.</summary>
    public static IReadOnlyList<Dependence> Broadcast(Shape input, Shape result)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input == result ? [] : [From(Numbers(input).Expand(result))];
    }

    /// <summary>Elements depend on all that broadcast to one element of a shape.</summary>
    public static Dependence Reduce(Shape input, Shape to)
    {
        ArgumentNullException.ThrowIfNull(to);
        return To(Numbers(to).Expand(input), to.FlattenedLength);
    }

    /// <summary>Elements depend on all in their line along an axis.</summary>
    public static IReadOnlyList<Dependence> Along(int axis, Shape input, Shape result)
    {
        ArgumentNullException.ThrowIfNull(input);
        Shape kept = input.With(axis, 1);
        return [Reduce(input, kept), From(Numbers(kept).Expand(result))];
    }

    /// <summary>The indices of a shape, in it.</summary>
    internal static Tensor<int> Numbers(Shape shape)
    {
        var numbers = new int[shape.FlattenedLength];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = i;
        return Tensor.Create<int>(numbers, shape);
    }
}
