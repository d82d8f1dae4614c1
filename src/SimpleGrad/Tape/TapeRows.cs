using System.Numerics;

namespace SimpleGrad;

/// <summary>A row of the tape's table of variables.</summary>
/// <param name="Shape">The shape of the value; the value itself is kept only by entries that need it.</param>
/// <param name="GivenName">The name that the user gave; null for <c>v</c> and <paramref name="Number"/>.</param>
/// <param name="Number">The number in a fresh name.</param>
/// <param name="Origin">The index of the entry that computed it, or one of the negative values here.</param>
/// <param name="Since">
/// Of a leaf: how many entries there were when it was made; only later ones can use it. Of a variable that was computed
/// without recording: how many variables there were; only these can be behind it.
/// </param>
internal record struct VariableRow(Shape Shape, string? GivenName, int Number, int Origin, int Since)
{
    /// <summary>In the place of <see cref="Origin"/>: no entry computed the variable, it is a leaf.</summary>
    public const int IsLeaf = -1;

    /// <summary>In the place of <see cref="Origin"/>: an operator computed the variable without recording.</summary>
    public const int NotRecorded = -2;
}

/// <summary>
/// A row of the tape's table of entries. Its links are those of its inputs, then those of its outputs.
/// </summary>
internal readonly record struct EntryRow<T>(Operator<T> Operator, int FirstLink, int InputCount, int OutputCount)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>
/// The place of a variable in an entry: its row, and the variable itself where the operator keeps it.
/// </summary>
/// <param name="Index">The row of the variable; negative for a plain number, which has none.</param>
/// <param name="Kept">The variable, for propagate to use; null where the operator does not keep it. Numbers are
/// always kept.</param>
internal readonly record struct Link<T>(int Index, Variable<T>? Kept)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
