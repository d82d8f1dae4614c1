using System.Collections.Concurrent;
using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// What became of a function for the shapes of inputs that it met: compiled once for each combination.
/// </summary>
internal sealed class Specializations<T>(Func<Shape[], CompiledFunction<T>> compile)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxCount = 256; // each keeps its graphs and kernels

    private readonly ConcurrentDictionary<ShapeKey, Lazy<CompiledFunction<T>>> _functions = new();
    private Specialization? _last; // one reference, so that threads see both parts of one call

    private sealed record Specialization(Shape[] Shapes, CompiledFunction<T> Function);

    /// <summary>The shapes of the last call; null before the first.</summary>
    public Shape[]? LastShapes => _last?.Shapes;

    /// <summary>The function for the shapes of a call. Most calls have those of the one before.</summary>
    public CompiledFunction<T> ForCall<TInput>(ReadOnlySpan<TInput> inputs, Func<TInput, Shape> shapeOf)
    {
        if (_last is { } last && HasShapes(inputs, shapeOf, last.Shapes))
            return last.Function;
        var shapes = new Shape[inputs.Length];
        for (int i = 0; i < shapes.Length; i++)
            shapes[i] = shapeOf(inputs[i]);
        CompiledFunction<T> function = For(shapes);
        _last = new Specialization(shapes, function);
        return function;
    }

    public CompiledFunction<T> For(Shape[] shapes)
    {
        var key = new ShapeKey(shapes);
        if (!_functions.TryGetValue(key, out Lazy<CompiledFunction<T>>? function))
        {
            if (_functions.Count >= MaxCount)
                _functions.Clear(); // programs whose shapes keep changing; what is in use lives on
            function = _functions.GetOrAdd(key, _ => new Lazy<CompiledFunction<T>>(() => compile(shapes)));
        }
        try
        {
            return function.Value;
        }
        catch
        {
            // A lazy value remembers what went wrong; the next call is to try again.
            _functions.TryRemove(KeyValuePair.Create(key, function));
            throw;
        }
    }

    private static bool HasShapes<TInput>(
        ReadOnlySpan<TInput> inputs, Func<TInput, Shape> shapeOf, Shape[] shapes)
    {
        bool areSame = inputs.Length == shapes.Length;
        for (int i = 0; areSame && i < shapes.Length; i++)
            areSame = shapeOf(inputs[i]).Equals(shapes[i]);
        return areSame;
    }
}

/// <summary>Shapes as the key of a dictionary.</summary>
internal readonly record struct ShapeKey(Shape[] Shapes)
{
    public bool Equals(ShapeKey other) => Shapes.AsSpan().SequenceEqual(other.Shapes);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (Shape shape in Shapes)
            hash.Add(shape);
        return hash.ToHashCode();
    }
}
