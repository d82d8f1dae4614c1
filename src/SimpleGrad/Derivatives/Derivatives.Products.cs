using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public static partial class Derivatives
{
    /// <summary>
    /// The value of a function, and a cotangent of its result times its Jacobian by one of its inputs: reverse mode.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="wrt">By which input, counted from 0.</param>
    /// <returns>A function of the same inputs and, after them, a cotangent of the shape of the result; the product has
    /// the shape of the input.</returns>
    /// <exception cref="ArgumentException">The function has no such input, or is compiled: compile the
    /// derivative.</exception>
    public static TensorFunction<T, (Tensor<T> Value, Tensor<T> Product)> Vjp<T>(
        TensorFunction<T, Tensor<T>> function, int wrt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Driver.Of(
            "Vjp", function, [wrt], Pull, results => (results[0], results[1]), Driver.More.Cotangent);

    /// <summary>
    /// The value of a function, and a cotangent of its result times its Jacobian by some of its inputs: reverse mode.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="wrt">By which inputs, counted from 0; null for all.</param>
    /// <returns>A function of the same inputs and, after them, a cotangent of the shape of the result; the products
    /// have the shapes of the inputs in <paramref name="wrt"/>.</returns>
    /// <inheritdoc cref="Vjp{T}(TensorFunction{T, Tensor{T}}, int)"/>
    public static TensorFunction<T, (Tensor<T> Value, Tensor<T>[] Products)> Vjp<T>(
        TensorFunction<T, Tensor<T>> function, int[]? wrt = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Driver.Of(
            "Vjp", function, wrt, Pull, results => (results[0], results[1..]), Driver.More.Cotangent);

    /// <summary>
    /// The value of a function, and a cotangent of its result (of the result's shape) times its Jacobian: reverse mode.
    /// Takes x and the cotangent.
    /// </summary>
    public static TensorFunction<T, (Tensor<T> Value, Tensor<T> Product)> Vjp<T>(
        Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Vjp(TensorFunction.Of(function), 0);

    /// <inheritdoc cref="Vjp{T}(Func{Variable{T}, Variable{T}})"/>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    /// <param name="cotangent">Of the result's shape.</param>
    /// <example><code>
    /// var (value, product) = Derivatives.Vjp&lt;double&gt;(v =&gt; v.Sin(), data, weights);
    /// </code></example>
    public static (Tensor<T> Value, Tensor<T> Product) Vjp<T>(
        Func<Variable<T>, Variable<T>> function, Tensor<T> x, Tensor<T> cotangent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Vjp(function).Invoke(x, cotangent);

    /// <inheritdoc cref="Vjp{T}(Func{Variable{T}, Variable{T}}, Tensor{T}, Tensor{T})"/>
    public static (Variable<T> Value, Variable<T> Product) Vjp<T>(
        Func<Variable<T>, Variable<T>> function, Variable<T> x, Variable<T> cotangent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T>[] results = Pull(ArrayForm.Of(function), [x], [cotangent], true);
        return (results[0], results[1]);
    }

    /// <summary>
    /// The values of a function with several results, and for each input the sum of the results' cotangents times
    /// Jacobians.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    /// <param name="cotangents">One for each result, of its shape.</param>
    [OverloadResolutionPriority(-1)]
    public static (Variable<T>[] Values, Variable<T>[] Products) Vjp<T>(
        Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] x, Variable<T>[] cotangents)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T>[] results = Pull(function, x, cotangents, true);
        return (results[..^x.Length], results[^x.Length..]);
    }

    /// <summary>
    /// The value of a function, and its change where one of its inputs changes along a tangent: forward mode.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="wrt">Which input, counted from 0.</param>
    /// <returns>A function of the same inputs and, after them, a tangent of the shape of the input; the product has the
    /// shape of the result.</returns>
    /// <inheritdoc cref="Vjp{T}(TensorFunction{T, Tensor{T}}, int)"/>
    public static TensorFunction<T, (Tensor<T> Value, Tensor<T> Product)> Jvp<T>(
        TensorFunction<T, Tensor<T>> function, int wrt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Jvp(function, [wrt]);

    /// <summary>
    /// The value of a function, and its change where some of its inputs change along tangents: forward mode.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="wrt">Which inputs, counted from 0; null for all.</param>
    /// <returns>A function of the same inputs and, after them, a tangent for each input in <paramref name="wrt"/>, of
    /// its shape; the product has the shape of the result.</returns>
    /// <inheritdoc cref="Vjp{T}(TensorFunction{T, Tensor{T}}, int)"/>
    public static TensorFunction<T, (Tensor<T> Value, Tensor<T> Product)> Jvp<T>(
        TensorFunction<T, Tensor<T>> function, int[]? wrt = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Driver.Of(
            "Jvp", function, wrt, Push, results => (results[0], results[1]), Driver.More.Tangents);

    /// <summary>
    /// The value of a function, and its Jacobian times a tangent of its input: the change of the result where the input
    /// changes along the tangent. Takes x and the tangent. Forward mode: compiled, it is a forward pass alone.
    /// </summary>
    public static TensorFunction<T, (Tensor<T> Value, Tensor<T> Product)> Jvp<T>(
        Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Jvp(TensorFunction.Of(function), 0);

    /// <inheritdoc cref="Jvp{T}(Func{Variable{T}, Variable{T}})"/>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    /// <param name="tangent">Of the shape of x.</param>
    /// <example><code>
    /// var (value, product) = Derivatives.Jvp&lt;double&gt;(v =&gt; v.Sin(), data, direction);
    /// </code></example>
    public static (Tensor<T> Value, Tensor<T> Product) Jvp<T>(
        Func<Variable<T>, Variable<T>> function, Tensor<T> x, Tensor<T> tangent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Jvp(function).Invoke(x, tangent);

    /// <inheritdoc cref="Jvp{T}(Func{Variable{T}, Variable{T}}, Tensor{T}, Tensor{T})"/>
    public static (Variable<T> Value, Variable<T> Product) Jvp<T>(
        Func<Variable<T>, Variable<T>> function, Variable<T> x, Variable<T> tangent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T>[] results = Push(ArrayForm.Of(function), [x], [tangent], true);
        return (results[0], results[1]);
    }

    /// <summary>
    /// The values of a function of several inputs, and the change of each result where the inputs change along
    /// tangents.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    /// <param name="tangents">One for each input, of its shape.</param>
    [OverloadResolutionPriority(-1)]
    public static (Variable<T>[] Values, Variable<T>[] Products) Jvp<T>(
        Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] x, Variable<T>[] tangents)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T>[] results = Push(function, x, tangents, true);
        return (results[..(results.Length / 2)], results[(results.Length / 2)..]);
    }

    /// <summary>
    /// The Hessian, by one of its inputs, of a function that returns a single number, times a vector.
    /// </summary>
    /// <returns>A function of the same inputs and, after them, a vector of the shape of the input; so is the
    /// result.</returns>
    /// <inheritdoc cref="Grad{T, TResult}(TensorFunction{T, TResult}, int)"/>
    public static TensorFunction<T, Tensor<T>> Hvp<T, TResult>(TensorFunction<T, TResult> function, int wrt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Driver.Of(
            "Hvp", function, [wrt], HessianProduct, results => results[0], Driver.More.Tangents);

    /// <summary>
    /// The Hessian, by some of its inputs together, of a function that returns a single number, times a vector that has
    /// a part for each.
    /// </summary>
    /// <returns>A function of the same inputs and, after them, a part for each input in <paramref name="wrt"/>, of its
    /// shape; so are the results.</returns>
    /// <inheritdoc cref="Grad{T, TResult}(TensorFunction{T, TResult}, int[])"/>
    public static TensorFunction<T, Tensor<T>[]> Hvp<T, TResult>(
        TensorFunction<T, TResult> function, int[]? wrt = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Driver.Of(
            "Hvp", function, wrt, HessianProduct, results => results, Driver.More.Tangents);

    /// <summary>
    /// The Hessian of a function that returns a single number, times a vector, without the Hessian. Takes x and the
    /// vector, which has the shape of x.
    /// </summary>
    /// <example><code>
    /// var product = Derivatives.Hvp&lt;double&gt;(v =&gt; v.Prod()).Compile();
    /// Tensor&lt;double&gt; column = product.Invoke(data, direction);
    /// </code></example>
    public static TensorFunction<T, Tensor<T>> Hvp<T>(Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Hvp(TensorFunction.Of(function), 0);

    /// <inheritdoc cref="Hvp{T}(Func{Variable{T}, Variable{T}})"/>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    /// <param name="vector">Of the shape of x.</param>
    public static Tensor<T> Hvp<T>(Func<Variable<T>, Variable<T>> function, Tensor<T> x, Tensor<T> vector)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Hvp(function).Invoke(x, vector);

    /// <inheritdoc cref="Hvp{T}(Func{Variable{T}, Variable{T}}, Tensor{T}, Tensor{T})"/>
    public static Variable<T> Hvp<T>(Func<Variable<T>, Variable<T>> function, Variable<T> x, Variable<T> vector)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        HessianProduct(ArrayForm.Of(function), [x], [vector], true)[0];

    /// <summary>
    /// The Hessian, by all inputs together, of a function that returns a single number, times a vector that has a part
    /// for each input.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    /// <param name="vectors">One for each input, of its shape.</param>
    [OverloadResolutionPriority(-1)]
    public static Variable<T>[] Hvp<T>(
        Func<Variable<T>[], Variable<T>> function, Variable<T>[] x, Variable<T>[] vectors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => HessianProduct(ArrayForm.Of(function), x, vectors, true);

    private static Variable<T>[] Pull<T>(
        Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] x, Variable<T>[] cotangents, bool createGraph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var linear = new Linearization<T>("Vjp", function, x);
        return [.. linear.Results, .. linear.WithZeros(linear.Pull(cotangents, createGraph))];
    }

    private static Variable<T>[] Push<T>(
        Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] x, Variable<T>[] tangents, bool createGraph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var linear = new Linearization<T>("Jvp", function, x);
        Variable<T>?[] products = linear.Push(tangents, createGraph);
        return
        [
            .. linear.Results,
            .. products.Zip(linear.Results, (product, result) => linear.OrZeros(product, result.Shape)),
        ];
    }

    // The Hessian is symmetric, so a vector times it is as good as it times the vector, and one sweep is less.
    private static Variable<T>[] HessianProduct<T>(
        Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] x, Variable<T>[] vectors, bool createGraph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Linearization<T> linear = DerivativeMatrices.LinearizedGradient("Hvp", function, x);
        return linear.WithZeros(linear.Pull(vectors, createGraph));
    }
}
