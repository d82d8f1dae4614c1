using System.Numerics;

namespace SimpleGrad;

/// <summary>What a gradient of eigenvalues or eigenvectors was computed from.</summary>
/// <param name="IsKnown">Whether all of it is on the tape: nothing comes from another tape, of which this one computes
/// a part, and no operator stands for a whole function, which might have eigenvalues in it.</param>
/// <param name="ReadsVectors">Whether eigenvectors are in it.</param>
/// <param name="Limits">How many limits at coinciding eigenvalues have been taken one of the other.</param>
internal readonly record struct EigenAncestry(bool IsKnown, bool ReadsVectors, int Limits)
{
    /// <summary>Looks at the entries that a gradient depends on, back to those that give eigenvalues.</summary>
    public static EigenAncestry Of<T>(Tape<T> tape, Variable<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool isKnown = true, readsVectors = false;
        var rows = new Stack<int>([gradient.Index]);
        var seen = new HashSet<int>();
        var entries = new SortedSet<int>();
        while (rows.TryPop(out int row))
        {
            if (row < 0 || !seen.Add(row))
                continue;
            Origin origin = tape.VariableAt(row).Origin;
            if (origin.IsLeaf || origin.IsNotRecorded)
            {
                isKnown &= tape.Hint is null || tape.IsConstant(row);
                continue;
            }
            EntryRow<T> entry = tape.EntryAt(origin.Entry);
            isKnown &= !entry.Operator.IsFunction;
            readsVectors |= entry.Operator is EigenOperator<T>;
            if (entry.Operator is EigenOperator<T> or EigenvaluesOperator<T>)
                continue;
            entries.Add(origin.Entry);
            foreach (int input in tape.LinksOf(entry)[..entry.InputCount])
                rows.Push(input);
        }
        return new(isKnown, readsVectors, CountLimits(tape, entries));
    }

    /// <summary>The results of the operators that give the eigenvalues of a matrix, by the row of the matrix.</summary>
    public static Variable<T>[] ValuesOf<T>(Tape<T> tape, int matrix)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new List<Variable<T>>();
        for (int i = 0; i < tape.Count; i++)
        {
            EntryRow<T> entry = tape.EntryAt(i);
            if (entry.Operator is EigenvaluesOperator<T> && tape.LinksOf(entry) is var links && links[0] == matrix)
                values.Add(WriteLog<T>.Of(tape).KeptBy(i, links[2]));
        }
        return [.. values];
    }

    private static int CountLimits<T>(Tape<T> tape, SortedSet<int> entries)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int most = 0;
        var counts = new Dictionary<int, int>();
        foreach (int i in entries)
        {
            EntryRow<T> entry = tape.EntryAt(i);
            ReadOnlySpan<int> links = tape.LinksOf(entry);
            int count = 0;
            foreach (int input in links[..entry.InputCount])
                count = Math.Max(count, counts.GetValueOrDefault(input));
            count += entry.Operator is LimitChoiceOperator<T> ? 1 : 0;
            foreach (int output in links[entry.InputCount..])
                counts[output] = count;
            most = Math.Max(most, count);
        }
        return most;
    }
}
