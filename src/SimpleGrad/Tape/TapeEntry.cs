using System.Diagnostics;
using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// One recorded operator: which variables it read and made, by name, and how gradients propagate through it.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
[DebuggerDisplay("{ToString(),nq}")]
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

    internal Tape<T> Tape => _tape;

    internal ref readonly EntryRow<T> Row => ref _row;

    internal int Index => _index;

    internal int Epoch => _epoch;

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
