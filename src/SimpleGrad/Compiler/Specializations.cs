using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// What became of a function for the shapes of inputs that it met: compiled once for each combination.
/// </summary>
internal sealed class Specializations<T>(Func<Shape[], CompiledFunction<T>> compile)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxCount = 256; // each keeps its graphs and kernels
    private const int MaxRecent = 16; // of those that are found without the dictionary

    private readonly Cache<ShapeKey, CompiledFunction<T>> _functions = new(MaxCount);
    private Specialization[] _recent = []; // the latest first found; replaced as a whole, since threads read it
    private Specialization? _last;

    private sealed record Specialization(Shape[] Shapes, CompiledFunction<T> Function);

    /// <summary>The shapes of the last call; null before the first.</summary>
    public Shape[]? LastShapes => _last?.Shapes;

    /// <summary>The function for the shapes of a call. Most calls have those of one of the calls before.</summary>
    public CompiledFunction<T> ForCall(ReadOnlySpan<Tensor<T>> inputs)
    {
        if (_last is { } last && HasShapes(inputs, last.Shapes))
            return last.Function;
        foreach (Specialization recent in _recent)
        {
            if (HasShapes(inputs, recent.Shapes))
            {
                _last = recent;
                return recent.Function;
            }
        }
        var shapes = new Shape[inputs.Length];
        for (int i = 0; i < shapes.Length; i++)
            shapes[i] = inputs[i].Shape;
        var found = new Specialization(shapes, For(shapes));
        _recent = [found, .. _recent.AsSpan(0, Math.Min(_recent.Length, MaxRecent - 1))];
        _last = found;
        return found.Function;
    }

    public CompiledFunction<T> For(Shape[] shapes) =>
        _functions.GetOrAdd(new ShapeKey(shapes), () => compile(shapes));

    private static bool HasShapes(ReadOnlySpan<Tensor<T>> inputs, Shape[] shapes)
    {
        if (inputs.Length != shapes.Length)
            return false;
        for (int i = 0; i < shapes.Length; i++)
        {
            if (!ReferenceEquals(inputs[i].Shape, shapes[i]) && !inputs[i].Shape.Equals(shapes[i]))
                return false;
        }
        return true;
    }
}

/// <summary>Shapes as the key of a dictionary.</summary>
internal sealed class ShapeKey(Shape[] shapes)
{
    private readonly Shape[] _shapes = shapes;

    public override bool Equals(object? obj) =>
        obj is ShapeKey other && _shapes.AsSpan().SequenceEqual(other._shapes);

    public override int GetHashCode()
    {
        int hash = 0;
        foreach (Shape shape in _shapes)
            hash = HashCode.Combine(hash, shape.GetHashCode());
        return hash;
    }
}
