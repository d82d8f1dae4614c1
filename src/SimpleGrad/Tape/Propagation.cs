using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// What a propagate rule sees of its entry: the values that the operator keeps, the shapes, and which gradients are
/// known and wanted.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct Propagation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tape<T> _tape;
    private readonly Operator<T> _operator;
    private readonly Keeps _keeps;
    private readonly ReadOnlySpan<int> _links;
    private readonly int _inputCount;
    private readonly Slots<T> _slots;
    private readonly bool _isAllWanted;

    internal Propagation(
        Tape<T> tape, int index, scoped in EntryRow<T> entry, Slots<T> slots,
        ReadOnlySpan<Variable<T>?> outputGradients, Span<Variable<T>?> inputGradients,
        OriginLimits<T>? limits = null)
    {
        _tape = tape;
        Limits = limits;
        Entry = index;
        _operator = entry.Operator;
        _keeps = entry.Keeps;
        _links = tape.LinksOf(entry);
        _inputCount = entry.InputCount;
        _slots = slots;
        _isAllWanted = slots.All.IsEmpty;
        OutputGradients = outputGradients;
        InputGradients = inputGradients;
    }

    /// <summary>The first input.</summary>
    public Variable<T> X => Input(0);

    /// <summary>The second input.</summary>
    public Variable<T> Y => Input(1);

    /// <summary>The third input.</summary>
    public Variable<T> Z => Input(2);

    /// <summary>The result.</summary>
    /// <exception cref="InvalidOperationException">The operator does not keep its result.</exception>
    public Variable<T> Result =>
        (_keeps & Keeps.Result) != 0 ? Kept(_links[_inputCount]) : throw NotKept("result");

    /// <summary>The shape of an input; it is known also when the value is not kept.</summary>
    /// <exception cref="InvalidOperationException">The operator has no such input.</exception>
    public Shape ShapeOf(int input) =>
        Link(input) is int row and >= 0 ? _tape.ShapeOf(row) : Shape.Scalar;

    /// <summary>An input that the operator keeps.</summary>
    /// <exception cref="InvalidOperationException">The operator does not keep this input, or has none.</exception>
    public Variable<T> Input(int input)
    {
        int link = Link(input);
        return link < 0 ? _tape.NumberOf(link)
            : _keeps.Has(input) ? Kept(link)
            : throw NotKept($"input {input}");
    }

    /// <summary>The gradient of each output; null where it is known zero.</summary>
    internal ReadOnlySpan<Variable<T>?> OutputGradients { get; }

    /// <summary>Where the rule puts the gradient of each input; null for known zero.</summary>
    internal Span<Variable<T>?> InputGradients { get; }

    internal Tape<T> Tape => _tape;

    /// <summary>Limits of second derivatives of norms; null where no sweep is under way.</summary>
    internal OriginLimits<T>? Limits { get; }

    /// <summary>The index of the entry.</summary>
    internal int Entry { get; }

    internal int InputCount => _inputCount;

    internal ReadOnlySpan<int> Links => _links;

    /// <summary>Whether the gradient of an input can reach a wanted variable.</summary>
    internal bool IsWanted(int input) =>
        _links[input] is int row and >= 0 && (_isAllWanted || _slots.IsUseful(row));

    /// <summary>For each output, whether its gradient is there; the others are known zero.</summary>
    internal bool[] KnownGradients()
    {
        var known = new bool[OutputGradients.Length];
        for (int i = 0; i < known.Length; i++)
            known[i] = OutputGradients[i] is not null;
        return known;
    }

    /// <summary>For each input, whether its gradient can reach a wanted variable.</summary>
    internal bool[] WantedGradients()
    {
        var wanted = new bool[_inputCount];
        for (int i = 0; i < wanted.Length; i++)
            wanted[i] = IsWanted(i);
        return wanted;
    }

    /// <summary>All inputs, which the operator keeps, and after them the gradients that are there.</summary>
    internal Variable<T>[] InputsAndGradients()
    {
        var all = new List<Variable<T>>(_inputCount + OutputGradients.Length);
        for (int i = 0; i < _inputCount; i++)
            all.Add(Input(i));
        foreach (Variable<T>? gradient in OutputGradients)
        {
            if (gradient is not null)
                all.Add(gradient);
        }
        return [.. all];
    }

    /// <summary>The output that an entry with several keeps.</summary>
    internal Variable<T> KeptOutput(int output) => Kept(_links[_inputCount + output]);

    private Variable<T> Kept(int row) =>
        _tape.Log.MayHaveStaleValues ? _tape.Writes!.KeptBy(Entry, row) : _tape.VariableAt(row).Kept!;

    private int Link(int input) => (uint)input < (uint)_inputCount
        ? _links[input]
        : throw new InvalidOperationException(
            $"Operator '{_operator.Name}' asks for its input {input} in propagate, but has {_inputCount}.");

    private InvalidOperationException NotKept(string role) => new(
        $"Operator '{_operator.Name}' reads its {role} in propagate but does not list it in Keeps.");
}
