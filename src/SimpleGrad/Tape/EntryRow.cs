using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A row of the tape's table of entries. Its links are those of its inputs, then those of its outputs: the rows of
/// these variables. A plain number has no row; its link is the complement (~) of its index among the numbers.
/// </summary>
internal readonly record struct EntryRow<T>(
    Operator<T> Operator, Keeps Keeps, int FirstLink, int InputCount, int OutputCount)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
