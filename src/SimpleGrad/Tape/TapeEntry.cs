using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// One recorded operator: which variables it read and made, by name, and how gradients propagate through it.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class TapeEntry<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tape<T> _tape;
    private readonly EntryRow<T> _row;
    private readonly int _index;
    private readonly int _epoch;

    internal TapeEntry(Tape<T> tape, int index)
    {
        _tape = tape;
        _index = index;
        EntryRow<T> row = _row = tape.EntryAt(index);
        _epoch = tape.Epoch;
        ReadOnlySpan<int> links = tape.LinksOf(row);
        (Inputs, InputShapes) = Describe(links[..row.InputCount]);
        (Outputs, OutputShapes) = Describe(links[row.InputCount..]);
    }

    /// <summary>The operator's or aggregate's name.</summary>
    public string Operator => _row.Operator.Name;

    /// <summary>The names of the variables that the operator read; a plain number stands as itself.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>The names of the variables that the operator made.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>The shapes of the inputs: those that their gradients have.</summary>
    public IReadOnlyList<Shape> InputShapes { get; }

    /// <summary>The shapes of the outputs: those that their gradients have.</summary>
    public IReadOnlyList<Shape> OutputShapes { get; }

    /// <summary>
    /// Applies the chain rule of this one entry: from the gradients of its outputs to those of its inputs. Null is a
    /// known zero, on both sides. What it computes is recorded.
    /// </summary>
    /// <exception cref="ArgumentException">Not one gradient for each output, or one of another shape.</exception>
    /// <exception cref="InvalidOperationException">The tape was reset since: the entry is no longer on it.</exception>
    public Variable<T>?[] Propagate(params ReadOnlySpan<Variable<T>?> outputGradients)
    {
        if (_epoch != _tape.Epoch)
            throw new InvalidOperationException(
                $"The entry of '{Operator}' cannot propagate: its tape was reset since, and no longer has it.");
        if (outputGradients.Length != Outputs.Count)
            throw new ArgumentException(
                $"The entry of '{Operator}' has {Outputs.Count} outputs; {outputGradients.Length} gradients "
                + "were given.");
        for (int i = 0; i < outputGradients.Length; i++)
        {
            if (outputGradients[i] is { } gradient && gradient.Shape != OutputShapes[i])
                throw new ArgumentException(
                    $"The entry of '{Operator}' got a gradient of shape {gradient.Shape} for its output '{Outputs[i]}' "
                    + $"of shape {OutputShapes[i]}.");
        }
        var inputGradients = new Variable<T>?[Inputs.Count];
        var propagation = new Propagation<T>(_tape, _index, _row, default, outputGradients, inputGradients);
        _row.Operator.Propagate(ref propagation);
        return inputGradients;
    }

    /// <inheritdoc cref="Propagate(ReadOnlySpan{Variable{T}})"/>
    [OverloadResolutionPriority(1)] // so that null means one known zero
    public Variable<T>?[] Propagate(Variable<T>? outputGradient) => Propagate([outputGradient]);

    /// <summary>The entry as <c>v0 = mul(a, b)</c>.</summary>
    public override string ToString() =>
        $"{string.Join(", ", Outputs)} = {Operator}({string.Join(", ", Inputs)})";

    private (string[] Names, Shape[] Shapes) Describe(ReadOnlySpan<int> links)
    {
        var names = new string[links.Length];
        var shapes = new Shape[links.Length];
        for (int i = 0; i < links.Length; i++)
            (names[i], shapes[i]) = links[i] < 0
                ? (_tape.NumberOf(links[i]).Name, Shape.Scalar)
                : (_tape.NameOf(links[i]), _tape.ShapeOf(links[i]));
        return (names, shapes);
    }
}
