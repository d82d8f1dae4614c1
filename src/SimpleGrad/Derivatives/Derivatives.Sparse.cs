using System.Numerics;

namespace SimpleGrad;

public static partial class Derivatives
{
    /// <summary>
    /// The Jacobian, by one of its inputs, of a function, most elements of which are zero whatever the input is.
    /// </summary>
    /// <param name="function">The function; it returns one tensor.</param>
    /// <param name="wrt">By which input, counted from 0.</param>
    /// <returns>A function of the same inputs; the matrix has a row for each element of the result and a column for
    /// each of the input.</returns>
    /// <exception cref="ArgumentException">The function has no such input, or is compiled: compile the
    /// derivative.</exception>
    public static SparseFunction<T> SparseJacobian<T>(TensorFunction<T, Tensor<T>> function, int wrt = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Sparse(
            "SparseJacobian", function, wrt, (f, x) => new Linearization<T>("SparseJacobian", f, x));

    /// <summary>
    /// The Hessian, by one of its inputs, of a function that returns a single number, most elements of which are zero
    /// whatever the input is.
    /// </summary>
    /// <returns>A function of the same inputs; the matrix has a row and a column for each element of the
    /// input.</returns>
    /// <inheritdoc cref="SparseJacobian{T}(TensorFunction{T, Tensor{T}}, int)"/>
    public static SparseFunction<T> SparseHessian<T>(TensorFunction<T, Tensor<T>> function, int wrt = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Sparse(
            "SparseHessian", function, wrt,
            (f, x) => DerivativeMatrices.LinearizedGradient("SparseHessian", f, x));

    private static SparseFunction<T> Sparse<T>(
        string name, TensorFunction<T, Tensor<T>> function, int wrt,
        Func<Func<Variable<T>[], Variable<T>[]>, Variable<T>[], Linearization<T>> linearize)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        FunctionBody<T> body = Driver.BodyOf(name, function, [wrt]);
        Signature inner = function.Signature;
        return new(
            new Signature(name, inner.Inputs, inner.Indices),
            (x, indices) => Driver.On(body, x, indices, [wrt], linearize));
    }

    /// <summary>
    /// The Jacobian of a function, most elements of which are zero whatever the input is. The time and the memory are
    /// those of a few passes where few elements of a row, or of a column, differ from zero.
    /// </summary>
    /// <example><code>
    /// var jacobian = Derivatives.SparseJacobian&lt;double&gt;(v =&gt; v[1..] * v[..^1]).Compile();
    /// SparseMatrix&lt;double&gt; matrix = jacobian.Invoke(data);
    /// </code></example>
    public static SparseFunction<T> SparseJacobian<T>(Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => SparseJacobian(TensorFunction.Of(function));

    /// <inheritdoc cref="SparseJacobian{T}(Func{Variable{T}, Variable{T}})"/>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    public static SparseMatrix<T> SparseJacobian<T>(Func<Variable<T>, Variable<T>> function, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => SparseJacobian(function).Invoke(x);

    /// <summary>
    /// The Hessian of a function that returns a single number, most elements of which are zero whatever the input is.
    /// </summary>
    /// <example><code>
    /// var hessian = Derivatives.SparseHessian&lt;double&gt;(v =&gt; (v[1..] - v[..^1]).Pow(4).Sum()).Compile();
    /// SparseMatrix&lt;double&gt; matrix = hessian.Invoke(data);
    /// </code></example>
    public static SparseFunction<T> SparseHessian<T>(Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => SparseHessian(TensorFunction.Of(function));

    /// <inheritdoc cref="SparseHessian{T}(Func{Variable{T}, Variable{T}})"/>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    public static SparseMatrix<T> SparseHessian<T>(Func<Variable<T>, Variable<T>> function, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => SparseHessian(function).Invoke(x);
}
