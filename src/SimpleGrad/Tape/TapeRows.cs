using System.Numerics;

namespace SimpleGrad;

/// <summary>A row of the tape's table of variables.</summary>
/// <param name="Shape">The shape of the value; the value itself is kept only by entries that need it.</param>
/// <param name="GivenName">The name that the user gave; null for <c>v</c> and <paramref name="Number"/>.</param>
/// <param name="Number">The number in a fresh name.</param>
/// <param name="Origin">The index of the entry that computed it, or one of the negative values here.</param>
internal record struct VariableRow(Shape Shape, string? GivenName, int Number, int Origin)
{
    /// <summary>In the place of a row's index: the variable has none, like a plain number.</summary>
    public const int NoRow = -1;

    /// <summary>No entry computed the variable: it is a leaf.</summary>
    public const int None = -1;

    /// <summary>An operator computed the variable while recording was off.</summary>
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
/// <param name="Index">The row of the variable; negative for a plain number.</param>
/// <param name="Kept">The variable, for propagate to use; null where the operator does not keep it. Numbers are
/// always kept.</param>
internal readonly record struct Link<T>(int Index, Variable<T>? Kept)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
