using System.Runtime.CompilerServices;

namespace SimpleGrad;

// Real operators, not an extension for floats and doubles, which other languages would not see.
public sealed partial class Tensor<T>
{
    /// <summary>Elementwise sum, with broadcasting.</summary>
    /// <exception cref="NotSupportedException">The elements are not <see cref="float"/> or <see cref="double"/>; so for
    /// all operators.</exception>
    public static Tensor<T> operator +(Tensor<T> x, Tensor<T> y) => TensorOperators<T>.Instance.Add(x, y);

    /// <summary>Adds a number to each element.</summary>
    public static Tensor<T> operator +(Tensor<T> x, double y) => x + Number(y);

    /// <summary>Adds each element to a number.</summary>
    public static Tensor<T> operator +(double x, Tensor<T> y) => Number(x) + y;

    /// <summary>Elementwise difference, with broadcasting.</summary>
    public static Tensor<T> operator -(Tensor<T> x, Tensor<T> y) => TensorOperators<T>.Instance.Subtract(x, y);

    /// <summary>Subtracts a number from each element.</summary>
    public static Tensor<T> operator -(Tensor<T> x, double y) => x - Number(y);

    /// <summary>Subtracts each element from a number.</summary>
    public static Tensor<T> operator -(double x, Tensor<T> y) => Number(x) - y;

    /// <summary>Elementwise product, with broadcasting.</summary>
    public static Tensor<T> operator *(Tensor<T> x, Tensor<T> y) => TensorOperators<T>.Instance.Multiply(x, y);

    /// <summary>Multiplies each element by a number.</summary>
    public static Tensor<T> operator *(Tensor<T> x, double y) => x * Number(y);

    /// <summary>Multiplies a number by each element.</summary>
    public static Tensor<T> operator *(double x, Tensor<T> y) => Number(x) * y;

    /// <summary>Elementwise quotient, with broadcasting.</summary>
    public static Tensor<T> operator /(Tensor<T> x, Tensor<T> y) => TensorOperators<T>.Instance.Divide(x, y);

    /// <summary>Divides each element by a number.</summary>
    public static Tensor<T> operator /(Tensor<T> x, double y) => x / Number(y);

    /// <summary>Divides a number by each element.</summary>
    public static Tensor<T> operator /(double x, Tensor<T> y) => Number(x) / y;

    /// <summary>Changes the sign of each element.</summary>
    public static Tensor<T> operator -(Tensor<T> x) => TensorOperators<T>.Instance.Negate(x);

    /// <summary>1 where x is greater than y, else 0; with broadcasting.</summary>
    public static Tensor<T> operator >(Tensor<T> x, Tensor<T> y) => TensorOperators<T>.Instance.Greater(x, y);

    /// <summary>1 where an element is greater than a number, else 0.</summary>
    public static Tensor<T> operator >(Tensor<T> x, double y) => x > Number(y);

    /// <summary>1 where a number is greater than an element, else 0.</summary>
    public static Tensor<T> operator >(double x, Tensor<T> y) => Number(x) > y;

    /// <summary>1 where x is less than y, else 0; with broadcasting.</summary>
    public static Tensor<T> operator <(Tensor<T> x, Tensor<T> y) => y > x;

    /// <summary>1 where an element is less than a number, else 0.</summary>
    public static Tensor<T> operator <(Tensor<T> x, double y) => x < Number(y);

    /// <summary>1 where a number is less than an element, else 0.</summary>
    public static Tensor<T> operator <(double x, Tensor<T> y) => Number(x) < y;

    /// <summary>1 where x is at least y, else 0; with broadcasting.</summary>
    public static Tensor<T> operator >=(Tensor<T> x, Tensor<T> y) => TensorOperators<T>.Instance.GreaterOrEqual(x, y);

    /// <summary>1 where an element is at least a number, else 0.</summary>
    public static Tensor<T> operator >=(Tensor<T> x, double y) => x >= Number(y);

    /// <summary>1 where a number is at least an element, else 0.</summary>
    public static Tensor<T> operator >=(double x, Tensor<T> y) => Number(x) >= y;

    /// <summary>1 where x is at most y, else 0; with broadcasting.</summary>
    public static Tensor<T> operator <=(Tensor<T> x, Tensor<T> y) => y >= x;

    /// <summary>1 where an element is at most a number, else 0.</summary>
    public static Tensor<T> operator <=(Tensor<T> x, double y) => x <= Number(y);

    /// <summary>1 where a number is at most an element, else 0.</summary>
    public static Tensor<T> operator <=(double x, Tensor<T> y) => Number(x) <= y;

    /// <inheritdoc cref="Variable{T}.this[Tensor{int}]"/>
    [IndexerName("Part")]
    public Tensor<T> this[Tensor<int> index] => TensorOperators<T>.Instance.At([index], this);

    /// <inheritdoc cref="Variable{T}.this[Tensor{int}, Tensor{int}, ReadOnlySpan{Tensor{int}}]"/>
    [IndexerName("Part")]
    public Tensor<T> this[Tensor<int> index0, Tensor<int> index1, params ReadOnlySpan<Tensor<int>> more] =>
        TensorOperators<T>.Instance.At([index0, index1, .. more], this);

    private static Tensor<T> Number(double number) => TensorOperators<T>.Instance.Number(number);
}
