using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A function of variables that is compiled into one operator: a fused forward, and a fused propagate for each pattern
/// of known zeros that is met. Its propagate is an aggregate again, so that gradients of any order run compiled.
/// </summary>
/// <remarks>Made by <c>Aggregate.Compile</c>. Several threads may use one, each with a tape of its own.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Aggregate<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Specializations<T> _specializations;
    private readonly string[]? _names; // of the inputs; null for any number of inputs
    private readonly bool _isSingle;
    private readonly Func<Variable<T>[], Variable<T>?[]> _function;
    private readonly CompilePipeline _pipeline;

    internal Aggregate(
        string name, string[]? names, bool isSingle, Func<Variable<T>[], Variable<T>?[]> function,
        double memoryBudget = 0.5, CompilePipeline? pipeline = null)
    {
        MemoryBudget = memoryBudget;
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(function);
        Name = name;
        _names = names;
        _isSingle = isSingle;
        _function = function;
        _pipeline = pipeline ?? CompilePipeline.Default;
        _specializations = new(
            shapes => new CompiledFunction<T>(Name, _pipeline.GraphOf<T>(shapes, Checked), MemoryBudget, _pipeline));
    }

    /// <summary>The name in traces and messages.</summary>
    public string Name { get; }

    /// <summary>
    /// How memory is traded for time: with 1, all that propagate reads is saved; with 0, what can be is computed again;
    /// with 0.5, what takes the least time by an estimate.
    /// </summary>
    public double MemoryBudget { get; }

    /// <summary>The same aggregate with another <see cref="MemoryBudget"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The budget is not between 0 and 1.</exception>
    public Aggregate<T> WithMemoryBudget(double budget)
    {
        if (!(budget is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(budget), budget, "A memory budget lies between 0 and 1.");
        return new Aggregate<T>(Name, _names, _isSingle, _function, budget, _pipeline);
    }

    /// <summary>The same aggregate, compiled by another pipeline.</summary>
    internal Aggregate<T> On(CompilePipeline pipeline) =>
        new(Name, _names, _isSingle, _function, MemoryBudget, pipeline);

    /// <summary>Computes the result, and records one entry on the tape of the inputs.</summary>
    /// <exception cref="ArgumentException">Not as many inputs as the function has.</exception>
    /// <exception cref="InvalidOperationException">The function has several results, or reads values; or the inputs are
    /// of two tapes.</exception>
    public Variable<T> Invoke(params ReadOnlySpan<Variable<T>> inputs)
    {
        if (!_isSingle)
            throw new InvalidOperationException(
                $"Aggregate '{Name}' returns an array of results: call InvokeAll, which gives them all.");
        Check(inputs);
        var few = new Few<Tensor<T>>();
        Span<Tensor<T>> values = CompiledFunction<T>.ValuesOf(inputs, ref few);
        Variable<T>? result = null;
        _specializations.ForCall(values).Apply(inputs[0].Tape, inputs, values, new Span<Variable<T>?>(ref result));
        return result!;
    }

    /// <summary>Computes all results, and records one entry on the tape of the inputs.</summary>
    /// <inheritdoc cref="Invoke"/>
    public Variable<T>[] InvokeAll(params ReadOnlySpan<Variable<T>> inputs)
    {
        Check(inputs);
        var few = new Few<Tensor<T>>();
        Span<Tensor<T>> values = CompiledFunction<T>.ValuesOf(inputs, ref few);
        CompiledFunction<T> function = _specializations.ForCall(values);
        var results = new Variable<T>?[function.Graph.Outputs.Length];
        function.Apply(inputs[0].Tape, inputs, values, results);
        return results!;
    }

    /// <summary>
    /// Shows what the function became: the forward and each propagate that was met, as the C# that a person would
    /// write; which values are saved between them; and the kernels with the memory that they move.
    /// </summary>
    /// <param name="shapes">The shapes of the inputs; null for those of the last call.</param>
    /// <param name="pattern">The only pattern of known zeros to show: for each output of the entry (the results, then
    /// the saved values) whether its gradient is there. Null for those that were met.</param>
    /// <param name="order">How often the function is differentiated; with 2, the propagate of propagate is
    /// shown.</param>
    /// <param name="passes">Whether what each stage of the compiler gives is shown too.</param>
    /// <param name="wanted">For each input, whether its gradient is wanted: another thing on which propagate depends.
    /// Null for all, or those that were met.</param>
    /// <exception cref="InvalidOperationException">There was no call yet, and no shapes are given.</exception>
    /// <exception cref="ArgumentException">The pattern has not one element for each output of the entry, or
    /// <paramref name="wanted"/> not one for each input.</exception>
    public string Explain(
        Shape[]? shapes = null, bool[]? pattern = null, int order = 1, bool passes = false, bool[]? wanted = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(order);
        shapes ??= _specializations.LastShapes ?? throw new InvalidOperationException(
            $"Aggregate '{Name}' was not invoked yet: say for which shapes of the inputs to explain it.");
        CheckCount(shapes.Length, nameof(shapes));
        if (Array.Exists(shapes, shape => shape is null))
            throw new ArgumentNullException(nameof(shapes), $"The shape of an input of aggregate '{Name}' is null.");
        if (pattern is not null && !pattern.Contains(true))
            throw new ArgumentException(
                "A pattern in which all gradients are known zero has no propagate to explain.", nameof(pattern));
        if (wanted is not null && (wanted.Length != shapes.Length || !wanted.Contains(true)))
            throw new ArgumentException(
                $"wanted says of each of {shapes.Length} inputs whether its gradient is wanted, and of one at least "
                + "that it is.", nameof(wanted));
        return Explanation<T>.Of(
            For(shapes), InputNames(shapes.Length),
            passes ? pipeline => pipeline.GraphOf<T>(shapes, Checked) : null, pattern, wanted, order);
    }

    private string[] InputNames(int count) => _names ?? [.. Enumerable.Range(0, count).Select(i => $"x{i}")];

    private void Check(ReadOnlySpan<Variable<T>> inputs)
    {
        CheckCount(inputs.Length, nameof(inputs));
        foreach (Variable<T> input in inputs)
        {
            if (input is null)
                throw new ArgumentNullException(nameof(inputs), $"An input of aggregate '{Name}' is null.");
        }
    }

    private void CheckCount(int count, string parameter)
    {
        if (count == 0 || count != (_names?.Length ?? count))
            throw new ArgumentException(
                $"Aggregate '{Name}' takes {Expected()}, not {count}.", parameter);

        string Expected() =>
            _names?.Length switch { null => "at least one input", 1 => "1 input", var n => $"{n} inputs" };
    }

    internal CompiledFunction<T> For(Shape[] shapes) => _specializations.For(shapes);

    /// <summary>The function, whose results are looked at.</summary>
    private Variable<T>?[] Checked(Tape<T> tape, Variable<T>[] inputs)
    {
        Variable<T>?[] results = _function(inputs) ?? throw new InvalidOperationException(
            $"The function of aggregate '{Name}' returns null.");
        if (results.Length == 0)
            throw new InvalidOperationException($"The function of aggregate '{Name}' returns no results.");
        return Array.TrueForAll(results, result => result is not null) ? results : throw new InvalidOperationException(
            $"The function of aggregate '{Name}' returns null as a result: a gradient in it is known to be zero. Ask "
            + "for zeros with tape.Grad(…, zeros: true).");
    }
}
