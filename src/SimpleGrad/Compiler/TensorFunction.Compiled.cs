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
    /// does beside computing its result is done once for each combination of shapes, not at each call: numbers, tensors
    /// and indices from outside its inputs stay what they were then. Up to 256 combinations of shapes are kept.
    /// </remarks>
    public TensorFunction<T, TResult> Compiled() =>
        new(_name, _arity, _body, _pack, new CompiledRun<T>(_name, _body));

    /// <summary>
    /// Shows what the compiled function became: the C# that a person would write, and the kernels with the memory that
    /// they move.
    /// </summary>
    /// <param name="shapes">The shapes of the inputs; null for those of the last call.</param>
    /// <param name="passes">Whether the graph is shown after each pass.</param>
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

/// <summary>A function of variables, compiled for the shapes that it meets.</summary>
internal sealed class CompiledRun<T>(string name, Func<Variable<T>[], Variable<T>[]> body) : ITensorRun<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Specializations<T> _specializations = new(shapes => new CompiledFunction<T>(
        name, PassPipeline.Run(Trace(body, shapes)), memoryBudget: 0.5));

    /// <summary>The shapes of the last call; null before the first.</summary>
    public Shape[]? LastShapes => _specializations.LastShapes;

    public string Explain(Shape[] shapes, bool passes) => Explanation<T>.Of(
        _specializations.For(shapes), [.. shapes.Select((_, i) => $"x{i}")], passes ? Trace(body, shapes) : null,
        pattern: null, wanted: null, order: 0);

    public Tensor<T>[] Run(ReadOnlySpan<Tensor<T>> inputs)
    {
        Program<T> program = _specializations.ForCall(inputs).Outside;
        var results = new Tensor<T>?[program.OutputCount];
        try
        {
            Run(program, results, inputs);
            return results!;
        }
        catch (CoincidingEigenvaluesException)
        {
            // Which limits are needed there depends on the values, so that no program has them.
            return new TapeRun<T>(name, body).Run(inputs);
        }
    }

    public void RunInto(Tensor<T>?[] results, ReadOnlySpan<Tensor<T>> inputs)
    {
        CompiledFunction<T> function = _specializations.ForCall(inputs);
        ResultMemory.CheckFit(name, results, function.ResultShapes);
        foreach (Tensor<T>? result in results)
        {
            if (result is { Rank: > 0, IsOnTape: true })
                result.NoteWrite("InvokeInto");
        }
        try
        {
            Run(function.Outside, results, inputs);
        }
        catch (CoincidingEigenvaluesException)
        {
            new TapeRun<T>(name, body).RunInto(results, inputs);
        }
    }

    private static void Run(Program<T> program, Tensor<T>?[] results, ReadOnlySpan<Tensor<T>> inputs)
    {
        if (program.MayGiveViews)
            RunApart(program, results, inputs);
        else
            program.Run(inputs, results);
        foreach (Tensor<T>? result in results)
            result!.HandOut();
    }

    /// <summary>Copies results that lie in an input, or in another result.</summary>
    private static void RunApart(Program<T> program, Tensor<T>?[] results, ReadOnlySpan<Tensor<T>> inputs)
    {
        Tensor<T>?[] values = [.. results];
        program.Run(inputs, values);
        for (int i = 0; i < values.Length; i++)
        {
            if (results[i] is not { Rank: > 0 })
                results[i] = ResultMemory.OfItsOwn(values[i]!, inputs, results.AsSpan(0, i));
        }
    }

    private static Graph<T> Trace(Func<Variable<T>[], Variable<T>[]> body, Shape[] shapes) =>
        Tracing.Run<T>(shapes, (_, x) => body(x));
}
