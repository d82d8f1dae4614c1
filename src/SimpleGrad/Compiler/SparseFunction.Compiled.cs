namespace SimpleGrad;

public sealed partial class SparseFunction<T>
{
    private const int MaxSpecializations = 64;

    /// <summary>
    /// The same function compiled: the structure is found, and the program made, when it is first invoked with an input
    /// of some shape; then only the numbers are computed.
    /// </summary>
    /// <remarks>The function must not read values; it may branch on shapes.</remarks>
    public SparseFunction<T> Compiled() => Compiled(CompilePipeline.Default);

    /// <summary>The same function, compiled by a given pipeline.</summary>
    internal SparseFunction<T> Compiled(CompilePipeline pipeline)
    {
        var functions = new Cache<Shape, Traced>(MaxSpecializations);
        return new SparseFunction<T>(_near, x =>
        {
            var (how, function) = functions.GetOrAdd(x.Shape, () => Trace(x.Shape, pipeline));
            var results = new Tensor<T>?[1];
            function.Outside.Run([x], results);
            return (how, results[0]!);
        });
    }

    private sealed record Traced(Compression How, CompiledFunction<T> Function);

    private Traced Trace(Shape shape, CompilePipeline pipeline)
    {
        Compression? how = null;
        Graph<T> graph = pipeline.GraphOf<T>([shape], (_, x) =>
        {
            (how, Variable<T> compressed) = Compressed(x[0]);
            return [compressed];
        });
        return new Traced(how!, new CompiledFunction<T>("sparse", graph, memoryBudget: 0.5, pipeline));
    }
}
