using System.Diagnostics;
using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A value whose computation is recorded: a tensor with a name and a place on a tape. Operators on variables compute
/// their result at once and record how its gradient propagates.
/// </summary>
/// <remarks>Variables come from <see cref="Tape{T}.Variable(Tensor{T}, string?)"/> and from operators.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed partial class Variable<T> : IFormattable where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _number;
    private Tensor<T>? _tensor; // null: the value is _number, and nobody has asked for it as a tensor

    internal Variable(Tape<T>? tape, Computed<T> value, int index, int epoch, Leaf? leaf)
    {
        RecordedOn = tape;
        _tensor = value.Tensor;
        _number = value.Number;
        Index = index;
        Epoch = epoch;
        Leaf = leaf;
    }

    /// <summary>A result that is a single number; fields that stay null are not written: it would cost.</summary>
    internal Variable(Tape<T> tape, T number, int index, int epoch)
    {
        RecordedOn = tape;
        _number = number;
        Index = index;
        Epoch = epoch;
    }

    /// <summary>
    /// The value. What was read once stays as it is, unless it is written in place; the value of a result of an
    /// operator that was not read before the tape was reset is gone.
    /// </summary>
    /// <exception cref="InvalidOperationException">This is a result of an operator on a tape that was reset since, and
    /// its value was not read before.</exception>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)] // who reads it may keep it
    public Tensor<T> Value
    {
        get
        {
            NoteReading();
            Tensor<T> value = Data;
            value.HandOut();
            return value;
        }
    }

    /// <summary>The user sees the value of a result, so that it outlives a reset.</summary>
    private void NoteReading()
    {
        if (Leaf is not null || RecordedOn is null)
            return;
        if (Epoch != RecordedOn.Epoch)
            throw new InvalidOperationException(
                "This is the result of an operator on a tape that was reset since, and its value was not read before. "
                + "Read it before the Reset, with Value, Item() or by printing it: then it stays.");
        Leaf = Leaf.Seen;
    }

    /// <summary>
    /// The value for operators, which do not hold on to it: unlike <see cref="Value"/>, its memory can go back to the
    /// pool when the tape is reset.
    /// </summary>
    internal Tensor<T> Data => _tensor ?? AsTensor();

    /// <summary>The memory that the value is in; null for a single number.</summary>
    internal Storage<T>? Block => _tensor?.Block;

    /// <summary>The lengths of the value's axes.</summary>
    public Shape Shape => _tensor is null ? Shape.Scalar : _tensor.Shape;

    /// <summary>The number of axes of the value.</summary>
    public int Rank => Shape.Rank;

    /// <summary>The tape that records the computations with this variable.</summary>
    public Tape<T> Tape => RecordedOn ?? throw new InvalidOperationException("A plain number belongs to no tape.");

    /// <summary>
    /// The name, unique on its tape: the given one, or <c>v0</c>, <c>v1</c>, … in order of creation. What was computed
    /// without recording and is not used by any entry has none, and says so.
    /// </summary>
    public string Name =>
        RecordedOn is null ? TensorPrinter.FormatNumber(double.CreateChecked(Number))
        : Epoch != RecordedOn.Epoch ? Leaf?.GivenName ?? "(a variable of a tape that was reset since)"
        : HasRow ? RecordedOn.NameOf(Index)
        : "(not recorded)";

    /// <summary>The one number of a variable with a single element.</summary>
    /// <exception cref="InvalidOperationException">The value has no element, or more than one.</exception>
    public T Item()
    {
        if (!IsScalar)
            return Value.Item();
        NoteReading();
        return Number;
    }

    /// <summary>The value as PyTorch prints it, as <see cref="Tensor{T}.ToString()"/>.</summary>
    public override string ToString() => Value.ToString();

    /// <summary>The value with its numbers in a format, as <see cref="Tensor{T}.ToString(string,
    /// IFormatProvider)"/>.</summary>
    /// <inheritdoc cref="Tensor{T}.ToString(string, IFormatProvider)"/>
    public string ToString(string? format, IFormatProvider? formatProvider = null) =>
        Value.ToString(format, formatProvider);

    /// <summary>The variable in a debugger; looking at it changes nothing.</summary>
    private string DebuggerText => _tensor is null ? $"{Name} = {_number}" : $"{Name} = {_tensor.DebuggerText}";

    internal Tape<T>? RecordedOn { get; }

    /// <summary>Whether this stands for a value while a function is traced.</summary>
    internal bool IsSymbolic => _tensor is { IsSymbolic: true };

    /// <summary>Whether the value is a single number without axes.</summary>
    internal bool IsScalar => _tensor is null || _tensor.IsScalar;

    /// <summary>The value of a variable that <see cref="IsScalar"/>.</summary>
    internal T Number => _tensor is null ? _number : _tensor.ScalarValue;

    /// <summary>
    /// The row of this variable on its tape. Negative where it has none: for plain numbers, and for what was computed
    /// without recording until something asks for its row. The complement (~) is then how many rows there were.
    /// </summary>
    internal int Index { get; set; }

    internal bool HasRow => Index >= 0;

    /// <summary>How often the tape had been reset when the row was made: a row is of no use after a reset.</summary>
    internal int Epoch { get; set; }

    /// <summary>What is special about the variable; null for results of operators that nobody has looked at.</summary>
    internal Leaf? Leaf { get; private set; }

    /// <summary>
    /// Whether this is a plain C# number that takes part in an operator, or a tensor outside any tape: it has no row.
    /// </summary>
    internal bool IsNumber => RecordedOn is null;

    /// <summary>A plain number as an operand.</summary>
    /// <exception cref="OverflowException">The number is finite but too large for <typeparamref name="T"/>.</exception>
    internal static Variable<T> FromNumber(double number)
    {
        T value = T.CreateChecked(number);
        if (double.IsFinite(number) && !T.IsFinite(value))
            throw new OverflowException($"The number {number} is too large for {typeof(T).Name}.");
        return FromNumber(value);
    }

    /// <summary>The result of an operator on plain numbers: a plain number again.</summary>
    internal static Variable<T> FromNumber(Computed<T> value) => new(null, value, ~0, 0, null);

    /// <summary>The result of an operator, in a row of its tape.</summary>
    internal static Variable<T> Result(Tape<T> tape, Computed<T> value, int row) => value.Tensor is null
        ? new Variable<T>(tape, value.Number, row, tape.Epoch)
        : new Variable<T>(tape, value, row, tape.Epoch, null);

    /// <summary>
    /// A tensor as an operand that no tape knows: operators on such operands, and on plain numbers, compute and record
    /// nothing.
    /// </summary>
    internal static Variable<T> OfTensor(Tensor<T> tensor) => FromNumber(tensor);

    /// <summary>A constant where this is on a tape; else an operand that no tape knows either.</summary>
    internal Variable<T> Beside(Tensor<T> constant) => RecordedOn?.Constant(constant) ?? OfTensor(constant);

    /// <summary>Whether this is the plain number <paramref name="number"/>.</summary>
    internal bool IsTheNumber(T number) => IsNumber && IsScalar && Number == number;

    private Tensor<T> AsTensor() =>
        Interlocked.CompareExchange(ref _tensor, new Tensor<T>(_number), null) ?? _tensor;
}

/// <summary>What is special about a variable.</summary>
internal enum LeafKind
{
    /// <summary>An input of the computation, to differentiate by.</summary>
    Variable,

    /// <summary>A value that is declared not to depend on anything.</summary>
    Constant,

    /// <summary>A value computed inside an aggregate, which must become one of its outputs.</summary>
    Temporary,

    /// <summary>A value as it was before a write, which the tape itself holds on to.</summary>
    Kept,

    /// <summary>The result of an operator, whose value the user has read.</summary>
    Seen,
}

/// <param name="Kind">What is special about it: most often that no operator computed it.</param>
/// <param name="GivenName">The name that the user gave, or null.</param>
/// <param name="Write">What was written over a <see cref="LeafKind.Kept"/> value.</param>
internal sealed record Leaf(LeafKind Kind, string? GivenName, Write? Write = null)
{
    public static Leaf Seen { get; } = new(LeafKind.Seen, null);
}
