using System.Collections.Concurrent;

namespace SimpleGrad;

public sealed partial class SparseFunction<T>
{
    private const int MaxSpecializations = 64;

    /// <summary>
    /// The same function compiled: the structure is found, and the program made, when it is first invoked with an input
    /// of some shape; then only the numbers are computed.
    /// </summary>
    /// <remarks>The function must not read values; it may branch on shapes.</remarks>
    public SparseFunction<T> Compiled()
    {
        var functions = new ConcurrentDictionary<Shape, (Compression How, CompiledFunction<T> Function)>();
        return new SparseFunction<T>(_near, x =>
        {
            if (functions.Count >= MaxSpecializations)
                functions.Clear(); // programs whose shapes keep changing
            var (how, function) = functions.GetOrAdd(x.Shape, Trace);
            var results = new Tensor<T>?[1];
            function.Outside.Run([x], results);
            return (how, results[0]!);
        });
    }

    private (Compression, CompiledFunction<T>) Trace(Shape shape)
    {
        Compression? how = null;
        Graph<T> graph = Tracing.Run<T>([shape], (_, x) =>
        {
            (how, Variable<T> compressed) = Compressed(x[0]);
            return [compressed];
        });
        return (how!, new CompiledFunction<T>("sparse", PassPipeline.Run(graph), memoryBudget: 0.5));
    }
}
