using System.Numerics;

namespace SimpleGrad;

/// <summary>A function of variables made ready to run on tensors.</summary>
internal interface ITensorRun<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Computes the results, in memory that is no input's.</summary>
    Tensor<T>[] Run(ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<int>> indices);

    /// <summary>Computes the results into the memory of those that are there, which it refuses where it does not
    /// fit.</summary>
    void RunInto(Tensor<T>?[] results, ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<int>> indices);
}
