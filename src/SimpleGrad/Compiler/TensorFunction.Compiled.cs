namespace SimpleGrad;

public sealed partial class TensorFunction<T, TResult>
{
    /// <summary>
    /// The same function compiled: it is traced when it is first invoked with inputs of some shapes, and again for
    /// others; all that it computes, derivatives too, is one program.
    /// </summary>
    /// <remarks>
    /// The function runs on variables without numbers, so it must not read values; it may branch on shapes. What it
    /// does beside computing its result is done once for each combination of shapes, not at each call: numbers, tensors
    /// and indices from outside its inputs stay what they were then. Up to 256 combinations of shapes are kept.
    /// </remarks>
    public TensorFunction<T, TResult> Compiled() => Compiled(CompilePipeline.Default);

    /// <summary>The same function, compiled by a given pipeline.</summary>
    internal TensorFunction<T, TResult> Compiled(CompilePipeline pipeline) =>
        new(_name, _arity, _body, _pack, new CompiledRun<T>(_name, _body, pipeline));

    /// <summary>
    /// Shows what the compiled function became: the C# that a person would write, and the kernels with the memory that
    /// they move.
    /// </summary>
    /// <param name="shapes">The shapes of the inputs; null for those of the last call.</param>
    /// <param name="passes">Whether what each stage of the compiler gives is shown too.</param>
    /// <exception cref="ArgumentException">Not as many shapes as the function has inputs.</exception>
    /// <exception cref="InvalidOperationException">The function is not compiled; or there was no call yet, and no
    /// shapes are given.</exception>
    public string Explain(Shape[]? shapes = null, bool passes = false)
    {
        if (_run is not CompiledRun<T> compiled)
            throw new InvalidOperationException(
                $"'{_name}' runs operator by operator at each call: explain the function that Compiled() gives.");
        shapes ??= compiled.LastShapes ?? throw new InvalidOperationException(
            $"'{_name}' was not invoked yet: say for which shapes of the inputs to explain it.");
        CheckCount(shapes.Length, nameof(shapes));
        if (Array.Exists(shapes, shape => shape is null))
            throw new ArgumentNullException(nameof(shapes), $"The shape of an input of '{_name}' is null.");
        return compiled.Explain(shapes, passes);
    }
}
