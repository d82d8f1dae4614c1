using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Records computations on variables, so that gradients can be propagated back through them.
/// </summary>
/// <remarks>
/// A tape is three tables: variables, entries (one for each recorded operator), and the links that say which
/// variables an entry read and made. A tape is used by one thread at a time.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed partial class Tape<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly HashSet<string> _givenNames = [];
    private Table<string> _names = new(); // those that were given
    private Table<VariableRow<T>> _variables = new();
    private Table<EntryRow<T>> _entries = new();
    private Table<int> _links = new();
    private Table<Variable<T>> _numbers = new(); // plain numbers among the inputs of entries
    private Table<Storage<T>> _storages = new(); // to go back to the pool on a reset
    private Table<Storage<int>> _indices = new(); // of operators, to go back too
    private Table<Storage<T>> _swept = new(); // to go back once the step of a sweep is over, if nothing is in them
    private Table<int> _constants = new(); // the rows of leaves that are constants, ascending
    private ThreadGuard _guard = new();
    private List<Action>? _thaws; // while a function is traced: undo what made its constants read-only
    private bool _isWatched; // whether there is more to do for an entry than to record it
    private int _freshNames;
    private int _epoch;

    /// <summary>Makes an empty tape.</summary>
    /// <param name="trace">Where to print what is computed; null for nowhere.</param>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public Tape(Trace? trace = null)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
            throw new NotSupportedException($"A tape computes with float or double, not with {typeof(T).Name}.");
        Trace = trace;
        _isWatched = trace is not null;
    }

    /// <summary>A tape on which a function is traced: its variables have shapes and no numbers.</summary>
    internal static Tape<T> ForTracing() => new() { TracedConstants = [], _thaws = [] };

    /// <summary>The number of entries recorded since the tape was made or reset.</summary>
    public int Count => _entries.Count;

    /// <summary>What was recorded since the tape was made or reset, oldest first.</summary>
    public IEnumerable<TapeEntry<T>> Entries
    {
        get
        {
            int count = Count, epoch = _epoch;
            for (int i = 0; i < count && epoch == _epoch; i++)
                yield return new TapeEntry<T>(this, i);
        }
    }

    internal Trace? Trace { get; }

    /// <summary>While a function is traced, the values of its constants by row; else null.</summary>
    internal Dictionary<int, Tensor<T>>? TracedConstants { get; private init; }

    /// <summary>While a function is traced, the rows that stand in the graph for others of the same value.</summary>
    internal Dictionary<int, int> Substitutes { get; } = [];

    /// <summary>How often the tape was reset.</summary>
    internal int Epoch => _epoch;

    internal ref readonly EntryRow<T> EntryAt(int index) => ref _entries[index];

    internal ref readonly VariableRow<T> VariableAt(int index) => ref _variables[index];

    /// <summary>Whether some row is of a variable that was computed without recording.</summary>
    internal bool HasNotRecorded { get; private set; }

    /// <summary>How many reverse sweeps are under way, one inside the other.</summary>
    internal int ActiveSweeps { get; set; }

    /// <summary>
    /// Whether operators append entries; off while gradients are computed that need none of their own.
    /// </summary>
    internal bool IsRecording { get; set; } = true;

    /// <summary>What to do about a variable of another tape, for the error; null for what is usual.</summary>
    internal string? Hint { get; set; }

    /// <summary>Whether what is on the tape is part of a computation on another tape, from which gradients come.
    /// </summary>
    internal bool IsPart => Hint is not null;

    /// <summary>Whether a row is that of a constant.</summary>
    internal bool IsConstant(int row) => _constants.Slice(0, _constants.Count).BinarySearch(row) >= 0;

    /// <summary>Whether entries keep all variables that they read and made, so that they can be run again.</summary>
    internal bool KeepsAll { get; set; }

    /// <summary>
    /// Empties the tape and restarts the names. Variables made by <see cref="Variable(Tensor{T}, string?)"/> and
    /// <see cref="Constant(Tensor{T}, string?)"/> live on and can be used again. Results of operators, gradients among
    /// them, do not: no operator takes them any more, and of their values those remain that were read before, by
    /// <see cref="Variable{T}.Value"/>, <see cref="Variable{T}.Item"/> or in a text, whatever their size.
    /// </summary>
    /// <exception cref="InvalidOperationException">Gradients are being computed on this tape.</exception>
    public void Reset()
    {
        ThreadGuard.Owner use = _guard.Enter();
        try
        {
            if (ActiveSweeps > 0)
                throw new InvalidOperationException("A tape cannot be reset while gradients are computed on it.");
            _epoch++; // first: whatever happens, nothing from before has a row
            _variables.Clear();
            _entries.Clear();
            _links.Clear();
            _numbers.Clear();
            _names.Clear();
            _givenNames.Clear();
            _constants.Clear();
            ForgetWrites();
            _freshNames = 0;
            HasNotRecorded = false;
            RecordsSweeps = false;
            RecycleFrom(ref _storages, 0);
            RecycleFrom(ref _indices, 0);
        }
        finally
        {
            use.Leave();
        }
    }

    private static void RecycleFrom<TElement>(ref Table<Storage<TElement>> storages, int first)
        where TElement : unmanaged
    {
        try
        {
            for (int i = first; i < storages.Count; i++)
                storages[i].Recycle();
        }
        finally
        {
            storages.Truncate(first); // a block that goes back twice would be two tensors'
        }
    }

    /// <summary>Records one operator with a single result, and prints its trace line.</summary>
    internal Variable<T> Record(
        Operator<T> op, ReadOnlySpan<Variable<T>> inputs, Computed<T> value, string? name = null)
    {
        ThreadGuard.Owner use = _guard.Enter();
        try
        {
            foreach (Variable<T> input in inputs)
            {
                if (!IsOrdinary(input))
                    Use(input, op.Name, IsRecording);
            }
            if (name is not null)
                CheckName(name);
            if (!IsRecording)
                return NotRecorded(op, inputs, value, name);

            int firstLink = _links.Count;
            Keeps keeps = KeepsAll ? Keeps.Inputs | Keeps.Result : op.Keeps;
            for (int i = 0; i < inputs.Length; i++)
            {
                AddLink(inputs[i]);
                if (keeps.Has(i) && inputs[i].HasRow)
                    _variables[inputs[i].Index].Kept ??= inputs[i];
            }
            Variable<T> result = AddVariable(value, name, Origin.OfEntry(_entries.Count), null);
            if (value.Tensor is not null)
                OwnRecorded(op, inputs, value.Tensor, result);
            _links.Add(result.Index);
            if ((keeps & Keeps.Result) != 0)
                _variables[result.Index].Kept = result;
            NoteTime();
            _entries.Add(new EntryRow<T>(op, keeps, firstLink, inputs.Length, 1));
            if (_isWatched)
                Watch(op, inputs, result, name);
            return result;
        }
        finally
        {
            use.Leave();
        }
    }

    private void Watch(Operator<T> op, ReadOnlySpan<Variable<T>> inputs, Variable<T> result, string? name)
    {
        if (RecordsPlaces)
            NotePlace();
        if (Trace is not null)
            PrintLine(op, inputs, result, name);
    }

    internal string NameOf(Variable<T> variable)
    {
        if (variable.Epoch != _epoch)
            return variable.Leaf?.GivenName ?? "(a variable of a tape that was reset since)";
        if (variable.Index < _settled)
            UseAfterWrite(variable, "name");
        if (!variable.HasRow)
            AddRow(variable);
        return NameOf(variable.Index);
    }

    internal string NameOf(int index)
    {
        int name = _variables[index].Name;
        return name < 0 ? _names[~name] : $"v{name}";
    }

    internal Shape ShapeOf(int index) => _variables[index].Shape;

    /// <summary>A plain number that an entry read, by its link.</summary>
    internal Variable<T> NumberOf(int link) => _numbers[~link];

    internal ReadOnlySpan<int> LinksOf(scoped in EntryRow<T> entry) =>
        _links.Slice(entry.FirstLink, entry.InputCount + entry.OutputCount);

    /// <summary>A row for a variable that was computed without recording and is now asked for.</summary>
    private void AddRow(Variable<T> variable)
    {
        HasNotRecorded = true;
        variable.Index = _variables.Add(
            new VariableRow<T>(variable.Shape, null, _freshNames++, Origin.NotRecorded(~variable.Index)));
    }

    private Variable<T> AddVariable(Computed<T> value, string? name, Origin origin, Leaf? leaf)
    {
        int index = _variables.Count;
        ref VariableRow<T> row = ref _variables.Add();
        row.Shape = value.Shape;
        row.Name = name is null ? _freshNames++ : AddName(name);
        row.Origin = origin;
        if (leaf is null)
            return Result(value, index);
        if (leaf.Kind == LeafKind.Constant)
            _constants.Add(index);
        return new Variable<T>(this, value, index, _epoch, leaf);
    }

    private int AddName(string name)
    {
        int index = _names.Add(name);
        _givenNames.Add(name);
        return ~index;
    }

    private Variable<T> Result(Computed<T> value, int index) => value.Tensor is null
        ? new Variable<T>(this, value.Number, index, _epoch)
        : new Variable<T>(this, value, index, _epoch, null);

    private void AddLink(Variable<T> variable) =>
        _links.Add(variable.IsNumber ? ~_numbers.Add(variable) : variable.Index);

    /// <summary>Whether an operator may use a variable without further ado: most are results of this tape.</summary>
    private bool IsOrdinary(Variable<T> variable) =>
        variable.RecordedOn == this && variable.Epoch == _epoch
        && (variable.Index >= _settled || (!IsRecording && _settled == 0)) // the former says that it has a row
        && (variable.Leaf is null || (_aggregateRun is null && variable.Leaf.Kind != LeafKind.Temporary));

    /// <summary>
    /// Checks that an operator may use a variable, and sees to it that the variable has a row if it needs one.
    /// </summary>
    private void Use(Variable<T> variable, string user, bool needsRow)
    {
        if (variable.RecordedOn != this)
        {
            if (variable.IsNumber)
                return;
            throw new InvalidOperationException(
                $"'{user}' mixes variables of two tapes: '{variable.Name}' was recorded on another tape. "
                + (Hint ?? "Bring its value over with tape.Variable(x.Value) or tape.Constant(x.Value)."));
        }
        if (variable.Epoch != _epoch)
        {
            UseAfterReset(variable, user);
        }
        else
        {
            if (variable.Index < _settled)
                UseAfterWrite(variable, user);
            if (needsRow && !variable.HasRow)
                AddRow(variable);
        }
        if (variable.Leaf is { } leaf && (leaf.Kind == LeafKind.Temporary || _aggregateRun is not null))
            CheckCapture(variable, leaf, user);
    }

    private void UseAfterReset(Variable<T> variable, string user)
    {
        if (variable.Leaf is not { Kind: LeafKind.Variable or LeafKind.Constant } leaf)
            throw new InvalidOperationException(
                $"'{user}' uses the result of an operator from before the tape was reset. {ResetMistake.Remedy}");
        if (leaf.GivenName is not null && _givenNames.Contains(leaf.GivenName))
            throw new InvalidOperationException(
                $"'{user}' uses a variable '{leaf.GivenName}' from before the tape was reset, and another variable has "
                + "taken the name since.");
        Variable<T> renewed = AddVariable(
            variable.Data, leaf.GivenName, Origin.OfLeaf(_entries.Count), leaf);
        (variable.Index, variable.Epoch) = (renewed.Index, renewed.Epoch);
        // Under its given name the variable is known from before; a fresh name says nothing.
        if (leaf.GivenName is null)
            Trace?.Assignment(variable.Name, variable.Value.ToTraceString());
    }

    private void CheckName(string name)
    {
        if (name.Length == 0)
            throw new ArgumentException(
                "A variable's name cannot be empty; leave it out for a fresh one.", nameof(name));
        if (name.AsSpan().ContainsAnyInRange('\0', '\x1f'))
            throw new ArgumentException("A variable's name has no control characters.", nameof(name));
        if (name[0] == 'v' && int.TryParse(name.AsSpan(1), out int number) && name == $"v{number}")
            throw new ArgumentException(
                $"'{name}' is one of the names that the tape gives itself (v0, v1, …); choose another.", nameof(name));
        if (_givenNames.Contains(name))
            throw new ArgumentException(
                $"There is a variable '{name}' on this tape already; names are unique until the tape is reset.",
                nameof(name));
    }

    /// <summary>A result that gets a row only when something asks for it: most are used up at once.</summary>
    private Variable<T> NotRecorded(
        Operator<T> op, ReadOnlySpan<Variable<T>> inputs, Computed<T> value, string? name)
    {
        if (value.Tensor is not null)
            Own(value.Tensor);
        if (Trace is null && name is null)
            return Result(value, ~_variables.Count);
        HasNotRecorded = true;
        Variable<T> result = AddVariable(value, name, Origin.NotRecorded(_variables.Count), null);
        if (Trace is not null)
            PrintLine(op, inputs, result, name);
        return result;
    }

    /// <summary>Makes the memory of a result this tape's, so that it is used again after a reset.</summary>
    /// <returns>Whether the memory had no owner before.</returns>
    private bool Own(Tensor<T> value)
    {
        if (value.TakeStorage(IsSweeping) is not { } storage)
            return false;
        if (IsSweeping)
            _swept.Add(storage);
        else
            _storages.Add(storage);
        return true;
    }

    /// <summary>Makes the memory of indices that only operators on this tape have this tape's.</summary>
    internal void Own(Tensor<int> indices)
    {
        // A graph that is traced keeps its operators.
        if (TracedConstants is null && indices.TakeStorage(isSwept: false) is { } storage)
            _indices.Add(storage);
    }

    private void PrintLine(Operator<T> op, ReadOnlySpan<Variable<T>> inputs, Variable<T> result, string? name)
    {
        var names = new string[inputs.Length];
        for (int i = 0; i < names.Length; i++)
            names[i] = inputs[i].Name;
        Print(result, () => op.Describe(names), name);
    }

    /// <summary>Prints a line; where that fails, the given name is free again, for nobody gets the variable.</summary>
    private void Print(Variable<T> variable, Func<string> value, string? given)
    {
        try
        {
            Trace!.Assignment(variable.Name, value());
        }
        catch when (given is not null)
        {
            _givenNames.Remove(given);
            throw;
        }
    }
}
