using System.Numerics;

namespace SimpleGrad;

/// <summary>An element of one of an operator's inputs, by its number in row-major order.</summary>
internal readonly record struct ElementSource(int Input, int Index);

/// <summary>
/// Finds which elements of its inputs an operator moves or sums to which elements of its result: by running it on
/// numbers that tell elements apart.
/// </summary>
internal sealed class ElementMaps<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // So many powers of two have sums that T holds exactly.
    private static readonly int _bits = typeof(T) == typeof(double) ? 52 : 23;

    private readonly Dictionary<(object, Sequence<Shape>), ElementSource[][]> _maps = [];
    private readonly Dictionary<(Shape, Shape), int[]> _broadcasts = [];

    /// <summary>How many elements the inputs of an operator that moves elements may have together: their numbers are
    /// exact.</summary>
    public const int MaxMoved = 1 << 16;

    /// <summary>For each element of the result, in row-major order, the elements that it is the sum of.</summary>
    /// <param name="op">The operator, which moves or sums elements.</param>
    /// <param name="shapes">The shapes of its inputs.</param>
    public ElementSource[][] Of(Operator<T> op, Shape[] shapes)
    {
        var key = (op.Identity, Sequence.Of(shapes));
        if (!_maps.TryGetValue(key, out ElementSource[][]? map))
            _maps.Add(key, map = op.Composition == Composition.Moved ? Moved(op, shapes) : Summed(op, shapes));
        return map;
    }

    /// <summary>For each element of a shape the element that broadcasting brings there.</summary>
    public int[] Broadcast(Shape from, Shape to)
    {
        if (!_broadcasts.TryGetValue((from, to), out int[]? sources))
            _broadcasts.Add((from, to), sources = Dependence.Numbers(from).Expand(to).ToArray());
        return sources;
    }

    private static ElementSource[][] Moved(Operator<T> op, Shape[] shapes)
    {
        ElementSource[] all = All(shapes);
        // 0 is a zero of the operator's own.
        T[] moved = Run(op, shapes, i => T.CreateChecked(i + 1));
        return Array.ConvertAll(
            moved, number => int.CreateChecked(number) is var place && place > 0 ? [all[place - 1]]
                : Array.Empty<ElementSource>());
    }

    private static ElementSource[][] Summed(Operator<T> op, Shape[] shapes)
    {
        ElementSource[] all = All(shapes);
        List<ElementSource>[]? terms = null;
        for (int start = 0; start < all.Length; start += _bits)
        {
            T[] sums = Run(
                op, shapes, i => i >= start && i < start + _bits ? T.CreateChecked(1L << (i - start)) : T.Zero);
            terms ??= Array.ConvertAll(sums, _ => new List<ElementSource>());
            for (int i = 0; i < sums.Length; i++)
            {
                long bits = long.CreateChecked(sums[i]);
                for (int j = start; bits != 0; j++, bits >>= 1)
                {
                    if ((bits & 1) != 0)
                        terms[i].Add(all[j]);
                }
            }
        }
        return Array.ConvertAll(terms!, each => each.ToArray());
    }

    /// <summary>The elements of all inputs, counted through.</summary>
    private static ElementSource[] All(Shape[] shapes)
    {
        var all = new List<ElementSource>();
        for (int input = 0; input < shapes.Length; input++)
        {
            for (int i = 0; i < shapes[input].FlattenedLength; i++)
                all.Add(new ElementSource(input, i));
        }
        return [.. all];
    }

    private static T[] Run(Operator<T> op, Shape[] shapes, Func<int, T> number)
    {
        var inputs = new Tensor<T>[shapes.Length];
        for (int input = 0, start = 0; input < inputs.Length; start += shapes[input++].FlattenedLength)
        {
            var numbers = new T[shapes[input].FlattenedLength];
            for (int i = 0; i < numbers.Length; i++)
                numbers[i] = number(start + i);
            inputs[input] = Tensor.Create<T>(numbers, shapes[input]);
        }
        return op.ComputeOn(inputs).ToArray();
    }
}
