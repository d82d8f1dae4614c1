using System.Numerics;

namespace SimpleGrad;

/// <summary>A value of a graph: an input, a constant, or the result of an operator on earlier values.</summary>
/// <param name="Shape">The value's shape.</param>
/// <param name="Operator">What computes it; null for inputs and constants.</param>
/// <param name="Inputs">The numbers of the values that the operator reads.</param>
/// <param name="Constant">The value of a constant; null for the others.</param>
/// <param name="IsNumber">Whether a constant is a plain number of the program.</param>
/// <param name="Output">Which of the operator's results it is.</param>
internal sealed record Node<T>(
    Shape Shape, Operator<T>? Operator, int[] Inputs, Tensor<T>? Constant = null, bool IsNumber = false,
    int Output = 0)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Node<T> Input(Shape shape) => new(shape, null, []);

    public static Node<T> Number(T value) => new(Shape.Scalar, null, [], new Tensor<T>(value), true);

    public static Node<T> Of(Tensor<T> constant) => new(constant.Shape, null, [], constant);

    /// <summary>Whether other nodes may be further results of the same operator on the same inputs.</summary>
    public bool HasSiblings => Operator is { ResultCount: > 1 };

    public bool IsInput => Operator is null && Constant is null;

    /// <summary>Whether all elements of a constant are the same number, as of a number that was expanded.</summary>
    public bool IsUniform(out T number)
    {
        number = default;
        if (Constant is null || Constant.Length == 0)
            return false;
        for (int i = 0; i < Constant.Rank; i++)
        {
            if (Shape[i] != 1 && Constant.Strides[i] != 0)
                return false;
        }
        number = Constant.Memory[0];
        return true;
    }

    /// <summary>The bits of a number, which tell 0 from -0 and make NaN equal to itself.</summary>
    public static long BitsOf(T number) => BitConverter.DoubleToInt64Bits(double.CreateTruncating(number));
}
