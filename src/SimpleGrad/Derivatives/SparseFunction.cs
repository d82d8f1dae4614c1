using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A function from a tensor to a sparse Jacobian or Hessian. Which elements can differ from zero is found from the
/// operators that the function applies; columns, or rows, that do not overlap are computed together, all as one batch.
/// </summary>
/// <remarks>Made by <c>Derivatives.SparseJacobian</c> and <c>Derivatives.SparseHessian</c>.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SparseFunction<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Func<Variable<T>, Linearization<T>> _linearize;
    private readonly Func<Tensor<T>, (Compression How, Tensor<T> Values)> _run;

    internal SparseFunction(
        Func<Variable<T>, Linearization<T>> linearize, Func<Tensor<T>, (Compression, Tensor<T>)>? run = null)
    {
        _linearize = linearize;
        _run = run ?? RunOnTape;
    }

    /// <summary>The same function, computed in another way.</summary>
    internal SparseFunction<T> RunBy(Func<Tensor<T>, (Compression, Tensor<T>)> run) => new(_linearize, run);

    /// <summary>Computes the matrix: a row for each element of the result, a column for each of the input.</summary>
    public SparseMatrix<T> Invoke(Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(x);
        (Compression how, Tensor<T> values) = _run(x);
        return how.Expand(values.ToContiguous().Span);
    }

    private (Compression, Tensor<T>) RunOnTape(Tensor<T> x)
    {
        Compression? how = null;
        Tensor<T> values = OnTape.Run<T>(
            v =>
            {
                (how, Variable<T> compressed) = Compressed(v[0]);
                return [compressed];
            },
            [x])[0]!;
        return (how!, values);
    }

    /// <summary>The rows or columns that are computed, and how the matrix is made of them.</summary>
    internal (Compression How, Variable<T> Values) Compressed(Variable<T> x)
    {
        Linearization<T> linear = _linearize(x);
        Compression how = Compression.Of(Structure.Of(linear), linear.Inputs[0].Length);
        Shape space = how.ByRows ? linear.Result.Shape : linear.Inputs[0].Shape;
        Shape value = how.ByRows ? linear.Inputs[0].Shape : linear.Result.Shape;
        if (!how.ByRows)
            linear.PreparePushes();
        Variable<T> products = DerivativeMatrices.InDirections(
            linear, space, how.Count, (first, count) => how.Directions<T>(space, first, count),
            each => how.ByRows
                ? linear.PullOne(0, each, createGraph: false) : linear.PushOne(0, each, createGraph: false),
            [value], createGraph: false, asOne: true)[0];
        return (how, products.Reshape(Shape.Create(how.Count, value.FlattenedLength)));
    }
}
