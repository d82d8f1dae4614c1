using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Runs a function for a whole batch at once. It runs on one example that has shapes and no numbers; then each entry
/// that depends on the example runs again on the batch.
/// </summary>
/// <remarks>
/// Reverse sweeps inside the function are recorded as well, so derivatives are batched by the same rules. What does not
/// depend on the example is computed once, and may come from outside.
/// </remarks>
internal static class Batching
{
    /// <summary>Maps a function over the first axis of its inputs.</summary>
    /// <param name="user">Who asks, for messages.</param>
    /// <param name="batches">The inputs, each with the examples along its first axis.</param>
    /// <param name="function">A function of one example; a result of null is known to be zero.</param>
    /// <returns>The results, each with the examples along its first axis; null for a known zero.</returns>
    public static Variable<T>?[] Map<T>(
        string user, Variable<T>[] batches, Func<Variable<T>[], Variable<T>?[]> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int size = Size(user, batches);
        Tape<T> tape = batches[0].Tape;
        (bool wasRecording, bool wasKeeping) = (tape.IsRecording, tape.KeepsAll);
        Variable<T>[] examples;
        Variable<T>?[] results;
        int first = tape.Count;
        tape.IsRecording = tape.KeepsAll = true;
        try
        {
            examples = Array.ConvertAll(batches, batch => tape.AddSymbolic(batch.Shape.Without(0)));
            results = function(examples);
            tape.Refresh(results);
        }
        finally
        {
            (tape.IsRecording, tape.KeepsAll) = (wasRecording, wasKeeping);
        }
        var replay = new Replay<T>(tape, size);
        for (int i = 0; i < batches.Length; i++)
            replay.Add(examples[i].Index, batches[i]);
        replay.Run(first, results);
        return Array.ConvertAll(results, result => result is null ? null : replay.BatchOf(result));
    }

    private static int Size<T>(string user, Variable<T>[] batches) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (Variable<T> batch in batches)
        {
            if (batch.Rank == 0)
                throw new ArgumentException($"{user}: a single number has no axis to map over.");
            if (batch.Shape[0] != batches[0].Shape[0])
                throw new ArgumentException(
                    $"{user}: the first axes, over which the function is mapped, have lengths "
                    + $"{batches[0].Shape[0]} and {batch.Shape[0]}.");
        }
        return batches[0].Shape[0];
    }

    private sealed class Replay<T>(Tape<T> tape, int size) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Dictionary<int, Variable<T>> _batches = [];

        public void Add(int row, Variable<T> batch) => _batches.Add(row, batch);

        public void Run(int first, Variable<T>?[] results)
        {
            List<int> entries = Dependent(first);
            bool[] isNeeded = Needed(entries, results);
            for (int i = 0; i < entries.Count; i++)
            {
                if (!isNeeded[i])
                    continue;
                // Links may move when the tape grows, so each entry's are looked up when it runs.
                EntryRow<T> entry = tape.EntryAt(entries[i]);
                int[] links = tape.LinksOf(entry).ToArray();
                int inputs = entry.InputCount;
                var values = new Variable<T>[inputs];
                var isBatch = new bool[inputs];
                for (int j = 0; j < inputs; j++)
                {
                    isBatch[j] = _batches.TryGetValue(links[j], out Variable<T>? batch);
                    values[j] = batch ?? (links[j] < 0 ? tape.NumberOf(links[j]) : tape.KeptBy(entries[i], links[j]));
                }
                Operator<T> op = entry.Operator;
                _batches[links[inputs]] = op.Batch(values, isBatch) ?? OneByOne(op, values, isBatch);
            }
        }

        /// <summary>The batch of a result; one that does not depend on the example is repeated.</summary>
        public Variable<T> BatchOf(Variable<T> result)
        {
            if (!result.IsNumber && _batches.TryGetValue(result.Index, out Variable<T>? batch))
                return batch;
            Variable<T> own = result.IsNumber ? tape.Constant(result.Data) : result;
            return own.Expand(Shape.Create([size, .. own.Shape.Lengths]));
        }

        /// <summary>The entries that depend on the example.</summary>
        private List<int> Dependent(int first)
        {
            var entries = new List<int>();
            var rows = new HashSet<int>(_batches.Keys);
            for (int i = first; i < tape.Count; i++)
            {
                EntryRow<T> entry = tape.EntryAt(i);
                ReadOnlySpan<int> links = tape.LinksOf(entry);
                bool depends = false;
                foreach (int input in links[..entry.InputCount])
                    depends |= rows.Contains(input);
                if (!depends)
                    continue;
                entries.Add(i);
                foreach (int output in links[entry.InputCount..])
                    rows.Add(output);
            }
            return entries;
        }

        /// <summary>Which of the entries a result needs.</summary>
        private bool[] Needed(List<int> entries, Variable<T>?[] results)
        {
            var rows = new HashSet<int>();
            foreach (Variable<T>? result in results)
                rows.Add(result?.Index ?? -1);
            var isNeeded = new bool[entries.Count];
            for (int i = entries.Count - 1; i >= 0; i--)
            {
                EntryRow<T> entry = tape.EntryAt(entries[i]);
                ReadOnlySpan<int> links = tape.LinksOf(entry);
                foreach (int output in links[entry.InputCount..])
                    isNeeded[i] |= rows.Contains(output);
                if (!isNeeded[i])
                    continue;
                foreach (int input in links[..entry.InputCount])
                    rows.Add(input);
            }
            return isNeeded;
        }

        /// <summary>An operator without a rule for batches (one of the user's) runs on each example.</summary>
        private Variable<T> OneByOne(Operator<T> op, Variable<T>[] inputs, bool[] isBatch)
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
}
