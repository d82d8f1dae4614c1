namespace SimpleGrad;

/// <summary>A function of parameters and data, compiled: its values, and its values with its Jacobian.</summary>
internal sealed class ModelFunction
{
    private readonly TensorFunction<double, Tensor<double>[]> _values, _jacobian;
    private readonly Tensor<double> _x;

    public ModelFunction(
        Func<Variable<double>, Variable<double>, Variable<double>> model, Tensor<double> x, Shape shape)
    {
        _x = x;
        Variable<double> Model(Variable<double> b, Variable<double> data)
        {
            Variable<double> values = model(b, data);
            if (values.Shape == shape)
                return values;
            // A function such as b1 alone is the same everywhere.
            return values.Rank == 0 ? values.Expand(shape) : throw new ArgumentException(
                $"The function returns shape {values.Shape}, and the measurements have shape {shape}.", nameof(model));
        }
        _values = TensorFunction.Of<double>(v => [Model(v[0], v[1])]).Compile();
        _jacobian = TensorFunction.Of<double>(v =>
            [Model(v[0], v[1]), Derivatives.Jacobian<double>(b => Model(b, v[1]), v[0])]).Compile();
    }

    public double[] Values(double[] point) => _values.Invoke(Tensor.Create<double>(point), _x)[0].ToArray();

    /// <summary>The values, and the Jacobian by column.</summary>
    public (double[] Values, double[][] Columns) Jacobian(double[] point)
    {
        Tensor<double>[] results = _jacobian.Invoke(Tensor.Create<double>(point), _x);
        double[] values = results[0].ToArray();
        return (values, [.. results[1].Permute(1, 0).ToArray().Chunk(values.Length)]);
    }
}
