using System.Numerics;

namespace SimpleGrad;

// What bodies of aggregates want: the same operators as on variables, without a record.
public static partial class TensorArithmetic
{
    /// <summary>Elementwise absolute value.</summary>
    public static Tensor<T> Abs<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        AbsOperator<T>.Instance.Compute(x);

    /// <summary>Elementwise sign: -1, 0 or 1, and NaN for NaN.</summary>
    public static Tensor<T> Sign<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        SignOperator<T>.Instance.Compute(x);

    /// <summary>Elementwise x times the standard normal distribution function at x.</summary>
    public static Tensor<T> Gelu<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        GeluOperator<T>.Instance.Compute(x);

    /// <summary>The usual approximation of <see cref="Gelu"/> by the hyperbolic tangent.</summary>
    public static Tensor<T> GeluTanh<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        GeluTanhOperator<T>.Instance.Compute(x);

    /// <summary>The greater of two elements, with broadcasting; NaN where either is.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor<T> Maximum<T>(this Tensor<T> x, Tensor<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => MaximumOperator<T>.Instance.Compute(x, y);

    /// <summary>The greater of an element and a number.</summary>
    public static Tensor<T> Maximum<T>(this Tensor<T> x, double y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => x.Maximum(Number<T>(y));

    /// <summary>The lesser of two elements, with broadcasting; NaN where either is.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor<T> Minimum<T>(this Tensor<T> x, Tensor<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => MinimumOperator<T>.Instance.Compute(x, y);

    /// <summary>The lesser of an element and a number.</summary>
    public static Tensor<T> Minimum<T>(this Tensor<T> x, double y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => x.Minimum(Number<T>(y));

    /// <summary>Elementwise power with an exponent for each element, with broadcasting.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor<T> Pow<T>(this Tensor<T> x, Tensor<T> exponent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => PowOperator<T>.Instance.Compute(x, exponent);

    /// <summary>Elementwise power.</summary>
    public static Tensor<T> Pow<T>(this Tensor<T> x, double exponent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => x.Pow(Number<T>(exponent));

    /// <summary>Elementwise angle of the point with ordinate y and abscissa x, with broadcasting.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor<T> Atan2<T>(this Tensor<T> y, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Atan2Operator<T>.Instance.Compute(y, x);

    /// <summary>Elementwise sqrt(x² + y²), without overflow on the way and with broadcasting.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor<T> Hypot<T>(this Tensor<T> x, Tensor<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => HypotOperator<T>.Instance.Compute(x, y);

    /// <summary>Elementwise remainder with the sign of x, with broadcasting.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor<T> Fmod<T>(this Tensor<T> x, Tensor<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => FmodOperator<T>.Instance.Compute(x, y);

    /// <summary>Elementwise remainder with the sign of y, with broadcasting.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor<T> Remainder<T>(this Tensor<T> x, Tensor<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => RemainderOperator<T>.Instance.Compute(x, y);

    /// <summary>Elementwise log(exp(x) + exp(y)), without overflow and with broadcasting.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor<T> LogAddExp<T>(this Tensor<T> x, Tensor<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => LogAddExpOperator<T>.Instance.Compute(x, y);

    /// <summary>1 where the elements are equal, else 0; with broadcasting.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor<T> EqualTo<T>(this Tensor<T> x, Tensor<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => EqualToOperator<T>.Instance.Compute(x, y);

    /// <summary>1 where an element equals a number, else 0.</summary>
    public static Tensor<T> EqualTo<T>(this Tensor<T> x, double y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => x.EqualTo(Number<T>(y));

    /// <summary>Each element moved into a range.</summary>
    /// <param name="x">The elements.</param>
    /// <param name="min">The least value; null for no bound.</param>
    /// <param name="max">The greatest value; null for no bound. Where it is below <paramref name="min"/>, it
    /// wins.</param>
    public static Tensor<T> Clamp<T>(this Tensor<T> x, double? min = null, double? max = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ClampOperator<T>.Instance.Compute(
            x, Number<T>(min ?? double.NegativeInfinity), Number<T>(max ?? double.PositiveInfinity));

    /// <summary>
    /// Takes each element from <paramref name="x"/> where the condition is not 0, else from <paramref name="y"/>; with
    /// broadcasting.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor<T> Where<T>(this Tensor<T> condition, Tensor<T> x, Tensor<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => WhereOperator<T>.Instance.Compute(condition, x, y);

    /// <summary>Elementwise log(1 + exp(beta x)) / beta; x itself where beta x is above the threshold.</summary>
    /// <param name="x">The elements.</param>
    /// <param name="beta">How sharp the bend is.</param>
    /// <param name="threshold">Where it ends, in units of beta x.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="beta"/> is 0.</exception>
    public static Tensor<T> Softplus<T>(this Tensor<T> x, double beta = 1, double threshold = 20)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfZero(beta);
        return SoftplusOperator<T>.Instance.Compute(x, Number<T>(beta), Number<T>(threshold));
    }

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

    /// <summary>The greatest of all elements; NaN where one is.</summary>
    /// <exception cref="ArgumentException">There is no element.</exception>
    public static Tensor<T> Amax<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new AmaxOperator<T>(null, false).Compute(x);

    /// <summary>The greatest element along axes; negative ones count from the last.</summary>
    /// <exception cref="ArgumentException">There is no such axis, or no element.</exception>
    public static Tensor<T> Amax<T>(this Tensor<T> x, int[] axes, bool keepDims = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new AmaxOperator<T>(axes, keepDims).Compute(x);

    /// <summary>The least of all elements; NaN where one is.</summary>
    /// <exception cref="ArgumentException">There is no element.</exception>
    public static Tensor<T> Amin<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new AminOperator<T>(null, false).Compute(x);

    /// <summary>The least element along axes; negative ones count from the last.</summary>
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
