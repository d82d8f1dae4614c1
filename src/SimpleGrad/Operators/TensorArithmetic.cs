using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// The methods of variables, on tensors, outside any tape: the same operators, without a record. They are generated
/// from those of <see cref="Variable{T}"/>.
/// </summary>
public static partial class TensorArithmetic
{
    private static Tensor<T> Number<T>(double value) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Variable<T>.FromNumber(value).Value;

    /// <summary>A tensor as an operand.</summary>
    internal static Variable<T> Of<T>(
        Tensor<T> tensor, [CallerArgumentExpression(nameof(tensor))] string? name = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        return Variable<T>.OfTensor(tensor);
    }

    internal static Variable<T>? OfOptional<T>(Tensor<T>? tensor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => tensor is null ? null : Variable<T>.OfTensor(tensor);

    internal static Variable<T>[] OfAll<T>(
        IReadOnlyList<Tensor<T>> tensors, [CallerArgumentExpression(nameof(tensors))] string? name = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tensors, name);
        return [.. tensors.Select(tensor => Of(tensor, name))];
    }

    internal static Tensor<T>[] Values<T>(Variable<T>[] variables)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(variables, variable => variable.Value);
}
