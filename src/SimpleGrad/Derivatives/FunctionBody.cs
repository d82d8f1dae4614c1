using System.Numerics;

namespace SimpleGrad;

/// <summary>A function on variables that is also given tensors of indices.</summary>
/// <param name="inputs">Its inputs.</param>
/// <param name="indices">Its indices.</param>
/// <param name="createGraph">Whether what it returns is differentiated, so that derivatives in it are recorded.</param>
internal delegate Variable<T>[] FunctionBody<T>(Variable<T>[] inputs, Tensor<int>[] indices, bool createGraph)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
