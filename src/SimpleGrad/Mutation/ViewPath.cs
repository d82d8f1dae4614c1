using System.Numerics;

namespace SimpleGrad;

/// <summary>How a variable is a view of the one whose memory it shares.</summary>
/// <param name="Root">The row of the variable that is no view.</param>
/// <param name="Views">The operators that lead from there to the variable; none where it is the root itself.</param>
/// <param name="Rows">The rows of what they made.</param>
/// <param name="IsAmbiguous">
/// Whether a reshape on the way shares memory though row-major order says that it copies, or the other way round.
/// </param>
internal readonly record struct ViewPath<T>(int Root, Operator<T>[] Views, int[] Rows, bool IsAmbiguous)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Follows the views that a variable was made by, back to the one that is no view.</summary>
    /// <remarks>
    /// Whether a reshape shares memory is known from memory; while a function is traced there is none, and it is told
    /// from the order that the elements have in a root that is row-major.
    /// </remarks>
    public static ViewPath<T> Of(Tape<T> tape, int row, bool isSymbolic)
    {
        List<Operator<T>>? views = null;
        List<int>? rows = null;
        bool mayCopy = false;
        while (tape.VariableAt(row).Origin.Entry is int entry and >= 0
            && tape.EntryAt(entry).Operator is { IsView: true } view)
        {
            (views ??= []).Add(view);
            (rows ??= []).Add(row);
            mayCopy |= view.MayCopy;
            row = tape.LinksOf(tape.EntryAt(entry))[0];
        }
        if (views is null)
            return new ViewPath<T>(row, [], [], false);
        views.Reverse();
        rows!.Reverse();
        int first = 0;
        bool isAmbiguous = false;
        if (mayCopy)
        {
            var layout = new Tensor<T>(new Storage<T>([]), tape.ShapeOf(row)); // never read
            for (int i = 0; i < views.Count; i++)
            {
                Shape shape = tape.ShapeOf(rows[i]);
                bool fits = !views[i].MayCopy || layout.IsContiguous
                    || Axes.TryReshapeStrides(layout.Shape, layout.Strides, shape) is not null;
                bool copies = isSymbolic ? !fits : tape.Log.UnusualRows.Contains(rows[i]);
                layout = fits ? views[i].ComputeOn([layout]) : new Tensor<T>(new Storage<T>([]), shape);
                if (fits == copies)
                    isAmbiguous = true;
                else if (copies)
                    (first, row, isAmbiguous) = (i + 1, rows[i], false);
            }
        }
        return new ViewPath<T>(row, [.. views[first..]], [.. rows[first..]], isAmbiguous);
    }

    /// <summary>Refuses what must not be written over, and says why.</summary>
    public void RequireWritable(Tape<T> tape, Variable<T> target, string what)
    {
        Origin origin = tape.VariableAt(Root).Origin;
        Operator<T>? op = origin.Entry >= 0 ? tape.EntryAt(origin.Entry).Operator : null;
        bool isLeaf = (origin.IsLeaf && !tape.IsConstant(Root)) || op is { IsAlias: true };
        if (Array.Exists(Views, view => view.StopsGradient))
            throw new InvalidOperationException(
                $"{what}: '{target.Name}' shares the memory of what it was detached from, whose gradient would not "
                + "notice the write. Write to a copy, Detach().Clone(); or, to change the value itself, within "
                + "tape.NoGrad().");
        if (isLeaf)
            throw new InvalidOperationException(
                $"{what}: '{target.Name}' is {(Views.Length > 0 ? "a view of " : "")}a variable to differentiate "
                + "by, or an input of a function that is differentiated or compiled: written over, it would not be "
                + "what the gradient is for. Write to a copy, Clone(); or, to change the value between two steps, "
                + "within tape.NoGrad().");
        if (IsAmbiguous)
            throw Ambiguous(target.Name, what);
        if (tape.Log.UnusualRows.Contains(Root))
            throw new InvalidOperationException(
                Views.Length == 0 && op is { IsView: true }
                ? $"{what}: '{target.Name}' is a reshape that had to copy, so that writing to it does not reach what "
                    + "it was made from. Write to a copy, Clone(), which says so."
                : $"{what}: '{target.Name}' lies in the memory of an input of '{op?.Name}', which gave it back as its "
                    + "result. Write to a copy, Clone().");
        if (target.IsSymbolic && Views.Length == 0 && op is { MayCopy: true })
            throw new InvalidOperationException(
                $"{what}: '{target.Name}' is a reshape that has to copy, so that writing to it does not reach what it "
                + "was made from. Write to a copy, Clone(), which says so.");
        if (IsExpanded(tape))
            throw Expanded(target, what);
        RequireMemory(target, what);
    }

    /// <summary>Refuses a target in whose memory one number stands for several elements.</summary>
    public static void RequireMemory(Variable<T> target, string what)
    {
        if (!target.IsSymbolic && target.Data.ExpandedAxis() is not null)
            throw Expanded(target, what);
    }

    public static InvalidOperationException Ambiguous(string name, string what) => new(
        $"{what}: whether the reshape '{name}' shares memory depends on the order in which the elements of its base "
        + "lie in memory, which is not row-major. Clone the base or the reshape before the write.");

    /// <summary>Whether a view has one element in memory for several of its own.</summary>
    private bool IsExpanded(Tape<T> tape)
    {
        for (int i = 0, row = Root; i < Views.Length; row = Rows[i++])
        {
            if (Views[i].IsExpansion && tape.ShapeOf(row).FlattenedLength < tape.ShapeOf(Rows[i]).FlattenedLength)
                return true;
        }
        return false;
    }

    private static InvalidOperationException Expanded(Variable<T> target, string what) => new(
        $"{what}: '{target.Name}' is expanded: in its memory one number stands for several elements. Write to a copy, "
        + "Clone().");
}
