using System.Collections.Concurrent;
using System.Numerics;

namespace SimpleGrad;

public sealed partial class TensorFunction<T, TResult>
{
    /// <summary>
    /// The same function compiled: it is traced when it is first invoked with inputs of some shapes, and again for
    /// others; all that it computes, derivatives too, is one program.
    /// </summary>
    /// <remarks>
    /// The function runs on variables without numbers, so it must not read values; it may branch on shapes. What it
    /// does beside computing its result is done once for each combination of shapes, not at each call.
    /// </remarks>
    public TensorFunction<T, TResult> Compiled() =>
        new(_name, _arity, _body, _pack, new CompiledRun<T>(_name, _body).Run);
}

/// <summary>A function of variables, compiled for the shapes that it meets.</summary>
internal sealed class CompiledRun<T>(string name, Func<Variable<T>[], Variable<T>[]> body)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxSpecializations = 256; // each keeps its graph and kernels

    private readonly ConcurrentDictionary<ShapeKey, Specialization> _functions = new();
    private Specialization? _last;

    private sealed record Specialization(Shape[] Shapes, CompiledFunction<T> Function);

    public Tensor<T>[] Run(Tensor<T>[] inputs, Tensor<T>?[]? memory)
    {
        Tensor<T>?[] results = For(inputs).Compute(inputs, memory);
        foreach (Tensor<T>? result in results)
            result!.HandOut();
        return results!;
    }

    private CompiledFunction<T> For(Tensor<T>[] inputs)
    {
        if (_last is { } last && HasShapes(inputs, last.Shapes))
            return last.Function;
        var key = new ShapeKey(Array.ConvertAll(inputs, input => input.Shape));
        if (_functions.Count >= MaxSpecializations)
            _functions.Clear(); // programs whose shapes keep changing; what is in use lives on
        _last = _functions.GetOrAdd(key, _ => new Specialization(key.Shapes, new CompiledFunction<T>(
            name, PassPipeline.Run(Tracing.Run<T>(key.Shapes, (_, x) => body(x))), memoryBudget: 0.5)));
        return _last.Function;
    }

    private static bool HasShapes(Tensor<T>[] inputs, Shape[] shapes)
    {
        bool areSame = inputs.Length == shapes.Length;
        for (int i = 0; areSame && i < shapes.Length; i++)
            areSame = inputs[i].Shape.Equals(shapes[i]);
        return areSame;
    }
}
