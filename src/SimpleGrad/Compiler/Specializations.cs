using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// What became of a function for the shapes of inputs and indices that it was called with: compiled once for each
/// combination.
/// </summary>
internal sealed class Specializations<T>(Func<InputShapes, CompiledFunction<T>> compile)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxCount = 256; // each keeps its graphs and kernels
    private const int MaxRecent = 16; // of those that are found without the dictionary

    private readonly Cache<InputShapes, CompiledFunction<T>> _functions = new(MaxCount);
    private Specialization[] _recent = []; // the latest first found; replaced as a whole, since threads read it
    private Specialization? _last;

    private sealed record Specialization(InputShapes Shapes, CompiledFunction<T> Function);

    /// <summary>The shapes of the last call; null before the first.</summary>
    public InputShapes? LastShapes => _last?.Shapes;

    /// <summary>The function for the shapes of a call. Most calls have those of one of the calls before.</summary>
    public CompiledFunction<T> ForCall(ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<int>> indices)
    {
        if (_last is { } last && last.Shapes.AreThoseOf(inputs, indices))
            return last.Function;
        foreach (Specialization recent in _recent)
        {
            if (recent.Shapes.AreThoseOf(inputs, indices))
            {
                _last = recent;
                return recent.Function;
            }
        }
        InputShapes shapes = InputShapes.Of(inputs, indices);
        var found = new Specialization(shapes, For(shapes));
        _recent = [found, .. _recent.AsSpan(0, Math.Min(_recent.Length, MaxRecent - 1))];
        _last = found;
        return found.Function;
    }

    public CompiledFunction<T> For(InputShapes shapes) => _functions.GetOrAdd(shapes, () => compile(shapes));
}
