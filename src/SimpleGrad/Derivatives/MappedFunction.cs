using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A function that was run once on a symbolic example; its entries run again on batches, as
/// often as one likes.
/// </summary>
internal sealed class MappedFunction<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tape<T> _tape;
    private readonly Variable<T>[] _examples;
    private readonly Variable<T>?[] _results;
    private readonly int[] _entries; // that depend on the example, and on which a result depends
    private readonly int[][] _dead; // for each, the rows that nothing reads after it

    public MappedFunction(Tape<T> tape, Shape[] examples, Func<Variable<T>[], Variable<T>?[]> function)
    {
        _tape = tape;
        Recorder<T> former = tape.Recorder;
        int first = tape.Count;
        tape.Recorder = new MappingRecorder<T>(tape);
        try
        {
            _examples = Array.ConvertAll(examples, tape.Root.AddSymbolic);
            _results = function([.. _examples]);
            WriteLog<T>.Refresh(tape, _results);
        }
        finally
        {
            tape.Recorder = former;
        }
        (_entries, _dead) = Needed(Dependent(first));
    }

    /// <summary>The number of elements of the longest value that depends on the example.</summary>
    public int Longest => _entries.SelectMany(entry => Links(entry, outputs: true))
        .Concat(_examples.Select(example => example.Index)).Max(row => _tape.ShapeOf(row).FlattenedLength);

    /// <summary>Computes the results, each with the examples along its first axis; null for known zeros.</summary>
    public Variable<T>?[] Run(Variable<T>[] batches, int size)
    {
        var values = new Dictionary<int, Variable<T>>();
        for (int i = 0; i < batches.Length; i++)
            values.Add(_examples[i].Index, batches[i]);
        foreach (int entry in _entries)
            values[Links(entry, outputs: true)[0]] = RunEntry(entry, values, size);
        return Array.ConvertAll(_results, result => result is null ? null : BatchOf(result, values, size));
    }

    /// <summary>
    /// Computes the results of a function of one example for someone who copies them: nothing is recorded, and memory
    /// is used again as soon as no later entry reads what is in it.
    /// </summary>
    public void Run(Tensor<T> batch, Action<Tensor<T>?[]> take)
    {
        int size = batch.Shape[0];
        Recorder<T> former = _tape.Recorder;
        var memory = new SweepRecorder<T>(_tape, former);
        (int, int) mark = _tape.Memory.Mark();
        _tape.Recorder = memory;
        try
        {
            var values = new Dictionary<int, Variable<T>> { [_examples[0].Index] = memory.Add(batch) };
            SweepRecorder<T>.AddHolder(values[_examples[0].Index]);
            for (int i = 0; i < _entries.Length; i++)
            {
                Variable<T> value = RunEntry(_entries[i], values, size);
                values[Links(_entries[i], outputs: true)[0]] = value;
                SweepRecorder<T>.AddHolder(value);
                foreach (int dead in _dead[i])
                {
                    if (values.Remove(dead, out Variable<T>? unused))
                        memory.RemoveHolder(unused);
                }
                memory.EndStep();
            }
            take(Array.ConvertAll(
                _results, result => result is null ? null : BatchOf(result, values, size).Data));
            foreach (Variable<T> value in values.Values)
                memory.RemoveHolder(value);
        }
        finally
        {
            memory.EndStep();
            _tape.Recorder = former;
            _tape.Memory.RecycleSince(mark);
        }
    }

    private Variable<T> RunEntry(int index, Dictionary<int, Variable<T>> batches, int size)
    {
        Operator<T> op = _tape.EntryAt(index).Operator;
        int[] links = Links(index, outputs: false);
        WriteLog<T> log = WriteLog<T>.Of(_tape);
        var values = new Variable<T>[links.Length];
        var isBatch = new bool[links.Length];
        for (int i = 0; i < links.Length; i++)
        {
            isBatch[i] = batches.TryGetValue(links[i], out Variable<T>? batch);
            values[i] = batch ?? (links[i] < 0 ? _tape.NumberOf(links[i]) : log.KeptBy(index, links[i]));
        }
        return op.Batch(values, isBatch) ?? OneByOne(op, values, isBatch, size);
    }

    /// <summary>The batch of a result; one that does not depend on the example is repeated.</summary>
    private Variable<T> BatchOf(Variable<T> result, Dictionary<int, Variable<T>> batches, int size)
    {
        if (!result.IsNumber && batches.TryGetValue(result.Index, out Variable<T>? batch))
            return batch;
        Variable<T> own = result.IsNumber ? _tape.Constant(result.Data) : result;
        return own.Expand(Shape.Create([size, .. own.Shape.Lengths]));
    }

    // Links may move when the tape grows, so they are looked up when an entry runs.
    private int[] Links(int index, bool outputs)
    {
        EntryRow<T> entry = _tape.EntryAt(index);
        ReadOnlySpan<int> links = _tape.LinksOf(entry);
        return (outputs ? links[entry.InputCount..] : links[..entry.InputCount]).ToArray();
    }

    /// <summary>The entries that depend on the example.</summary>
    private List<int> Dependent(int first)
    {
        var entries = new List<int>();
        var rows = new HashSet<int>(_examples.Select(example => example.Index));
        for (int i = first; i < _tape.Count; i++)
        {
            if (!Array.Exists(Links(i, outputs: false), rows.Contains))
                continue;
            entries.Add(i);
            rows.UnionWith(Links(i, outputs: true));
        }
        return entries;
    }

    /// <summary>Those of the entries that a result needs, and the rows that nothing reads after each.</summary>
    private (int[] Entries, int[][] Dead) Needed(List<int> entries)
    {
        var rows = new HashSet<int>(_results.Select(result => result?.Index ?? -1));
        var needed = new List<int>();
        var dead = new List<int[]>();
        for (int i = entries.Count - 1; i >= 0; i--)
        {
            if (!Array.Exists(Links(entries[i], outputs: true), rows.Contains))
                continue;
            needed.Add(entries[i]);
            dead.Add([.. Links(entries[i], outputs: false).Where(rows.Add)]);
        }
        needed.Reverse();
        dead.Reverse();
        return ([.. needed], [.. dead]);
    }

    /// <summary>An operator without a rule for batches, as a user-defined one may be, runs on each example.</summary>
    private static Variable<T> OneByOne(Operator<T> op, Variable<T>[] inputs, bool[] isBatch, int size)
    {
        if (size == 0)
            throw new ArgumentException($"'{op.Name}' has no rule for batches, and cannot run on an empty one.");
        var results = new Variable<T>[size];
        for (int i = 0; i < size; i++)
        {
            var each = new Variable<T>[inputs.Length];
            for (int j = 0; j < each.Length; j++)
                each[j] = isBatch[j] ? inputs[j].Select(0, i) : inputs[j];
            results[i] = op.ApplyTo(each);
        }
        return Variable.Stack(results);
    }
}
