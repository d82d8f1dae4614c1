using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// A function of variables that is compiled into one operator: a fused forward, and a fused propagate for each pattern
/// of known zeros that is used. Its propagate is an aggregate again, so that gradients of any order run compiled.
/// </summary>
/// <remarks>Made by <c>Aggregate.Compile</c>. Several threads may use one, each with a tape of its own.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Aggregate<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Specializations<T> _specializations;
    private readonly AggregateBody<T> _body;
    private readonly Signature _signature;
    private readonly CompilePipeline _pipeline;

    internal Aggregate(
        string name, AggregateBody<T> body, double memoryBudget = 0.5, CompilePipeline? pipeline = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
        MemoryBudget = memoryBudget;
        _body = body;
        _signature = new Signature(name, body.Names?.Length, body.IndexNames?.Length, "aggregate ");
        _pipeline = pipeline ?? CompilePipeline.Default;
        _specializations = new(shapes =>
        {
            Tensor<int>[] indices = IndexInput.Tensors(shapes.Indices, _body.IndexNames);
            return new CompiledFunction<T>(Name, Traced(shapes, indices, _pipeline), indices, MemoryBudget, _pipeline);
        });
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
    /// <example><code>
    /// Aggregate&lt;double&gt; lean = aggregate.WithMemoryBudget(0); // computes again in propagate what it can
    /// </code></example>
    public Aggregate<T> WithMemoryBudget(double budget)
    {
        if (!(budget is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(budget), budget, "A memory budget lies between 0 and 1.");
        return new Aggregate<T>(Name, _body, budget, _pipeline);
    }

    /// <summary>The same aggregate, compiled by another pipeline.</summary>
    internal Aggregate<T> On(CompilePipeline pipeline) =>
        new(Name, _body, MemoryBudget, pipeline);

    /// <summary>Computes the result, and records one entry on the tape of the inputs.</summary>
    /// <exception cref="ArgumentException">Not as many inputs as the function has.</exception>
    /// <exception cref="InvalidOperationException">The function has several results, or reads values; or the inputs are
    /// of two tapes.</exception>
    public Variable<T> Invoke(params ReadOnlySpan<Variable<T>> inputs) => Invoke(inputs, []);

    /// <inheritdoc cref="Invoke(ReadOnlySpan{Variable{T}})"/>
    public Variable<T> Invoke(Variable<T> x) => Invoke([x]);

    /// <inheritdoc cref="Invoke(ReadOnlySpan{Variable{T}})"/>
    public Variable<T> Invoke(Variable<T> x, Variable<T> y) => Invoke([x, y]);

    /// <inheritdoc cref="Invoke(ReadOnlySpan{Variable{T}})"/>
    public Variable<T> Invoke(Variable<T> x, Variable<T> y, Variable<T> z) => Invoke([x, y, z]);

    /// <inheritdoc cref="Invoke(ReadOnlySpan{Variable{T}})"/>
    public Variable<T> Invoke(Variable<T> x, Variable<T> y, Variable<T> z, Variable<T> w) => Invoke([x, y, z, w]);

    /// <summary>Computes the result from a variable and from indices.</summary>
    /// <param name="x">The variable.</param>
    /// <param name="index">The first tensor of indices.</param>
    /// <param name="more">The others.</param>
    /// <inheritdoc cref="Invoke(ReadOnlySpan{Variable{T}}, ReadOnlySpan{Tensor{int}})"/>
    [OverloadResolutionPriority(-1)]
    public Variable<T> Invoke(Variable<T> x, Tensor<int> index, params ReadOnlySpan<Tensor<int>> more) =>
        Invoke([x], [index, .. more]);

    /// <summary>Computes the result from two variables and from indices.</summary>
    /// <param name="x">The first variable.</param>
    /// <param name="y">The second one.</param>
    /// <param name="index">The first tensor of indices.</param>
    /// <param name="more">The others.</param>
    /// <inheritdoc cref="Invoke(ReadOnlySpan{Variable{T}}, ReadOnlySpan{Tensor{int}})"/>
    [OverloadResolutionPriority(-1)]
    public Variable<T> Invoke(
        Variable<T> x, Variable<T> y, Tensor<int> index, params ReadOnlySpan<Tensor<int>> more) =>
        Invoke([x, y], [index, .. more]);

    /// <summary>
    /// Computes the result, and records one entry on the tape of the inputs, which keeps a copy of the indices.
    /// </summary>
    /// <param name="inputs">The variables.</param>
    /// <param name="indices">The tensors of indices. They may be others at each call.</param>
    /// <exception cref="ArgumentException">Not as many inputs or indices as the function has.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside what an operator uses it for.</exception>
    /// <exception cref="InvalidOperationException">The function has several results, or reads values; or the inputs are
    /// of two tapes.</exception>
    public Variable<T> Invoke(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<Tensor<int>> indices)
    {
        if (!_body.IsSingle)
            throw new InvalidOperationException(
                $"Aggregate '{Name}' returns an array of results: call InvokeAll, which gives them all.");
        Check(inputs, indices);
        var few = new Few<Tensor<T>>();
        Span<Tensor<T>> values = CompiledFunction<T>.ValuesOf(inputs, ref few);
        Variable<T>? result = null;
        _specializations.ForCall(values, indices).Apply(
            inputs[0].Tape, inputs, values, Kept(inputs[0].Tape, indices), new Span<Variable<T>?>(ref result));
        return result!;
    }

    /// <summary>Computes all results, and records one entry on the tape of the inputs.</summary>
    /// <inheritdoc cref="Invoke(ReadOnlySpan{Variable{T}})"/>
    public Variable<T>[] InvokeAll(params ReadOnlySpan<Variable<T>> inputs) => InvokeAll(inputs, []);

    /// <summary>
    /// Computes all results, and records one entry on the tape of the inputs, which keeps a copy of the indices.
    /// </summary>
    /// <inheritdoc cref="Invoke(ReadOnlySpan{Variable{T}}, ReadOnlySpan{Tensor{int}})"/>
    public Variable<T>[] InvokeAll(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<Tensor<int>> indices)
    {
        Check(inputs, indices);
        var few = new Few<Tensor<T>>();
        Span<Tensor<T>> values = CompiledFunction<T>.ValuesOf(inputs, ref few);
        CompiledFunction<T> function = _specializations.ForCall(values, indices);
        var results = new Variable<T>?[function.Graph.Outputs.Length];
        function.Apply(inputs[0].Tape, inputs, values, Kept(inputs[0].Tape, indices), results);
        return results!;
    }

    /// <summary>
    /// Shows what the function became: the forward and each propagate that was met, as the C# that a person would
    /// write; which values are saved between them; and the kernels with the memory that they move.
    /// </summary>
    /// <param name="shapes">The shapes of the inputs; null for those of the last call.</param>
    /// <param name="options">What is shown; null for the function and its propagate.</param>
    /// <exception cref="InvalidOperationException">There was no call yet, and no shapes are given.</exception>
    /// <exception cref="ArgumentException">Not as many shapes as the function has inputs or indices, a pattern that
    /// has not one element for each output of the entry, or not one wish for each input.</exception>
    /// <example><code>
    /// Console.WriteLine(aggregate.Explain([[1000], [1000]], new() { Order = 2 }));
    /// </code></example>
    public string Explain(Shape[]? shapes = null, ExplainOptions? options = null)
    {
        options ??= new ExplainOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.Order, nameof(options));
        InputShapes? last = _specializations.LastShapes;
        shapes ??= last?.Inputs ?? throw new InvalidOperationException(
            $"Aggregate '{Name}' was not invoked yet: say for which shapes of the inputs to explain it.");
        var all = new InputShapes(shapes, options.Indices?.ToArray() ?? last?.Indices ?? []);
        bool[]? pattern = options.Pattern?.ToArray(), wanted = options.Wanted?.ToArray();
        _signature.CheckCount(shapes.Length, all.Indices.Length, nameof(shapes));
        _signature.CheckNull<Shape>(shapes, "The shape of an input", nameof(shapes));
        _signature.CheckNull<Shape>(all.Indices, "The shape of a tensor of indices", nameof(options));
        if (pattern is not null && !pattern.Contains(true))
            throw new ArgumentException(
                "A pattern in which all gradients are known zero has no propagate to explain.", nameof(options));
        if (wanted is not null && (wanted.Length != shapes.Length || !wanted.Contains(true)))
            throw new ArgumentException(
                $"Wanted says of each of {shapes.Length} inputs whether its gradient is wanted, and of one at least "
                + "that it is.", nameof(options));
        return Explanation<T>.Of(
            _specializations.For(all), _body.Names ?? [.. shapes.Select((_, i) => $"x{i}")],
            options.Passes
                ? pipeline => Traced(all, IndexInput.Tensors(all.Indices, _body.IndexNames), pipeline)
                : null,
            pattern, wanted, options.Order);
    }

    internal CompiledFunction<T> For(Shape[] shapes) => _specializations.For(new InputShapes(shapes, []));

    private void Check(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<Tensor<int>> indices)
    {
        _signature.CheckCount(inputs.Length, indices.Length);
        _signature.CheckNull(inputs, "An input", nameof(inputs));
        _signature.CheckNull(indices, "A tensor of indices", nameof(indices));
    }

    /// <summary>The indices for an entry, which the user may write to afterwards.</summary>
    private static Tensor<int>[] Kept(Tape<T> tape, ReadOnlySpan<Tensor<int>> indices)
    {
        Tensor<int>[] kept = indices.ToArray();
        if (!tape.Recorder.Records || tape.Recorder.RecordsAll)
            return kept;
        for (int i = 0; i < kept.Length; i++)
        {
            kept[i] = kept[i].ToNew();
            tape.Root.Own(kept[i]);
        }
        return kept;
    }

    private Graph<T> Traced(InputShapes shapes, Tensor<int>[] indices, CompilePipeline pipeline) =>
        pipeline.GraphOf<T>(shapes.Inputs, (_, inputs) => Checked(_body.Function(inputs, indices)));

    /// <summary>The function's results, looked at.</summary>
    private Variable<T>?[] Checked(Variable<T>?[]? results)
    {
        if (results is null)
            throw new InvalidOperationException($"The function of aggregate '{Name}' returns null.");
        if (results.Length == 0)
            throw new InvalidOperationException($"The function of aggregate '{Name}' returns no results.");
        return Array.TrueForAll(results, result => result is not null) ? results : throw new InvalidOperationException(
            $"The function of aggregate '{Name}' returns null as a result: a gradient in it is known to be zero. Ask "
            + "for zeros with tape.Grad(…, zeros: true).");
    }
}
