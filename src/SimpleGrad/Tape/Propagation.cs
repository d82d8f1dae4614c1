using System.Numerics;

namespace SimpleGrad;

/// <summary>What a reverse sweep knows of a variable before it starts.</summary>
internal enum Mark : byte
{
    /// <summary>No wanted variable reaches the loss through it.</summary>
    None,

    /// <summary>A wanted variable can reach the loss through it.</summary>
    Useful,

    /// <summary>It is wanted itself.</summary>
    Wanted,
}

/// <summary>What a reverse sweep holds for a variable.</summary>
internal struct Slot<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Variable<T>? Gradient;
    public Mark Mark;
}

/// <summary>
/// What a propagate rule sees of its entry: the values that the operator keeps, the shapes, and which gradients are
/// known and wanted.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct Propagation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tape<T> _tape;
    private readonly Operator<T> _operator;
    private readonly ReadOnlySpan<Link<T>> _links;
    private readonly int _inputCount;
    private readonly ReadOnlySpan<Slot<T>> _slots;

    internal Propagation(
        Tape<T> tape, scoped in EntryRow<T> entry, ReadOnlySpan<Slot<T>> slots,
        ReadOnlySpan<Variable<T>?> outputGradients, Span<Variable<T>?> inputGradients)
    {
        _tape = tape;
        _operator = entry.Operator;
        _links = tape.LinksOf(entry);
        _inputCount = entry.InputCount;
        _slots = slots;
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
    public Variable<T> Result => Kept(_inputCount);

    /// <summary>The shape of an input; it is known also when the value is not kept.</summary>
    public Shape ShapeOf(int input) => _links[input].Index is int index and >= 0 ? _tape.ShapeOf(index) : Shape.Scalar;

    /// <summary>An input that the operator keeps.</summary>
    /// <exception cref="InvalidOperationException">The operator does not keep this input.</exception>
    public Variable<T> Input(int input) => Kept(input);

    /// <summary>The gradient of each output; null where it is known zero.</summary>
    internal ReadOnlySpan<Variable<T>?> OutputGradients { get; }

    /// <summary>Where the rule puts the gradient of each input; null for known zero.</summary>
    internal Span<Variable<T>?> InputGradients { get; }

    internal Tape<T> Tape => _tape;

    internal int InputCount => _inputCount;

    internal ReadOnlySpan<Link<T>> Links => _links;

    /// <summary>Whether the gradient of an input can reach a wanted variable.</summary>
    internal bool IsWanted(int input) =>
        _links[input].Index is int index and >= 0 && (_slots.IsEmpty || _slots[index].Mark != Mark.None);

    private Variable<T> Kept(int link) => _links[link].Kept ?? throw NotKept(link);

    private InvalidOperationException NotKept(int link) => new(
        $"Operator '{_operator.Name}' reads its {(link < _inputCount ? $"input {link}" : "result")} in "
        + "propagate but does not list it in Keeps.");
}
