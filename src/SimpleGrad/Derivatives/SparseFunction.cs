using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A function from tensors to a sparse Jacobian or Hessian. Which elements can differ from zero is found from the
/// operators that the function applies; columns, or rows, that do not overlap are computed together, all as one batch.
/// </summary>
/// <remarks>Made by <c>Derivatives.SparseJacobian</c> and <c>Derivatives.SparseHessian</c>.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SparseFunction<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Func<Variable<T>[], Tensor<int>[], Linearization<T>> _linearize;
    private readonly SparseRun<T> _run;

    internal SparseFunction(
        Signature signature, Func<Variable<T>[], Tensor<int>[], Linearization<T>> linearize, SparseRun<T>? run = null)
    {
        (Signature, _linearize) = (signature, linearize);
        _run = run ?? RunOnTape;
    }

    internal Signature Signature { get; }

    /// <summary>The same function, computed in another way.</summary>
    internal SparseFunction<T> RunBy(SparseRun<T> run) => new(Signature, _linearize, run);

    /// <summary>
    /// Computes the matrix: a row for each element of the result, a column for each of the input that the function is
    /// differentiated by.
    /// </summary>
    /// <exception cref="ArgumentException">Not as many inputs as the function has, or of shapes that it does not
    /// take.</exception>
    public SparseMatrix<T> Invoke(params ReadOnlySpan<Tensor<T>> inputs) => Invoke(inputs, []);

    /// <param name="inputs">The inputs.</param>
    /// <param name="indices">The tensors of indices. They may be others at each call.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside what an operator uses it for.</exception>
    /// <inheritdoc cref="Invoke(ReadOnlySpan{Tensor{T}})"/>
    public SparseMatrix<T> Invoke(ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<int>> indices)
    {
        Signature.Check(inputs, indices);
        (Compression how, Tensor<T> values) = _run(inputs, indices);
        return how.Expand(values.ToContiguous().Span);
    }

    private (Compression, Tensor<T>) RunOnTape(ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<int>> indices)
    {
        Compression? how = null;
        Tensor<int>[] integers = indices.ToArray();
        Tensor<T> values = OnTape.Run<T>(
            x =>
            {
                (how, Variable<T> compressed) = Compressed(x, integers);
                return [compressed];
            },
            inputs.ToArray())[0]!;
        return (how!, values);
    }

    /// <summary>The rows or columns that are computed, and how the matrix is made of them.</summary>
    internal (Compression How, Variable<T> Values) Compressed(Variable<T>[] x, Tensor<int>[] indices)
    {
        Linearization<T> linear = _linearize(x, indices);
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
