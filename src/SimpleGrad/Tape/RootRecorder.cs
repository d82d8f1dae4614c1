using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// The recorder that a tape starts with. It makes the leaves: what no operator computes, variables to differentiate by,
/// constants, and temporaries of aggregates.
/// </summary>
internal abstract class RootRecorder<T>(Tape<T> tape) : AppendingRecorder<T>(tape)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<NoGradScope> _scopes = [];

    /// <summary>
    /// Whether reverse sweeps are recorded in any case: what they compute may be needed for limits at zeros of norms.
    /// </summary>
    public bool RecordsSweeps { get; set; }

    /// <summary>Whether what is recorded is the trace of a function, without numbers.</summary>
    public virtual bool IsTracing => false;

    /// <summary>Whether the tape records as a new one does.</summary>
    public bool IsAsNew =>
        Tape.Recorder == this && _scopes.Count == 0 && Tape is { ChecksCaptures: true, RecordsPlaces: false };

    /// <summary>A value that a variable has to itself.</summary>
    public virtual Tensor<T> Taken(LeafKind kind, Tensor<T> value) =>
        // Each element of a variable is apart, so that it can be trained.
        kind == LeafKind.Variable && value.ExpandedAxis() is not null ? value.ToNew() : value.Copied();

    public Variable<T> AddLeaf(LeafKind kind, Tensor<T> value, string? name)
    {
        using ThreadGuard.Use use = Tape.Enter();
        if (name is not null)
            Tape.Names.Check(name);
        value.MarkOnTape();
        value.HandOut();
        if (value.IsSymbolic && kind == LeafKind.Constant)
            throw SymbolicValue.Read();
        Variable<T> variable = AddValue(value, name, new Leaf(kind, name));
        if (kind != LeafKind.Temporary && Tape.Trace is not null)
            Print(variable, value.ToTraceString, name);
        return variable;
    }

    /// <summary>
    /// A variable of a sweep's own that no line of the trace shows: the gradient of the loss by itself.
    /// </summary>
    public virtual Variable<T> AddSeed(Shape shape) =>
        AddVariable(Tensor.Uniform(shape, T.One), null, new Leaf(LeafKind.Constant, null));

    /// <summary>A leaf that has one number in all elements; it is held once.</summary>
    public Variable<T> Uniform(Shape shape, T number, LeafKind kind = LeafKind.Constant) =>
        AddLeaf(kind, Tensor.Uniform(shape, number), null);

    /// <summary>A variable that has a shape and no numbers, and so has all that is computed from it.</summary>
    public virtual Variable<T> AddSymbolic(Shape shape) =>
        AddVariable(Tensor<T>.Symbolic(shape), null, new Leaf(LeafKind.Variable, null));

    /// <summary>An operator that will be recorded has the indices, and nobody else.</summary>
    public virtual void Own(Tensor<int> indices) => Tape.Memory.Own(indices);

    /// <summary>An operator on a value without numbers has indices that the user made.</summary>
    public virtual void FreezeIndices(Tensor<int> indices)
    {
    }

    /// <summary>A variable from before the tape was reset gets a row again.</summary>
    public void Renew(Variable<T> variable, string user)
    {
        if (variable.Leaf is not { Kind: LeafKind.Variable or LeafKind.Constant } leaf)
            throw new InvalidOperationException(
                $"'{user}' uses the result of an operator from before the tape was reset. {ResetMistake.Remedy}");
        if (leaf.GivenName is not null && Tape.Names.IsTaken(leaf.GivenName))
            throw new InvalidOperationException(
                $"'{user}' uses a variable '{leaf.GivenName}' from before the tape was reset, and another variable has "
                + "taken the name since.");
        Variable<T> renewed = AddVariable(variable.Data, leaf.GivenName, leaf);
        (variable.Index, variable.Epoch) = (renewed.Index, renewed.Epoch);
        // Under its given name the variable is known from before; a fresh name says nothing.
        if (leaf.GivenName is null)
            Tape.Trace?.Assignment(variable.Name, variable.Value.ToTraceString());
    }

    /// <summary>See <see cref="Tape{T}.NoGrad"/>.</summary>
    public IDisposable OpenNoGrad()
    {
        if (Tape.Recorder.RecordsAll)
            throw new InvalidOperationException(
                "A function that is traced or mapped is all recorded, so NoGrad() cannot leave a part out. Use "
                + "Detach().");
        var scope = new NoGradScope(this, Tape.Recorder);
        _scopes.Add(scope);
        Tape.Recorder = scope.Own;
        return scope;
    }

    protected virtual Variable<T> AddValue(Tensor<T> value, string? name, Leaf leaf) =>
        AddVariable(value, name, leaf);

    protected Variable<T> AddVariable(Tensor<T> value, string? name, Leaf leaf)
    {
        int row = Tape.AddRow(value.Shape, name, Origin.OfLeaf(Tape.Count));
        if (leaf.Kind == LeafKind.Constant)
            Tape.AddConstant(row);
        return new Variable<T>(Tape, value, row, Tape.Epoch, leaf);
    }

    /// <summary>Scopes may end in any order: one that ends early is over with the last that began after it.</summary>
    private sealed class NoGradScope(RootRecorder<T> root, Recorder<T> former) : IDisposable
    {
        public Recorder<T> Own { get; } = former.NotRecording;

        private bool IsOver { get; set; }

        public void Dispose()
        {
            IsOver = true;
            while (root._scopes is [.., { IsOver: true } last])
            {
                root._scopes.RemoveAt(root._scopes.Count - 1);
                if (root.Tape.Recorder == last.Own)
                    root.Tape.Recorder = last.Former;
            }
        }

        private Recorder<T> Former => former;
    }
}
