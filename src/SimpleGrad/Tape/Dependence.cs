namespace SimpleGrad;

/// <summary>
/// Which elements of an operator's input an element of its result can depend on, as a map of row-major places. A chain
/// of maps is a list; the empty list says that each element depends on the one in its own place.
/// </summary>
internal sealed class Dependence
{
    private Dependence(Tensor<int> places, int? count)
    {
        Places = places.ToArray();
        Count = count;
    }

    /// <summary>The map: see <see cref="From"/> and <see cref="To"/>.</summary>
    public int[] Places { get; }

    /// <summary>How many places the result of <see cref="To"/> has; null for <see cref="From"/>.</summary>
    public int? Count { get; }

    /// <summary>For each place of the result, the place it comes from; negative for none.</summary>
    public static Dependence From(Tensor<int> places) => new(places, null);

    /// <summary>For each place of the input, the place of the result that it goes into.</summary>
    public static Dependence To(Tensor<int> places, int count) => new(places, count);

    /// <summary>No element depends on any.</summary>
    public static IReadOnlyList<Dependence> None(Shape result) => [From(Tensor.Uniform(result, -1))];

    /// <summary>The input is repeated where it is broadcast.</summary>
    public static IReadOnlyList<Dependence> Broadcast(Shape input, Shape result) =>
        input == result ? [] : [From(Numbers(input).Expand(result))];

    /// <summary>Elements depend on all that broadcast to one place of a shape.</summary>
    public static Dependence Reduce(Shape input, Shape to) => To(Numbers(to).Expand(input), to.FlattenedLength);

    /// <summary>Elements depend on all in their line along an axis.</summary>
    public static IReadOnlyList<Dependence> Along(int axis, Shape input, Shape result)
    {
        Shape kept = input.With(axis, 1);
        return [Reduce(input, kept), From(Numbers(kept).Expand(result))];
    }

    /// <summary>The places of a shape, in it.</summary>
    public static Tensor<int> Numbers(Shape shape)
    {
        var numbers = new int[shape.FlattenedLength];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = i;
        return Tensor.Create<int>(numbers, shape);
    }
}
