using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public static partial class Derivatives
{
    /// <summary>
    /// The Jacobian of a function: the axes of its result, then those of its input. All rows (by reverse mode) or all
    /// columns (by forward mode), whichever are fewer, are computed as one batch.
    /// </summary>
    public static TensorFunction<T, Tensor<T>> Jacobian<T>(Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new("Jacobian", 1, With(Of(function), (f, x) => Jacobians(f, x, false)[0]), results => results[0]);

    /// <inheritdoc cref="Jacobian{T}(Func{Variable{T}, Variable{T}})"/>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    public static Tensor<T> Jacobian<T>(Func<Variable<T>, Variable<T>> function, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Jacobian(function).Invoke(x);

    /// <inheritdoc cref="Jacobian{T}(Func{Variable{T}, Variable{T}}, Tensor{T})"/>
    public static Variable<T> Jacobian<T>(Func<Variable<T>, Variable<T>> function, Variable<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Jacobians(Of(function), [x], true)[0][0];

    /// <summary>The Jacobian of each result by each input: <c>[result][input]</c>.</summary>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    [OverloadResolutionPriority(-1)]
    public static Variable<T>[][] Jacobian<T>(Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Jacobians(function, x, true);

    /// <summary>
    /// The second derivatives of a function that returns a single number: the axes of its input twice.
    /// </summary>
    public static TensorFunction<T, Tensor<T>> Hessian<T>(Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new("Hessian", 1, With(Of(function), (f, x) => Hessians(f, x, false)[0]), results => results[0]);

    /// <inheritdoc cref="Hessian{T}(Func{Variable{T}, Variable{T}})"/>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    public static Tensor<T> Hessian<T>(Func<Variable<T>, Variable<T>> function, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Hessian(function).Invoke(x);

    /// <inheritdoc cref="Hessian{T}(Func{Variable{T}, Variable{T}}, Tensor{T})"/>
    public static Variable<T> Hessian<T>(Func<Variable<T>, Variable<T>> function, Variable<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Hessians(Of(function), [x], true)[0][0];

    /// <summary>The second derivatives by each pair of inputs: <c>[input][input]</c>.</summary>
    /// <param name="function">The function; it returns a single number.</param>
    /// <param name="x">Where.</param>
    [OverloadResolutionPriority(-1)]
    public static Variable<T>[][] Hessian<T>(Func<Variable<T>[], Variable<T>> function, Variable<T>[] x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Hessians(Of(function), x, true);

    /// <summary>
    /// The diagonal of the Hessian of a function that returns a single number, in the shape of its input.
    /// </summary>
    public static TensorFunction<T, Tensor<T>> HessianDiagonal<T>(Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(
            "HessianDiagonal", 1, With(Of(function), (f, x) => Diagonals("HessianDiagonal", f, x, false)),
            results => results[0]);

    /// <inheritdoc cref="HessianDiagonal{T}(Func{Variable{T}, Variable{T}})"/>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    public static Tensor<T> HessianDiagonal<T>(Func<Variable<T>, Variable<T>> function, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => HessianDiagonal(function).Invoke(x);

    /// <inheritdoc cref="HessianDiagonal{T}(Func{Variable{T}, Variable{T}}, Tensor{T})"/>
    public static Variable<T> HessianDiagonal<T>(Func<Variable<T>, Variable<T>> function, Variable<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Diagonals("HessianDiagonal", Of(function), [x], true)[0];

    /// <summary>
    /// The Laplacian of a function that returns a single number: the sum of its second derivatives by each element.
    /// </summary>
    public static TensorFunction<T, Tensor<T>> Laplacian<T>(Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(
            "Laplacian", 1, With(Of(function), (f, x) => [Diagonals("Laplacian", f, x, false)[0].Sum()]),
            results => results[0]);

    /// <inheritdoc cref="Laplacian{T}(Func{Variable{T}, Variable{T}})"/>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    public static Tensor<T> Laplacian<T>(Func<Variable<T>, Variable<T>> function, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Laplacian(function).Invoke(x);

    /// <inheritdoc cref="Laplacian{T}(Func{Variable{T}, Variable{T}}, Tensor{T})"/>
    public static Variable<T> Laplacian<T>(Func<Variable<T>, Variable<T>> function, Variable<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Diagonals("Laplacian", Of(function), [x], true)[0].Sum();

    private static Variable<T>[][] Jacobians<T>(
        Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] x, bool createGraph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        DerivativeMatrices.Jacobian(new Linearization<T>("Jacobian", function, x), createGraph);

    private static Variable<T>[][] Hessians<T>(
        Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] x, bool createGraph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(x);
        Array.ForEach(x, each => ArgumentNullException.ThrowIfNull(each, nameof(x)));
        Array.ForEach(x, each => DerivativeMatrices.RequireRoom("Hessian", each.Shape, x)); // before any work
        return DerivativeMatrices.Jacobian(DerivativeMatrices.LinearizedGradient("Hessian", function, x), createGraph);
    }

    private static Variable<T>[] Diagonals<T>(
        string user, Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] x, bool createGraph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        DerivativeMatrices.HessianDiagonal(DerivativeMatrices.LinearizedGradient(user, function, x), createGraph);
}
