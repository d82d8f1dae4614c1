using System.Numerics;

namespace SimpleGrad;

/// <summary>Computes the rows or columns of a sparse matrix that do not overlap, and says how it is made of
/// them.</summary>
internal delegate (Compression How, Tensor<T> Values) SparseRun<T>(
    ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<int>> indices)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
