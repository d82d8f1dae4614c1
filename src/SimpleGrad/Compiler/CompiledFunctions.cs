using System.Numerics;

namespace SimpleGrad;

/// <summary>Functions of tensors, compiled.</summary>
public static class CompiledFunctions
{
    private const int MaxSpecializations = 64;

    /// <summary>
    /// The same function compiled: it is traced when it is first invoked with inputs of some shapes, and again for
    /// others; all that it computes, derivatives too, is one program.
    /// </summary>
    /// <remarks>
    /// The function runs on variables without numbers, so it must not read values; it may branch on shapes. What it
    /// does beside computing its result is done once for each combination of shapes, not at each call: numbers, tensors
    /// and indices from outside its inputs stay what they were then; what is to differ from call to call, indices too,
    /// is an input. Up to 256 combinations of shapes are kept.
    /// </remarks>
    /// <example><code>
    /// var f = TensorFunction.Of&lt;double&gt;(v =&gt; v.Sin().Sum()).Compile();
    /// Tensor&lt;double&gt; sum = f.Invoke(data);
    /// </code></example>
    public static TensorFunction<T, TResult> Compile<T, TResult>(this TensorFunction<T, TResult> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => function.Compile(CompilePipeline.Default);

    /// <summary>
    /// Shows what the compiled function became: the C# that a person would write, and the kernels with the memory that
    /// they move.
    /// </summary>
    /// <param name="function">The compiled function.</param>
    /// <param name="shapes">The shapes of the inputs; null for those of the last call.</param>
    /// <param name="options">What is shown; a function of tensors has no propagate, so neither order nor pattern is
    /// asked for.</param>
    /// <exception cref="ArgumentException">Not as many shapes as the function has inputs or indices, or options that
    /// say something of a propagate.</exception>
    /// <exception cref="InvalidOperationException">The function is not compiled; or there was no call yet, and no
    /// shapes are given.</exception>
    public static string Explain<T, TResult>(
        this TensorFunction<T, TResult> function, Shape[]? shapes = null, ExplainOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        if (function.Run is not CompiledRun<T> compiled)
            throw new InvalidOperationException(
                $"'{function.Name}' runs operator by operator at each call: explain the function that Compile() "
                + "gives.");
        shapes ??= compiled.LastShapes?.Inputs ?? throw new InvalidOperationException(
            $"'{function.Name}' was not invoked yet: say for which shapes of the inputs to explain it.");
        if (options is { Pattern: not null } or { Wanted: not null } or { Order: not 1 })
            throw new ArgumentException(
                $"'{function.Name}' is a function of tensors, whose derivatives are functions of their own: its "
                + "explanation has no order, no pattern and no wanted gradients. Explain the aggregate, or the "
                + "derivative.", nameof(options));
        Shape[] indices = options?.Indices?.ToArray() ?? compiled.LastShapes?.Indices ?? [];
        Signature signature = function.Signature;
        signature.CheckCount(shapes.Length, indices.Length, nameof(shapes));
        signature.CheckNull<Shape>(shapes, "The shape of an input", nameof(shapes));
        signature.CheckNull<Shape>(indices, "The shape of a tensor of indices", nameof(options));
        return compiled.Explain(new InputShapes(shapes, indices), options is { Passes: true });
    }

    /// <summary>
    /// The same function compiled: the structure is found, and the program made, when it is first invoked with an input
    /// of some shape; then only the numbers are computed.
    /// </summary>
    /// <remarks>The function must not read values; it may branch on shapes.</remarks>
    public static SparseFunction<T> Compile<T>(this SparseFunction<T> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => function.Compile(CompilePipeline.Default);

    /// <summary>The same function, compiled by a given pipeline.</summary>
    internal static TensorFunction<T, TResult> Compile<T, TResult>(
        this TensorFunction<T, TResult> function, CompilePipeline pipeline)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return function.RunBy(new CompiledRun<T>(function.Name, function.Values, pipeline));
    }

    /// <summary>The same function, compiled by a given pipeline.</summary>
    internal static SparseFunction<T> Compile<T>(this SparseFunction<T> function, CompilePipeline pipeline)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var programs = new Cache<InputShapes, SparseProgram<T>>(MaxSpecializations);
        return function.RunBy((inputs, indices) =>
        {
            InputShapes shapes = InputShapes.Of(inputs, indices);
            SparseProgram<T> program = programs.GetOrAdd(shapes, () => ProgramOf(function, shapes, pipeline));
            var results = new Tensor<T>?[1];
            program.Function.Outside.Run(inputs, indices, results);
            return (program.How, results[0]!);
        });
    }

    private static SparseProgram<T> ProgramOf<T>(
        SparseFunction<T> function, InputShapes shapes, CompilePipeline pipeline)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Compression? how = null;
        Tensor<int>[] indices = IndexInput.Tensors(shapes.Indices);
        Graph<T> graph = pipeline.GraphOf<T>(shapes.Inputs, (_, x) =>
        {
            (how, Variable<T> compressed) = function.Compressed(x, indices);
            return [compressed];
        });
        return new SparseProgram<T>(
            how!, new CompiledFunction<T>("sparse", graph, indices, memoryBudget: 0.5, pipeline));
    }

    private sealed record SparseProgram<T>(Compression How, CompiledFunction<T> Function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
