using System.Numerics;

namespace SimpleGrad;

/// <summary>Aggregates: operators whose body is computed outside the tape and recorded as one entry.</summary>
public static partial class Aggregate
{
    /// <summary>Adds two gradients either of which may be known zero (null).</summary>
    public static Variable<T>? AddOptional<T>(Variable<T>? x, Variable<T>? y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => x is null ? y : y is null ? x : x + y;
}
