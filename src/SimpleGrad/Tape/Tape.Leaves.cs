using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// What no operator computes: variables to differentiate by, constants, and temporaries of aggregates.
/// </summary>
public sealed partial class Tape<T>
{
    /// <summary>Makes a variable to differentiate by.</summary>
    /// <remarks>
    /// The variable has its value to itself, whatever that is made of: writing to the variable does not change the
    /// tensor or array, nor another variable that was made of it, and the other way round. A tensor is not copied for
    /// that before one of them is written.
    /// </remarks>
    /// <param name="value">Its value.</param>
    /// <param name="name">Its name on this tape; null for a fresh one.</param>
    /// <exception cref="ArgumentException">
    /// The name is taken, or is one of those that the tape gives itself.
    /// </exception>
    public Variable<T> Variable(Tensor<T> value, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        // Each element has a place, so that it can be trained.
        return AddLeaf(LeafKind.Variable, value.ExpandedAxis() is null ? Taken(value) : value.ToNew(), name);
    }

    /// <summary>Makes a vector to differentiate by.</summary>
    /// <inheritdoc cref="Variable(Tensor{T}, string?)"/>
    public Variable<T> Variable(ReadOnlySpan<T> value, string? name = null) =>
        AddLeaf(LeafKind.Variable, Tensor.Create(value), name);

    /// <summary>Makes a single number to differentiate by.</summary>
    /// <inheritdoc cref="Variable(Tensor{T}, string?)"/>
    public Variable<T> Variable(T value, string? name = null) =>
        AddLeaf(LeafKind.Variable, Tensor.Scalar(value), name);

    /// <summary>
    /// Makes a variable of a tensor that depends on nothing. Tensors do not mix with variables unless this says so: a
    /// tensor that was computed from variables would lose its gradient without a word.
    /// </summary>
    /// <inheritdoc cref="Variable(Tensor{T}, string?)"/>
    public Variable<T> Constant(Tensor<T> value, string? name = null) =>
        AddLeaf(LeafKind.Constant, Taken(value), name);

    /// <inheritdoc cref="Constant(Tensor{T}, string?)"/>
    public Variable<T> Constant(ReadOnlySpan<T> value, string? name = null) =>
        AddLeaf(LeafKind.Constant, Tensor.Create(value), name);

    /// <inheritdoc cref="Constant(Tensor{T}, string?)"/>
    public Variable<T> Constant(T value, string? name = null) =>
        AddLeaf(LeafKind.Constant, Tensor.Scalar(value), name);

    /// <summary>
    /// Makes a variable for a value computed inside an aggregate. It must become an output of the aggregate's entry:
    /// see <see cref="RecordAggregate"/>.
    /// </summary>
    /// <inheritdoc cref="Variable(Tensor{T}, string?)"/>
    public Variable<T> Temporary(Tensor<T> value, string? name = null) =>
        AddLeaf(LeafKind.Temporary, Taken(value), name);

    /// <summary>A constant that has one number in all places; it is held once.</summary>
    internal Variable<T> Uniform(Shape shape, T number, bool isConstant = true) =>
        AddLeaf(isConstant ? LeafKind.Constant : LeafKind.Variable, Tensor.Uniform(shape, number), null);

    /// <summary>A value that a variable has to itself. In a graph it is only read, and read-only.</summary>
    private Tensor<T> Taken(Tensor<T> value, [CallerArgumentExpression(nameof(value))] string? parameter = null)
    {
        ArgumentNullException.ThrowIfNull(value, parameter);
        return TracedConstants is null ? value.Copied() : value;
    }

    private Variable<T> AddLeaf(LeafKind kind, Tensor<T> value, string? name)
    {
        ThreadGuard.Owner use = _guard.Enter();
        try
        {
            if (name is not null)
                CheckName(name);
            value.MarkOnTape();
            value.HandOut();
            if (value.IsSymbolic && kind == LeafKind.Constant)
                throw SymbolicValue.Read();
            if (!value.IsSymbolic)
                Freeze(value);
            Tensor<T> data = TracedConstants is null ? value : Tensor<T>.Symbolic(value.Shape);
            Variable<T> variable = AddVariable(data, name, Origin.OfLeaf(_entries.Count), new Leaf(kind, name));
            if (!value.IsSymbolic)
                TracedConstants?.Add(variable.Index, value);
            if (kind != LeafKind.Temporary && Trace is not null)
                Print(variable, value.ToTraceString, name);
            return variable;
        }
        finally
        {
            use.Leave();
        }
    }

    /// <summary>Makes a constant read-only that the graph of a function which is traced holds on to.</summary>
    internal void Freeze<TElement>(Tensor<TElement> constant) where TElement : unmanaged
    {
        if (_thaws is null)
            return;
        constant.Freeze();
        _thaws.Add(constant.Thaw);
    }

    /// <summary>Lets go of what was made read-only: nothing came of the graph.</summary>
    internal void Thaw()
    {
        foreach (Action thaw in _thaws!)
            thaw();
        _thaws.Clear();
    }

    /// <summary>
    /// A variable of the sweep's own that no line of the trace shows: the gradient of the loss by itself.
    /// </summary>
    internal Variable<T> AddSeed(Shape shape) => TracedConstants is null
        ? AddVariable(
            Tensor.Uniform(shape, T.One), null, Origin.OfLeaf(_entries.Count), new Leaf(LeafKind.Constant, null))
        : Uniform(shape, T.One);

    /// <summary>A variable that has a shape and no numbers, and so has all that is computed from it.</summary>
    internal Variable<T> AddSymbolic(Shape shape)
    {
        Variable<T> variable = AddVariable(
            Tensor<T>.Symbolic(shape), null, Origin.OfLeaf(_entries.Count), new Leaf(LeafKind.Variable, null));
        TracedConstants?.Add(variable.Index, variable.Data);
        return variable;
    }
}
