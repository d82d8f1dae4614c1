using System.Numerics;

namespace SimpleGrad;

public static partial class Derivatives
{
    /// <summary>
    /// The Jacobian of a function, most elements of which are zero whatever the input is. The time and the memory are
    /// those of a few passes where few elements of a row, or of a column, differ from zero.
    /// </summary>
    public static SparseFunction<T> SparseJacobian<T>(Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Func<Variable<T>[], Variable<T>[]> f = Of(function);
        return new SparseFunction<T>(x => new Linearization<T>("SparseJacobian", f, x));
    }

    /// <inheritdoc cref="SparseJacobian{T}(Func{Variable{T}, Variable{T}})"/>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    public static SparseMatrix<T> SparseJacobian<T>(Func<Variable<T>, Variable<T>> function, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => SparseJacobian(function).Invoke(x);

    /// <summary>
    /// The Hessian of a function that returns a single number, most elements of which are zero whatever the input is.
    /// </summary>
    public static SparseFunction<T> SparseHessian<T>(Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Func<Variable<T>[], Variable<T>[]> f = Of(function);
        return new SparseFunction<T>(x => DerivativeMatrices.LinearizedGradient("SparseHessian", f, [x]));
    }

    /// <inheritdoc cref="SparseHessian{T}(Func{Variable{T}, Variable{T}})"/>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    public static SparseMatrix<T> SparseHessian<T>(Func<Variable<T>, Variable<T>> function, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => SparseHessian(function).Invoke(x);
}
