using System.Numerics;

namespace SimpleGrad;

// Functions of tensors that are not elementwise: the operators of variables, without a record.
public static partial class TensorArithmetic
{
    /// <summary>exp(x) / sum(exp(x)) along an axis, without overflow.</summary>
    /// <exception cref="ArgumentException">There is no such axis.</exception>
    public static Tensor<T> Softmax<T>(this Tensor<T> x, int axis)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new SoftmaxOperator<T>(axis).Compute(x);

    /// <summary>The logarithm of <see cref="Softmax"/>, without overflow.</summary>
    /// <exception cref="ArgumentException">There is no such axis.</exception>
    public static Tensor<T> LogSoftmax<T>(this Tensor<T> x, int axis)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new LogSoftmaxOperator<T>(axis).Compute(x);

    /// <summary>The mean of all elements, a single number; NaN where there is none.</summary>
    public static Tensor<T> Mean<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Sum() / x.Length;
    }

    /// <summary>The mean along axes; negative ones count from the last.</summary>
    /// <exception cref="ArgumentException">There is no such axis, or one is named twice.</exception>
    public static Tensor<T> Mean<T>(this Tensor<T> x, int[] axes, bool keepDims = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(axes);
        return x.Sum(axes, keepDims) / Reducing.Count(x.Shape, axes);
    }

    /// <summary>The maximum of all elements; NaN where one is.</summary>
    /// <exception cref="ArgumentException">There is no element.</exception>
    public static Tensor<T> Amax<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new AmaxOperator<T>(null, false).Compute(x);

    /// <summary>The maximum along axes; negative ones count from the last.</summary>
    /// <exception cref="ArgumentException">There is no such axis, or no element.</exception>
    public static Tensor<T> Amax<T>(this Tensor<T> x, int[] axes, bool keepDims = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new AmaxOperator<T>(axes, keepDims).Compute(x);

    /// <summary>The minimum of all elements; NaN where one is.</summary>
    /// <exception cref="ArgumentException">There is no element.</exception>
    public static Tensor<T> Amin<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new AminOperator<T>(null, false).Compute(x);

    /// <summary>The minimum along axes; negative ones count from the last.</summary>
    /// <exception cref="ArgumentException">There is no such axis, or no element.</exception>
    public static Tensor<T> Amin<T>(this Tensor<T> x, int[] axes, bool keepDims = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new AminOperator<T>(axes, keepDims).Compute(x);

    /// <summary>log(sum(exp(x))) of all elements, without overflow; -infinity where there is none.</summary>
    public static Tensor<T> LogSumExp<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new LogSumExpOperator<T>(null, false).Compute(x);

    /// <summary>log(sum(exp(x))) along axes, without overflow; negative ones count from the last.</summary>
    /// <exception cref="ArgumentException">There is no such axis, or one is named twice.</exception>
    public static Tensor<T> LogSumExp<T>(this Tensor<T> x, int[] axes, bool keepDims = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new LogSumExpOperator<T>(axes, keepDims).Compute(x);

    /// <summary>Joins tensors along an axis; their other axes are equal.</summary>
    /// <param name="tensors">At least one.</param>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <exception cref="ArgumentException">No tensor, or shapes that differ in another axis.</exception>
    public static Tensor<T> Concatenate<T>(this IReadOnlyList<Tensor<T>> tensors, int axis = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (tensors.Count == 0)
            throw new ArgumentException("concatenate: there is no tensor to join.", nameof(tensors));
        foreach (Tensor<T> tensor in tensors)
            ArgumentNullException.ThrowIfNull(tensor);
        return new ConcatenateOperator<T>(tensors[0].Shape.Axis(axis, "concatenate")).ComputeOn([.. tensors]);
    }
}
