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
    /// <summary>Whether a view has one place in memory for several elements.</summary>
    public bool IsExpanded(Tape<T> tape)
    {
        for (int i = 0, row = Root; i < Views.Length; row = Rows[i++])
        {
            if (Views[i] is ExpandOperator<T>
                && tape.ShapeOf(row).FlattenedLength < tape.ShapeOf(Rows[i]).FlattenedLength)
                return true;
        }
        return false;
    }
}

public sealed partial class Tape<T>
{
    /// <summary>Follows the views that a variable was made by, back to the one that is no view.</summary>
    /// <remarks>
    /// Whether a reshape shares memory is known from memory; while a function is traced there is none, and it is told
    /// from the order that the elements have in a root that is row-major.
    /// </remarks>
    private ViewPath<T> PathOf(int row, bool isSymbolic)
    {
        List<Operator<T>>? views = null;
        List<int>? rows = null;
        bool reshapes = false;
        while (_variables[row].Origin.Entry is int entry and >= 0
            && _entries[entry].Operator is { IsView: true } view)
        {
            (views ??= []).Add(view);
            (rows ??= []).Add(row);
            reshapes |= view is ReshapeOperator<T>;
            row = _links[_entries[entry].FirstLink];
        }
        if (views is null)
            return new ViewPath<T>(row, [], [], false);
        views.Reverse();
        rows!.Reverse();
        int first = 0;
        bool isAmbiguous = false;
        if (reshapes)
        {
            var layout = new Tensor<T>(new Storage<T>([]), ShapeOf(row)); // never read
            for (int i = 0; i < views.Count; i++)
            {
                Shape shape = ShapeOf(rows[i]);
                bool fits = views[i] is not ReshapeOperator<T> || layout.IsContiguous
                    || Axes.TryReshapeStrides(layout.Shape, layout.Strides, shape) is not null;
                bool copies = isSymbolic ? !fits : _unusualRows.Contains(rows[i]);
                layout = fits ? views[i].ComputeOn([layout]) : new Tensor<T>(new Storage<T>([]), shape);
                if (fits == copies)
                    isAmbiguous = true;
                else if (copies)
                    (first, row, isAmbiguous) = (i + 1, rows[i], false);
            }
        }
        return new ViewPath<T>(row, [.. views[first..]], [.. rows[first..]], isAmbiguous);
    }
}
