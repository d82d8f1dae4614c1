using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public static partial class Derivatives
{
    /// <summary>The Jacobian of a function by one of its inputs.</summary>
    /// <param name="function">The function.</param>
    /// <param name="wrt">By which input, counted from 0.</param>
    /// <returns>A function of the same inputs; its result has the axes of the function's result, then those of the
    /// input: (m, n) for a function from n to m numbers.</returns>
    /// <exception cref="ArgumentException">The function has no such input, or is compiled: compile the
    /// derivative.</exception>
    public static TensorFunction<T, Tensor<T>> Jacobian<T>(TensorFunction<T, Tensor<T>> function, int wrt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Driver.Of("Jacobian", function, [wrt], AllJacobians, results => results[0]);

    /// <summary>The Jacobians of a function by some of its inputs.</summary>
    /// <param name="function">The function.</param>
    /// <param name="wrt">By which inputs, counted from 0; null for all.</param>
    /// <returns>A function of the same inputs; it has a result for each input in <paramref name="wrt"/>, with the axes
    /// of the function's result, then those of the input.</returns>
    /// <inheritdoc cref="Jacobian{T}(TensorFunction{T, Tensor{T}}, int)"/>
    public static TensorFunction<T, Tensor<T>[]> Jacobian<T>(
        TensorFunction<T, Tensor<T>> function, int[]? wrt = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Driver.Of("Jacobian", function, wrt, AllJacobians, results => results);

    /// <summary>The Jacobian of each result of a function by one of its inputs.</summary>
    /// <returns>A function of the same inputs; it has a result for each of the function's, with its axes, then those of
    /// the input.</returns>
    /// <inheritdoc cref="Jacobian{T}(TensorFunction{T, Tensor{T}}, int)"/>
    public static TensorFunction<T, Tensor<T>[]> Jacobian<T>(TensorFunction<T, Tensor<T>[]> function, int wrt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Driver.Of("Jacobian", function, [wrt], AllJacobians, results => results);

    /// <summary>
    /// The Jacobian of a function: the axes of its result, then those of its input. All rows (by reverse mode) or all
    /// columns (by forward mode), whichever are fewer, are computed as one batch.
    /// </summary>
    /// <example><code>
    /// Tensor&lt;double&gt; matrix = Derivatives.Jacobian&lt;double&gt;(v =&gt; v.CumSum(0).Sin()).Invoke(data);
    /// </code></example>
    public static TensorFunction<T, Tensor<T>> Jacobian<T>(Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Jacobian(TensorFunction.Of(function), 0);

    /// <inheritdoc cref="Jacobian{T}(Func{Variable{T}, Variable{T}})"/>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    public static Tensor<T> Jacobian<T>(Func<Variable<T>, Variable<T>> function, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Jacobian(function).Invoke(x);

    /// <inheritdoc cref="Jacobian{T}(Func{Variable{T}, Variable{T}}, Tensor{T})"/>
    public static Variable<T> Jacobian<T>(Func<Variable<T>, Variable<T>> function, Variable<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Jacobians(ArrayForm.Of(function), [x], true)[0][0];

    /// <summary>The Jacobian of each result by each input: <c>[result][input]</c>.</summary>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    [OverloadResolutionPriority(-1)]
    public static Variable<T>[][] Jacobian<T>(Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Jacobians(function, x, true);

    /// <summary>The second derivatives of a function that returns a single number, by one of its inputs.</summary>
    /// <returns>A function of the same inputs; its result has the axes of the input twice: (n, n) for n
    /// numbers.</returns>
    /// <inheritdoc cref="Grad{T, TResult}(TensorFunction{T, TResult}, int)"/>
    public static TensorFunction<T, Tensor<T>> Hessian<T, TResult>(TensorFunction<T, TResult> function, int wrt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Driver.Of("Hessian", function, [wrt], AllHessians, results => results[0]);

    /// <summary>
    /// The second derivatives of a function that returns a single number, by each pair of some of its inputs.
    /// </summary>
    /// <returns>A function of the same inputs; its result <c>[i][j]</c> has the axes of input <c>wrt[i]</c>, then those
    /// of input <c>wrt[j]</c>.</returns>
    /// <inheritdoc cref="Grad{T, TResult}(TensorFunction{T, TResult}, int[])"/>
    public static TensorFunction<T, Tensor<T>[][]> Hessian<T, TResult>(
        TensorFunction<T, TResult> function, int[]? wrt = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Driver.Of("Hessian", function, wrt, AllHessians, Rows);

    /// <summary>
    /// The second derivatives of a function that returns a single number: the axes of its input twice.
    /// </summary>
    /// <example><code>
    /// Tensor&lt;double&gt; matrix = Derivatives.Hessian&lt;double&gt;(v =&gt; v.Prod()).Invoke(data); // (n, n)
    /// </code></example>
    public static TensorFunction<T, Tensor<T>> Hessian<T>(Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Hessian(TensorFunction.Of(function), 0);

    /// <inheritdoc cref="Hessian{T}(Func{Variable{T}, Variable{T}})"/>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    public static Tensor<T> Hessian<T>(Func<Variable<T>, Variable<T>> function, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Hessian(function).Invoke(x);

    /// <inheritdoc cref="Hessian{T}(Func{Variable{T}, Variable{T}}, Tensor{T})"/>
    public static Variable<T> Hessian<T>(Func<Variable<T>, Variable<T>> function, Variable<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Hessians(ArrayForm.Of(function), [x], true)[0][0];

    /// <summary>The second derivatives by each pair of inputs: <c>[input][input]</c>.</summary>
    /// <param name="function">The function; it returns a single number.</param>
    /// <param name="x">Where.</param>
    [OverloadResolutionPriority(-1)]
    public static Variable<T>[][] Hessian<T>(Func<Variable<T>[], Variable<T>> function, Variable<T>[] x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Hessians(ArrayForm.Of(function), x, true);

    /// <summary>
    /// The diagonal of the Hessian of a function that returns a single number, by one of its inputs.
    /// </summary>
    /// <inheritdoc cref="Grad{T, TResult}(TensorFunction{T, TResult}, int)"/>
    public static TensorFunction<T, Tensor<T>> HessianDiagonal<T, TResult>(
        TensorFunction<T, TResult> function, int wrt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Driver.Of(
            "HessianDiagonal", function, [wrt], (f, x, _, graph) => Diagonals("HessianDiagonal", f, x, graph),
            results => results[0]);

    /// <summary>
    /// The diagonals of the Hessians of a function that returns a single number, by some of its inputs.
    /// </summary>
    /// <inheritdoc cref="Grad{T, TResult}(TensorFunction{T, TResult}, int[])"/>
    public static TensorFunction<T, Tensor<T>[]> HessianDiagonal<T, TResult>(
        TensorFunction<T, TResult> function, int[]? wrt = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Driver.Of(
            "HessianDiagonal", function, wrt, (f, x, _, graph) => Diagonals("HessianDiagonal", f, x, graph),
            results => results);

    /// <summary>
    /// The diagonal of the Hessian of a function that returns a single number, in the shape of its input.
    /// </summary>
    /// <example><code>
    /// Tensor&lt;double&gt; diagonal = Derivatives.HessianDiagonal&lt;double&gt;(v =&gt; v.Pow(4).Sum()).Invoke(data);
    /// </code></example>
    public static TensorFunction<T, Tensor<T>> HessianDiagonal<T>(Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        HessianDiagonal(TensorFunction.Of(function), 0);

    /// <inheritdoc cref="HessianDiagonal{T}(Func{Variable{T}, Variable{T}})"/>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    public static Tensor<T> HessianDiagonal<T>(Func<Variable<T>, Variable<T>> function, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => HessianDiagonal(function).Invoke(x);

    /// <inheritdoc cref="HessianDiagonal{T}(Func{Variable{T}, Variable{T}}, Tensor{T})"/>
    public static Variable<T> HessianDiagonal<T>(Func<Variable<T>, Variable<T>> function, Variable<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Diagonals("HessianDiagonal", ArrayForm.Of(function), [x], true)[0];

    /// <summary>The diagonal of the Hessian by each input, in its shape.</summary>
    /// <param name="function">The function; it returns a single number.</param>
    /// <param name="x">Where.</param>
    [OverloadResolutionPriority(-1)]
    public static Variable<T>[] HessianDiagonal<T>(Func<Variable<T>[], Variable<T>> function, Variable<T>[] x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Diagonals("HessianDiagonal", ArrayForm.Of(function), x, true);

    /// <summary>
    /// The Laplacian of a function that returns a single number, by one of its inputs: the sum of its second
    /// derivatives by each element of that input.
    /// </summary>
    /// <returns>A function of the same inputs; its result is a single number.</returns>
    /// <inheritdoc cref="Grad{T, TResult}(TensorFunction{T, TResult}, int)"/>
    public static TensorFunction<T, Tensor<T>> Laplacian<T, TResult>(TensorFunction<T, TResult> function, int wrt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Laplacian(function, [wrt]);

    /// <summary>
    /// The Laplacian of a function that returns a single number, by some of its inputs: the sum of its second
    /// derivatives by each of their elements.
    /// </summary>
    /// <returns>A function of the same inputs; its result is a single number.</returns>
    /// <inheritdoc cref="Grad{T, TResult}(TensorFunction{T, TResult}, int[])"/>
    public static TensorFunction<T, Tensor<T>> Laplacian<T, TResult>(
        TensorFunction<T, TResult> function, int[]? wrt = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Driver.Of(
            "Laplacian", function, wrt, (f, x, _, graph) => [Sum(Diagonals("Laplacian", f, x, graph))],
            results => results[0]);

    /// <summary>
    /// The Laplacian of a function that returns a single number: the sum of its second derivatives by each element.
    /// </summary>
    /// <example><code>
    /// Tensor&lt;double&gt; sum = Derivatives.Laplacian&lt;double&gt;(v =&gt; v.Norm()).Invoke(data);
    /// </code></example>
    public static TensorFunction<T, Tensor<T>> Laplacian<T>(Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Laplacian(TensorFunction.Of(function), 0);

    /// <inheritdoc cref="Laplacian{T}(Func{Variable{T}, Variable{T}})"/>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    public static Tensor<T> Laplacian<T>(Func<Variable<T>, Variable<T>> function, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Laplacian(function).Invoke(x);

    /// <inheritdoc cref="Laplacian{T}(Func{Variable{T}, Variable{T}}, Tensor{T})"/>
    public static Variable<T> Laplacian<T>(Func<Variable<T>, Variable<T>> function, Variable<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Diagonals("Laplacian", ArrayForm.Of(function), [x], true)[0].Sum();

    /// <summary>The Laplacian by all inputs together.</summary>
    /// <param name="function">The function; it returns a single number.</param>
    /// <param name="x">Where.</param>
    [OverloadResolutionPriority(-1)]
    public static Variable<T> Laplacian<T>(Func<Variable<T>[], Variable<T>> function, Variable<T>[] x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Sum(Diagonals("Laplacian", ArrayForm.Of(function), x, true));

    private static Variable<T> Sum<T>(Variable<T>[] diagonals)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        diagonals.Select(diagonal => diagonal.Sum()).Aggregate((x, y) => x + y);

    private static Variable<T>[] AllJacobians<T>(
        Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] x, Variable<T>[] more, bool createGraph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Jacobians(function, x, createGraph).SelectMany(row => row)];

    private static Variable<T>[] AllHessians<T>(
        Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] x, Variable<T>[] more, bool createGraph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Hessians(function, x, createGraph).SelectMany(row => row)];

    private static Tensor<T>[][] Rows<T>(Tensor<T>[] blocks)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => [.. blocks.Chunk((int)Math.Sqrt(blocks.Length))];

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
