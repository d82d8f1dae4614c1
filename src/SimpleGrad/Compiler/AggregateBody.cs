using System.Numerics;

namespace SimpleGrad;

/// <summary>A function of which an aggregate is made.</summary>
/// <param name="Function">From variables and indices to results.</param>
/// <param name="Names">The names of its inputs; null for any number of inputs.</param>
/// <param name="IndexNames">The names of its indices; null for any number of them.</param>
/// <param name="IsSingle">Whether it has one result, and not an array of them.</param>
internal sealed record AggregateBody<T>(
    Func<Variable<T>[], Tensor<int>[], Variable<T>?[]> Function, string[]? Names, string[]? IndexNames, bool IsSingle)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
