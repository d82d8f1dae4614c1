namespace SimpleGrad;

/// <summary>The operators of tensors of an element type that has arithmetic.</summary>
internal abstract class TensorOperators<T> where T : unmanaged
{
    private static readonly TensorOperators<T>? _instance =
        typeof(T) == typeof(float) ? (TensorOperators<T>)(object)new FloatingOperators<float>()
        : typeof(T) == typeof(double) ? (TensorOperators<T>)(object)new FloatingOperators<double>()
        : null;

    public static TensorOperators<T> Instance => _instance ?? throw new NotSupportedException(
        $"Tensors of {typeof(T).Name} have no arithmetic; those of Single and Double have. Compute on an array, and "
        + "make a tensor of that: Tensor.Create(values, shape).");

    public abstract Tensor<T> Number(double number);

    public abstract Tensor<T> Add(Tensor<T> x, Tensor<T> y);

    public abstract Tensor<T> Subtract(Tensor<T> x, Tensor<T> y);

    public abstract Tensor<T> Multiply(Tensor<T> x, Tensor<T> y);

    public abstract Tensor<T> Divide(Tensor<T> x, Tensor<T> y);

    public abstract Tensor<T> Negate(Tensor<T> x);

    public abstract Tensor<T> Greater(Tensor<T> x, Tensor<T> y);

    public abstract Tensor<T> GreaterOrEqual(Tensor<T> x, Tensor<T> y);

    public abstract Tensor<T> At(Tensor<int>[] indices, Tensor<T> x);
}
