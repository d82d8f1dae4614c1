namespace SimpleGrad;

/// <summary>
/// Views: variables that share their memory with another. When that is written, they are views of what it became.
/// </summary>
public sealed partial class Tape<T>
{
    /// <summary>Brings results of a function up to date, for those who ask for their rows and not for their values.
    /// </summary>
    internal void Refresh(ReadOnlySpan<Variable<T>?> results)
    {
        foreach (Variable<T>? result in results)
        {
            if (result?.RecordedOn == this && result.Epoch == _epoch && result.HasRow && result.Index < _settled)
                BringUpToDate(result, "return");
        }
    }

    /// <summary>Gives a variable the row that holds its value now.</summary>
    private void BringUpToDate(Variable<T> variable, string user)
    {
        // Memory is shared, so the numbers are right in any case.
        if (!IsRecording || variable.Leaf is { Kind: LeafKind.Saved })
            return;
        if (!variable.HasRow)
        {
            RequireUnwritten(variable, ~variable.Index, user);
            return;
        }
        ViewPath<T> path = PathOf(variable.Index, variable.IsSymbolic);
        if (!_successors.TryGetValue(path.Root, out (int Row, Write? Write) successor))
        {
            if (path.Views.Length == 0 && !_variables[variable.Index].Origin.IsLeaf)
                RequireUnwritten(variable, variable.Index, user);
            return;
        }
        if (path.IsAmbiguous)
            throw Ambiguous(NameOf(variable.Index), user);
        int row = successor.Row;
        while (_successors.TryGetValue(row, out (int Row, Write? Write) next))
            row = next.Row;
        for (int i = 0; i < path.Views.Length; i++)
        {
            int of = row;
            row = RecordRow(path.Views[i], Keeps.Nothing, [of], ShapeOf(path.Rows[i]));
            Trace?.Assignment(NameOf(row), path.Views[i].Describe([NameOf(of)]));
        }
        Rebind(variable, row, successor.Write);
    }

    /// <summary>Refuses a value that lies, other than as a view, in memory that was written since.</summary>
    private void RequireUnwritten(Variable<T> variable, int since, string user)
    {
        if (variable.Block?.LastWrite is { } write && write.IsRecordedAfter(since, _identity, _epoch))
            throw new InvalidOperationException(
                $"'{user}' uses a variable that lies in the memory of another one, which '{write.What}' has written "
                + $"over since{write.Place}: it was computed without recording, or is an input that an operator gave "
                + "back. Clone it before the write.");
    }

    private void RequireWritable(Variable<T> target, ViewPath<T> path, string what)
    {
        Origin origin = _variables[path.Root].Origin;
        Operator<T>? op = origin.Entry >= 0 ? _entries[origin.Entry].Operator : null;
        bool isLeaf = (origin.IsLeaf && _constants.Slice(0, _constants.Count).BinarySearch(path.Root) < 0)
            || op is AliasOperator<T>;
        if (Array.Exists(path.Views, view => view is DetachOperator<T>))
            throw new InvalidOperationException(
                $"{what}: '{target.Name}' shares the memory of what it was detached from, whose gradient would not "
                + "notice the write. Write to a copy, Detach().Clone(); or, to change the value itself, within "
                + "tape.NoGrad().");
        if (isLeaf)
            throw new InvalidOperationException(
                $"{what}: '{target.Name}' is {(path.Views.Length > 0 ? "a view of " : "")}a variable to differentiate "
                + "by, or an input of a function that is differentiated or compiled: written over, it would not be "
                + "what the gradient is for. Write to a copy, Clone(); or, to change the value between two steps, "
                + "within tape.NoGrad().");
        if (path.IsAmbiguous)
            throw Ambiguous(target.Name, what);
        if (_unusualRows.Contains(path.Root))
            throw new InvalidOperationException(
                path.Views.Length == 0 && op is { IsView: true }
                ? $"{what}: '{target.Name}' is a reshape that had to copy, so that writing to it does not reach what "
                    + "it was made from. Write to a copy, Clone(), which says so."
                : $"{what}: '{target.Name}' lies in the memory of an input of '{op?.Name}', which gave it back as its "
                    + "result. Write to a copy, Clone().");
        if (target.IsSymbolic && path.Views.Length == 0 && op is ReshapeOperator<T>)
            throw new InvalidOperationException(
                $"{what}: '{target.Name}' is a reshape that has to copy, so that writing to it does not reach what it "
                + "was made from. Write to a copy, Clone(), which says so.");
        if (path.IsExpanded(this))
            throw Expanded(target, what);
        RequireMemory(target, what);
    }

    private static void RequireMemory(Variable<T> target, string what)
    {
        if (!target.IsSymbolic && target.Data.ExpandedAxis() is not null)
            throw Expanded(target, what);
    }

    private static InvalidOperationException Expanded(Variable<T> target, string what) => new(
        $"{what}: '{target.Name}' is expanded: in its memory one number stands for several elements. Write to a copy, "
        + "Clone().");

    private static InvalidOperationException Ambiguous(string name, string what) => new(
        $"{what}: whether the reshape '{name}' shares memory depends on the order in which the elements of its base "
        + "lie in memory, which is not row-major. Clone the base or the reshape before the write.");
}
