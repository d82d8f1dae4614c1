using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Finds which elements of its inputs an operator moves or sums to which elements of its result: by running it on
/// numbers that tell elements apart.
/// </summary>
internal sealed class ElementMaps<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // So many powers of two have sums that T holds exactly.
    private static readonly int _bits = typeof(T) == typeof(double) ? 52 : 23;

    private readonly Dictionary<(object, Sequence<Shape>), ElementMap> _maps = [];
    private readonly Dictionary<(Shape, Shape), int[]> _broadcasts = [];

    /// <summary>How many elements the inputs of an operator that moves elements may have together: their numbers are
    /// exact.</summary>
    public const int MaxMoved = 1 << 16;

    /// <summary>For each element of the result, in row-major order, the elements that it is the sum of.</summary>
    /// <param name="op">The operator, which moves or sums elements.</param>
    /// <param name="shapes">The shapes of its inputs.</param>
    public ElementMap Of(Operator<T> op, Shape[] shapes)
    {
        var key = (op.Identity, Sequence.Of(shapes));
        if (!_maps.TryGetValue(key, out ElementMap? map))
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

    private static ElementMap Moved(Operator<T> op, Shape[] shapes)
    {
        T[] moved = Run(op, shapes, 0, place => T.CreateChecked(place + 1));
        var starts = new int[moved.Length + 1];
        var sources = new List<ElementSource>();
        for (int i = 0; i < moved.Length; i++)
        {
            // 0 is a zero of the operator's own.
            if (moved[i] != T.Zero)
                sources.Add(SourceAt(int.CreateChecked(moved[i]) - 1, shapes));
            starts[i + 1] = sources.Count;
        }
        return new ElementMap(starts, [.. sources]);
    }

    private static ElementMap Summed(Operator<T> op, Shape[] shapes)
    {
        int all = shapes.Sum(shape => shape.FlattenedLength);
        List<ElementSource>[]? terms = null;
        for (int start = 0; terms is null || start < all; start += _bits)
        {
            T[] sums = Run(
                op, shapes, start, place => place >= 0 && place < _bits ? T.CreateChecked(1L << place) : T.Zero);
            terms ??= Array.ConvertAll(sums, _ => new List<ElementSource>());
            for (int i = 0; i < sums.Length; i++)
            {
                long bits = long.CreateChecked(sums[i]);
                for (int place = start; bits != 0; place++, bits >>= 1)
                {
                    if ((bits & 1) != 0)
                        terms[i].Add(SourceAt(place, shapes));
                }
            }
        }
        var starts = new int[terms.Length + 1];
        for (int i = 0; i < terms.Length; i++)
            starts[i + 1] = starts[i] + terms[i].Count;
        return new ElementMap(starts, [.. terms.SelectMany(each => each)]);
    }

    /// <summary>An element of the inputs, whose elements are counted through.</summary>
    private static ElementSource SourceAt(int place, Shape[] shapes)
    {
        int input = 0;
        for (; place >= shapes[input].FlattenedLength; input++)
            place -= shapes[input].FlattenedLength;
        return new ElementSource(input, place);
    }

    /// <summary>Runs an operator on numbers that depend on the places of elements behind a first one.</summary>
    private static T[] Run(Operator<T> op, Shape[] shapes, int first, Func<int, T> number)
    {
        var inputs = new Tensor<T>[shapes.Length];
        for (int input = 0, start = 0; input < inputs.Length; start += shapes[input++].FlattenedLength)
        {
            var numbers = new T[shapes[input].FlattenedLength];
            for (int i = 0; i < numbers.Length; i++)
                numbers[i] = number(start + i - first);
            inputs[input] = Tensor.Create<T>(numbers, shapes[input]);
        }
        return op.ComputeOn(inputs).ToArray();
    }
}
