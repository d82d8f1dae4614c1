using System.Numerics;

namespace SimpleGrad;

/// <summary>The operators of variables, without a record.</summary>
internal sealed class FloatingOperators<T> : TensorOperators<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override Tensor<T> Number(double number) => Variable<T>.FromNumber(number).Value;

    public override Tensor<T> Add(Tensor<T> x, Tensor<T> y) => AddOperator<T>.Instance.Compute(x, y);

    public override Tensor<T> Subtract(Tensor<T> x, Tensor<T> y) => SubtractOperator<T>.Instance.Compute(x, y);

    public override Tensor<T> Multiply(Tensor<T> x, Tensor<T> y) => MultiplyOperator<T>.Instance.Compute(x, y);

    public override Tensor<T> Divide(Tensor<T> x, Tensor<T> y) => DivideOperator<T>.Instance.Compute(x, y);

    public override Tensor<T> Negate(Tensor<T> x) => NegateOperator<T>.Instance.Compute(x);

    public override Tensor<T> Greater(Tensor<T> x, Tensor<T> y) => GreaterOperator<T>.Instance.Compute(x, y);

    public override Tensor<T> GreaterOrEqual(Tensor<T> x, Tensor<T> y) =>
        GreaterOrEqualOperator<T>.Instance.Compute(x, y);

    public override Tensor<T> At(Tensor<int>[] indices, Tensor<T> x)
    {
        Variable<T> operand = Variable<T>.OfTensor(x);
        return (indices.Length == 1 ? operand[indices[0]] : operand[indices[0], indices[1], indices.AsSpan(2)]).Value;
    }
}
