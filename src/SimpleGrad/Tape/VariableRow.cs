using System.Numerics;

namespace SimpleGrad;

/// <summary>A row of the tape's table of variables.</summary>
/// <param name="Shape">The shape of the value.</param>
/// <param name="Kept">The variable itself, once some entry keeps its value for propagate.</param>
/// <param name="Name">The number in a fresh name, or the complement (~) of an index among the given names.</param>
/// <param name="Origin">Where the variable came from.</param>
internal record struct VariableRow<T>(Shape Shape, Variable<T>? Kept, int Name, Origin Origin)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
