using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// While a function is traced: its variables have shapes and no numbers, and what the tape records is the function's
/// graph. The graph holds on to constants, which are read-only from then on.
/// </summary>
internal sealed class TracingRecorder<T>(Tape<T> tape) : RootRecorder<T>(tape)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<Action> _thaws = [];

    public override bool RecordsAll => true;

    public override bool IsTracing => true;

    /// <summary>The values of constants, and the examples of functions that were mapped, by row.</summary>
    public Dictionary<int, Tensor<T>> Constants { get; } = [];

    /// <summary>Rows, and the rows of equal value that replace them in the graph.</summary>
    public Dictionary<int, int> Substitutes { get; } = [];

    /// <summary>A tape on which a function is traced.</summary>
    public static Tape<T> NewTape() => new(null, static tape => new TracingRecorder<T>(tape));

    /// <summary>The recorder of a tape on which a function is traced.</summary>
    public static TracingRecorder<T> Of(Tape<T> tape) => (TracingRecorder<T>)tape.Root;

    /// <summary>A value in a graph is only read, and read-only.</summary>
    public override Tensor<T> Taken(LeafKind kind, Tensor<T> value) =>
        kind == LeafKind.Variable && value.ExpandedAxis() is not null ? value.ToNew() : value;

    public override Variable<T> AddSeed(Shape shape) => Uniform(shape, T.One);

    public override Variable<T> AddSymbolic(Shape shape)
    {
        Variable<T> variable = base.AddSymbolic(shape);
        Constants.Add(variable.Index, variable.Data);
        return variable;
    }

    /// <summary>The graph keeps its operators, and they their indices.</summary>
    public override void Own(Tensor<int> indices)
    {
    }

    public override void FreezeIndices(Tensor<int> indices) => Freeze(indices);

    /// <summary>Lets go of what was made read-only: nothing came of the graph.</summary>
    public void Thaw()
    {
        foreach (Action thaw in _thaws)
            thaw();
        _thaws.Clear();
    }

    protected override Variable<T> AddValue(Tensor<T> value, string? name, Leaf leaf)
    {
        if (value.IsSymbolic)
            return AddVariable(value, name, leaf);
        Freeze(value);
        Variable<T> variable = AddVariable(Tensor<T>.Symbolic(value.Shape), name, leaf);
        Constants.Add(variable.Index, value);
        return variable;
    }

    private void Freeze<TElement>(Tensor<TElement> constant) where TElement : unmanaged
    {
        constant.Freeze();
        _thaws.Add(constant.Thaw);
    }
}
