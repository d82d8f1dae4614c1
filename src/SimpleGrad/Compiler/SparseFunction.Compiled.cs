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
        var functions = new Cache<Shape, Traced>(MaxSpecializations);
        return new SparseFunction<T>(_linearize, x =>
        {
            var (how, function) = functions.GetOrAdd(x.Shape, () => Trace(x.Shape));
            var results = new Tensor<T>?[1];
            function.Outside.Run([x], results);
            return (how, results[0]!);
        });
    }

    private sealed record Traced(Compression How, CompiledFunction<T> Function);

    private Traced Trace(Shape shape)
    {
        Compression? how = null;
        Graph<T> graph = Tracing.Run<T>([shape], (_, x) =>
        {
            (how, Variable<T> compressed) = Compressed(x[0]);
            return [compressed];
        });
        return new Traced(how!, new CompiledFunction<T>("sparse", PassPipeline.Run(graph), memoryBudget: 0.5));
    }
}
