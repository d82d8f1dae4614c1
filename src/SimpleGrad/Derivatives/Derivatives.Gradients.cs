using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

// Each driver comes as a function of tensors, to call or to compile; and as a method on variables, to use inside other
// functions. The array forms yield where a lambda fits several: x => x[0] is then one on a vector.

/// <summary>
/// Derivatives of functions. What is given a function alone makes a function of tensors; what is given variables or
/// tensors too computes at once. On variables the result can be differentiated in turn, so all of this nests.
/// </summary>
/// <remarks>
/// A function of several inputs, of any number of them or of indices is made with <c>TensorFunction.Of</c>; each driver
/// then takes <c>wrt</c>, by which of its inputs to differentiate: a number for one, an array for several, nothing for
/// all. The other inputs are data.
/// <code>
/// var loss = TensorFunction.Of&lt;double&gt;((w, x, y) => (x.MatMul(w) - y).Square().Mean());
/// var gradient = Derivatives.Grad(loss, wrt: 0).Compile();
/// Tensor&lt;double&gt; g = gradient.Invoke(w, x, y); // of the shape of w
/// </code>
/// </remarks>
public static partial class Derivatives
{
    /// <summary>The gradient, by one of its inputs, of a function that returns a single number.</summary>
    /// <param name="function">The function.</param>
    /// <param name="wrt">By which input, counted from 0.</param>
    /// <returns>A function of the same inputs; its result has the shape of the input.</returns>
    /// <exception cref="ArgumentException">The function has no such input, or is compiled: compile the
    /// derivative.</exception>
    /// <example><code>
    /// var loss = TensorFunction.Of&lt;double&gt;((w, x, y) =&gt; (x.MatMul(w) - y).Square().Mean());
    /// var byWeights = Derivatives.Grad(loss, wrt: 0).Compile();
    /// </code></example>
    public static TensorFunction<T, Tensor<T>> Grad<T, TResult>(TensorFunction<T, TResult> function, int wrt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Driver.Of("Grad", function, [wrt], Gradients, results => results[0]);

    /// <summary>The gradients, by some of its inputs, of a function that returns a single number.</summary>
    /// <param name="function">The function.</param>
    /// <param name="wrt">By which inputs, counted from 0; null for all.</param>
    /// <returns>A function of the same inputs; its results have the shapes of the inputs in <paramref name="wrt"/>, in
    /// that order.</returns>
    /// <inheritdoc cref="Grad{T, TResult}(TensorFunction{T, TResult}, int)"/>
    public static TensorFunction<T, Tensor<T>[]> Grad<T, TResult>(
        TensorFunction<T, TResult> function, int[]? wrt = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Driver.Of("Grad", function, wrt, Gradients, results => results);

    /// <summary>The gradient of a function that returns a single number.</summary>
    /// <example><code>
    /// Tensor&lt;double&gt; gradient = Derivatives.Grad&lt;double&gt;(v =&gt; v.Square().Sum()).Invoke(data);
    /// </code></example>
    public static TensorFunction<T, Tensor<T>> Grad<T>(Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Grad(TensorFunction.Of(function), 0);

    /// <summary>The gradients of a function that returns a single number, by each of its inputs.</summary>
    public static TensorFunction<T, (Tensor<T>, Tensor<T>)> Grad<T>(
        Func<Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Driver.Of("Grad", TensorFunction.Of(function), null, Gradients, results => (results[0], results[1]));

    /// <inheritdoc cref="Grad{T}(Func{Variable{T}, Variable{T}, Variable{T}})"/>
    public static TensorFunction<T, (Tensor<T>, Tensor<T>, Tensor<T>)> Grad<T>(
        Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Driver.Of(
            "Grad", TensorFunction.Of(function), null, Gradients, results => (results[0], results[1], results[2]));

    /// <inheritdoc cref="Grad{T}(Func{Variable{T}, Variable{T}, Variable{T}})"/>
    public static TensorFunction<T, (Tensor<T>, Tensor<T>, Tensor<T>, Tensor<T>)> Grad<T>(
        Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Driver.Of(
            "Grad", TensorFunction.Of(function), null, Gradients,
            results => (results[0], results[1], results[2], results[3]));

    /// <inheritdoc cref="Grad{T}(Func{Variable{T}, Variable{T}, Variable{T}})"/>
    [OverloadResolutionPriority(-1)]
    public static TensorFunction<T, Tensor<T>[]> Grad<T>(Func<Variable<T>[], Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Grad(ArrayFunction(function));

    /// <summary>The gradient of a function that returns a single number, at a point.</summary>
    public static Tensor<T> Grad<T>(Func<Variable<T>, Variable<T>> function, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Grad(function).Invoke(x);

    /// <inheritdoc cref="Grad{T}(Func{Variable{T}, Variable{T}}, Tensor{T})"/>
    public static Variable<T> Grad<T>(Func<Variable<T>, Variable<T>> function, Variable<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Gradient("Grad", ArrayForm.Of(function), [x], true).Gradients[0];

    /// <summary>The gradients of a function that returns a single number, by each of its inputs, at a point.</summary>
    public static (Variable<T>, Variable<T>) Grad<T>(
        Func<Variable<T>, Variable<T>, Variable<T>> function, Variable<T> x, Variable<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T>[] gradients = Gradient("Grad", ArrayForm.Of(function), [x, y], true).Gradients;
        return (gradients[0], gradients[1]);
    }

    /// <inheritdoc cref="Grad{T}(Func{Variable{T}, Variable{T}, Variable{T}}, Variable{T}, Variable{T})"/>
    [OverloadResolutionPriority(-1)]
    public static Variable<T>[] Grad<T>(Func<Variable<T>[], Variable<T>> function, Variable<T>[] x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Gradient("Grad", ArrayForm.Of(function), x, true).Gradients;

    /// <summary>
    /// The value of a function that returns a single number, and its gradient by one of its inputs.
    /// </summary>
    /// <returns>A function of the same inputs; the gradient has the shape of the input.</returns>
    /// <inheritdoc cref="Grad{T, TResult}(TensorFunction{T, TResult}, int)"/>
    public static TensorFunction<T, (Tensor<T> Value, Tensor<T> Gradient)> ValueAndGrad<T, TResult>(
        TensorFunction<T, TResult> function, int wrt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Driver.Of(
            "ValueAndGrad", function, [wrt], ValueAndGradients, results => (results[0], results[1]));

    /// <summary>
    /// The value of a function that returns a single number, and its gradients by some of its inputs.
    /// </summary>
    /// <returns>A function of the same inputs; the gradients have the shapes of the inputs in <paramref name="wrt"/>,
    /// in that order.</returns>
    /// <inheritdoc cref="Grad{T, TResult}(TensorFunction{T, TResult}, int[])"/>
    public static TensorFunction<T, (Tensor<T> Value, Tensor<T>[] Gradients)> ValueAndGrad<T, TResult>(
        TensorFunction<T, TResult> function, int[]? wrt = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Driver.Of(
            "ValueAndGrad", function, wrt, ValueAndGradients, results => (results[0], results[1..]));

    /// <summary>The value and the gradient of a function that returns a single number.</summary>
    /// <example><code>
    /// var f = Derivatives.ValueAndGrad&lt;double&gt;(v =&gt; v.Square().Sum()).Compile();
    /// (Tensor&lt;double&gt; value, Tensor&lt;double&gt; gradient) = f.Invoke(data);
    /// </code></example>
    public static TensorFunction<T, (Tensor<T> Value, Tensor<T> Gradient)> ValueAndGrad<T>(
        Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ValueAndGrad(TensorFunction.Of(function), 0);

    /// <summary>
    /// The value and the gradients of a function that returns a single number, by each of its inputs.
    /// </summary>
    public static TensorFunction<T, (Tensor<T> Value, Tensor<T> GradientX, Tensor<T> GradientY)> ValueAndGrad<T>(
        Func<Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Driver.Of(
            "ValueAndGrad", TensorFunction.Of(function), null, ValueAndGradients,
            results => (results[0], results[1], results[2]));

    /// <inheritdoc cref="ValueAndGrad{T}(Func{Variable{T}, Variable{T}, Variable{T}})"/>
    public static TensorFunction<T, (Tensor<T> Value, Tensor<T> GradientX, Tensor<T> GradientY, Tensor<T> GradientZ)>
        ValueAndGrad<T>(Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Driver.Of(
            "ValueAndGrad", TensorFunction.Of(function), null, ValueAndGradients,
            results => (results[0], results[1], results[2], results[3]));

    /// <inheritdoc cref="ValueAndGrad{T}(Func{Variable{T}, Variable{T}, Variable{T}})"/>
    public static TensorFunction<
        T, (Tensor<T> Value, Tensor<T> GradientX, Tensor<T> GradientY, Tensor<T> GradientZ, Tensor<T> GradientW)>
        ValueAndGrad<T>(Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Driver.Of(
            "ValueAndGrad", TensorFunction.Of(function), null, ValueAndGradients,
            results => (results[0], results[1], results[2], results[3], results[4]));

    /// <inheritdoc cref="ValueAndGrad{T}(Func{Variable{T}, Variable{T}, Variable{T}})"/>
    [OverloadResolutionPriority(-1)]
    public static TensorFunction<T, (Tensor<T> Value, Tensor<T>[] Gradients)> ValueAndGrad<T>(
        Func<Variable<T>[], Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ValueAndGrad(ArrayFunction(function));

    /// <summary>The value and the gradient of a function that returns a single number, at a point.</summary>
    public static (Tensor<T> Value, Tensor<T> Gradient) ValueAndGrad<T>(
        Func<Variable<T>, Variable<T>> function, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ValueAndGrad(function).Invoke(x);

    /// <inheritdoc cref="ValueAndGrad{T}(Func{Variable{T}, Variable{T}}, Tensor{T})"/>
    public static (Variable<T> Value, Variable<T> Gradient) ValueAndGrad<T>(
        Func<Variable<T>, Variable<T>> function, Variable<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (Variable<T> value, Variable<T>[] gradients) = Gradient("ValueAndGrad", ArrayForm.Of(function), [x], true);
        return (value, gradients[0]);
    }

    /// <summary>The value and the gradients, by each input, of a function that returns a single number.</summary>
    [OverloadResolutionPriority(-1)]
    public static (Variable<T> Value, Variable<T>[] Gradients) ValueAndGrad<T>(
        Func<Variable<T>[], Variable<T>> function, Variable<T>[] x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Gradient("ValueAndGrad", ArrayForm.Of(function), x, true);

    private static (Variable<T> Value, Variable<T>[] Gradients) Gradient<T>(
        string user, Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] x, bool createGraph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        DerivativeMatrices.Gradient(user, function, x, createGraph);

    private static Variable<T>[] Gradients<T>(
        Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] x, Variable<T>[] more, bool createGraph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Gradient("Grad", function, x, createGraph).Gradients;

    private static Variable<T>[] ValueAndGradients<T>(
        Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] x, Variable<T>[] more, bool createGraph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (Variable<T> value, Variable<T>[] gradients) = Gradient("ValueAndGrad", function, x, createGraph);
        return [value, .. gradients];
    }

    private static TensorFunction<T, Tensor<T>[]> ArrayFunction<T>(Func<Variable<T>[], Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorFunction.Of(ArrayForm.Of(function));
}
