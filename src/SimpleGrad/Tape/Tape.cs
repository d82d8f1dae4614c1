using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// Records computations on variables, so that gradients can be propagated back through them.
/// </summary>
/// <remarks>
/// A tape is tables: variables, entries (one for each recorded operator), and the links that say which variables an
/// entry read and made. What happens when an operator is applied is up to the <see cref="Recorder"/>. A tape is used by
/// one thread at a time.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Tape<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Table<VariableRow<T>> _variables = new();
    private Table<EntryRow<T>> _entries = new();
    private Table<int> _links = new();
    private Table<Variable<T>> _numbers = new(); // plain numbers among the inputs of entries
    private Table<int> _constants = new(); // the rows of leaves that are constants, ascending
    private ThreadGuard _guard = new();

    /// <summary>Makes an empty tape.</summary>
    /// <param name="trace">Where to print what is computed; null for nowhere.</param>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public Tape(Trace? trace = null) : this(trace, static tape => new EagerRecorder<T>(tape))
    {
    }

    /// <param name="trace">Where to print what is computed; null for nowhere.</param>
    /// <param name="root">Makes the recorder that the tape starts with.</param>
    internal Tape(Trace? trace, Func<Tape<T>, RootRecorder<T>> root)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
            throw new NotSupportedException($"A tape computes with float or double, not with {typeof(T).Name}.");
        Trace = trace;
        Recorder = Root = root(this);
    }

    /// <summary>The number of entries recorded since the tape was made or reset.</summary>
    public int Count => _entries.Count;

    /// <summary>What was recorded since the tape was made or reset, oldest first.</summary>
    public IEnumerable<TapeEntry<T>> Entries
    {
        get
        {
            int count = Count, epoch = Epoch;
            for (int i = 0; i < count && epoch == Epoch; i++)
                yield return new TapeEntry<T>(this, i);
        }
    }

    /// <summary>
    /// Whether the use of an undeclared temporary is an error, as it should be. Turn it off only to watch how such a
    /// mistake loses gradients of higher order without a word.
    /// </summary>
    [EditorBrowsable(EditorBrowsableState.Never)] // a lesson, and no setting of programs
    public bool ChecksCaptures { get; set; } = true;

    /// <summary>
    /// Whether each entry remembers the place in the program that recorded it, so that an error about a saved value
    /// can name it. That takes a walk through the stack for each operator: switch it on to look for a mistake. It holds
    /// from the next entry on.
    /// </summary>
    public bool RecordsPlaces { get; set; }

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
    /// <example><code>
    /// Variable&lt;double&gt; w = tape.Variable(Tensor.Zeros&lt;double&gt;([2, 3]), name: "w");
    /// </code></example>
    public Variable<T> Variable(Tensor<T> value, string? name = null) => AddLeaf(LeafKind.Variable, value, name);

    /// <summary>Makes a vector to differentiate by.</summary>
    /// <inheritdoc cref="Variable(Tensor{T}, string?)"/>
    public Variable<T> Variable(ReadOnlySpan<T> value, string? name = null) =>
        Root.AddLeaf(LeafKind.Variable, Tensor.Create(value), name);

    /// <summary>Makes a single number to differentiate by.</summary>
    /// <inheritdoc cref="Variable(Tensor{T}, string?)"/>
    public Variable<T> Variable(T value, string? name = null) =>
        Root.AddLeaf(LeafKind.Variable, Tensor.Scalar(value), name);

    /// <summary>
    /// Makes a variable of a tensor that depends on nothing. Tensors do not mix with variables unless this says so: a
    /// tensor that was computed from variables would lose its gradient without a word.
    /// </summary>
    /// <inheritdoc cref="Variable(Tensor{T}, string?)"/>
    /// <example><code>
    /// Variable&lt;double&gt; loss = (x - tape.Constant(data)).Square().Mean();
    /// </code></example>
    public Variable<T> Constant(Tensor<T> value, string? name = null) => AddLeaf(LeafKind.Constant, value, name);

    /// <inheritdoc cref="Constant(Tensor{T}, string?)"/>
    public Variable<T> Constant(ReadOnlySpan<T> value, string? name = null) =>
        Root.AddLeaf(LeafKind.Constant, Tensor.Create(value), name);

    /// <inheritdoc cref="Constant(Tensor{T}, string?)"/>
    public Variable<T> Constant(T value, string? name = null) =>
        Root.AddLeaf(LeafKind.Constant, Tensor.Scalar(value), name);

    /// <summary>
    /// Makes a variable for a value computed inside an aggregate. It must become an output of the aggregate's entry:
    /// see <see cref="RecordAggregate"/>.
    /// </summary>
    /// <inheritdoc cref="Variable(Tensor{T}, string?)"/>
    public Variable<T> Temporary(Tensor<T> value, string? name = null) => AddLeaf(LeafKind.Temporary, value, name);

    /// <summary>
    /// Records one entry for a body that was computed outside the tape, on tensors.
    /// </summary>
    /// <remarks>
    /// Every temporary that <paramref name="propagate"/> reads must be among the <paramref name="outputs"/>: its uses
    /// in propagate have gradients of their own, which then arrive beside the result's. One that is not declared is
    /// an error when propagate first uses it in a recorded computation.
    /// </remarks>
    /// <param name="name">The name of the aggregate, for messages.</param>
    /// <param name="inputs">The variables whose values the body read.</param>
    /// <param name="outputs">The results and the captured temporaries, each made by <see cref="Temporary"/>.</param>
    /// <param name="propagate">From output gradients to input gradients.</param>
    /// <exception cref="ArgumentException">An output was not made by <see cref="Temporary"/>, or has an entry
    /// already.</exception>
    public void RecordAggregate(
        string name, ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<Variable<T>> outputs, PropagateRule<T> propagate)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(propagate);
        using ThreadGuard.Use use = Enter();
        new AggregateOperator<T>(name, propagate).Record(this, inputs, outputs);
    }

    /// <summary>
    /// Until what it returns is disposed, operators compute without recording, and writing in place changes values
    /// only: for updates of parameters between two steps.
    /// </summary>
    /// <remarks>
    /// The functions of <c>Derivatives</c> record what they differentiate all the same.
    /// A value that an entry has saved and that is written here is an error when a gradient needs it, as it is
    /// elsewhere.
    /// </remarks>
    /// <example><code>using (tape.NoGrad()) { w.SubtractInPlace(0.1 * gradient); }</code></example>
    /// <exception cref="InvalidOperationException">A function is being traced or mapped over a batch: it is all
    /// recorded.</exception>
    public IDisposable NoGrad() => Root.OpenNoGrad();

    /// <summary>
    /// Empties the tape and restarts the names. Variables made by <see cref="Variable(Tensor{T}, string?)"/> and
    /// <see cref="Constant(Tensor{T}, string?)"/> live on and can be used again. Results of operators, gradients among
    /// them, do not: no operator takes them any more, and of their values those remain that were read before, by
    /// <see cref="Variable{T}.Value"/>, <see cref="Variable{T}.Item"/> or in a text, whatever their size.
    /// </summary>
    /// <exception cref="InvalidOperationException">Gradients are being computed on this tape.</exception>
    /// <example><code>
    /// for (int step = 0; step &lt; 100; step++)
    /// {
    ///     tape.Reset();
    ///     Variable&lt;double&gt; v = tape.Variable(data);
    ///     data -= 0.1 * tape.Grad(v.Square().Sum(), v, createGraph: false)!.Value;
    /// }
    /// </code></example>
    public void Reset()
    {
        using ThreadGuard.Use use = Enter();
        if (Step is not null)
            throw new InvalidOperationException("A tape cannot be reset while gradients are computed on it.");
        Epoch++; // first: whatever happens, nothing from before has a row
        _variables.Clear();
        _entries.Clear();
        _links.Clear();
        _numbers.Clear();
        _constants.Clear();
        Names.Clear();
        Log.Clear();
        Writes?.Clear();
        FirstSettled = 0;
        HasNotRecorded = false;
        Root.RecordsSweeps = false;
        Memory.Recycle();
    }

    internal Trace? Trace { get; }

    /// <summary>How often the tape was reset.</summary>
    internal int Epoch { get; private set; }

    /// <summary>The recorder that the tape started with: it records all that is to be recorded.</summary>
    internal RootRecorder<T> Root { get; }

    /// <summary>What decides what happens when an operator is applied.</summary>
    internal Recorder<T> Recorder { get; set; }

    /// <summary>The step of a reverse sweep that is under way; null for none.</summary>
    internal SweepStep<T>? Step { get; set; }

    /// <summary>The writes over memory that this tape knows; null as long as nobody asked.</summary>
    internal TapeWrites<T>? Writes { get; set; }

    /// <summary>Variables from this row on can be used as they are; those before may be older than a write.</summary>
    internal int FirstSettled { get; set; }

    internal NameTable Names { get; } = new();

    internal EntryLog Log { get; } = new();

    internal TapeMemory<T> Memory { get; } = new();

    /// <summary>What stands for the tape where it must not be held on to.</summary>
    internal long Id { get; } = TapeId.Next();

    /// <summary>Whether some row is of a variable that was computed without recording.</summary>
    internal bool HasNotRecorded { get; set; }

    /// <summary>What to do about a variable of another tape, where this one computes a part of what that has.</summary>
    internal string? Hint { get; set; }

    internal int VariableCount => _variables.Count;
    internal int LinkCount => _links.Count;

    internal ref readonly EntryRow<T> EntryAt(int index) => ref _entries[index];

    internal ref VariableRow<T> VariableAt(int row) => ref _variables[row];

    internal Shape ShapeOf(int row) => _variables[row].Shape;

    internal string NameOf(int row) => Names[_variables[row].Name];

    /// <summary>A plain number that an entry read, by its link.</summary>
    internal Variable<T> NumberOf(int link) => _numbers[~link];

    internal ReadOnlySpan<int> LinksOf(scoped in EntryRow<T> entry) =>
        _links.Slice(entry.FirstLink, entry.InputCount + entry.OutputCount);

    /// <summary>Whether a row is that of a constant.</summary>
    internal bool IsConstant(int row) => _constants.Slice(0, _constants.Count).BinarySearch(row) >= 0;

    /// <summary>Records an operator with a single result.</summary>
    internal Variable<T> Record(
        Operator<T> op, ReadOnlySpan<Variable<T>> inputs, Computed<T> value, string? name = null)
    {
        using ThreadGuard.Use use = Enter();
        // A call of a sealed class's method is no virtual one.
        return Recorder is EagerRecorder<T> eager
            ? eager.Record(op, inputs, value, name)
            : Recorder.Record(op, inputs, value, name);
    }

    /// <summary>Records an operator with several outputs.</summary>
    internal void RecordAll(
        Operator<T> op, ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<Tensor<T>?> values, Span<Variable<T>?> results)
    {
        using ThreadGuard.Use use = Enter();
        Recorder.RecordAll(op, inputs, values, results);
    }

    /// <summary>Begins a use of the tape by this thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ThreadGuard.Use Enter() => _guard.Enter();

    internal int AddRow(Shape shape, string? name, Origin origin)
    {
        int index = _variables.Count;
        ref VariableRow<T> row = ref _variables.Add();
        row.Shape = shape;
        row.Name = name is null ? Names.Fresh() : Names.Add(name);
        row.Origin = origin;
        return index;
    }

    /// <summary>Adds a row that is like another one, and later.</summary>
    internal int CopyRow(int row) => _variables.Add(_variables[row]);

    internal void AddConstant(int row) => _constants.Add(row);

    internal void AddLink(int link) => _links.Add(link);

    /// <summary>The link of an entry to a variable that it reads.</summary>
    internal int LinkTo(Variable<T> variable) => variable.IsNumber ? ~_numbers.Add(variable) : variable.Index;

    /// <summary>Adds the entry of the links that were added since <paramref name="firstLink"/>.</summary>
    internal void AddEntry(Operator<T> op, Keeps keeps, int firstLink, int inputs, int outputs)
    {
        Log.Note(_entries.Count);
        _entries.Add(new EntryRow<T>(op, keeps, firstLink, inputs, outputs));
        if (RecordsPlaces)
            Log.NotePlace(_entries.Count - 1);
    }

    /// <summary>Makes room for an entry and what comes with it, so that recording it cannot fail.</summary>
    internal void Reserve(int variables, int entries, int links, int numbers)
    {
        _variables.Reserve(variables);
        _entries.Reserve(entries);
        _links.Reserve(links);
        _numbers.Reserve(numbers);
        Log.Reserve(RecordsPlaces ? _entries.Count + entries : 0);
    }

    private Variable<T> AddLeaf(LeafKind kind, Tensor<T> value, string? name)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Root.AddLeaf(kind, Root.Taken(kind, value), name);
    }
}
