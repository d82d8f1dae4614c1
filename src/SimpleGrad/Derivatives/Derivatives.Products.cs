using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public static partial class Derivatives
{
    /// <summary>
    /// The value of a function, and a cotangent of its result (of the result's shape) times its Jacobian: reverse mode.
    /// Takes x and the cotangent.
    /// </summary>
    public static TensorFunction<T, (Tensor<T> Value, Tensor<T> Product)> Vjp<T>(
        Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(
            "Vjp", 2, With(Of(function), (f, x) => Pull(f, [x[0]], [x[1]], false)),
            results => (results[0], results[1]));

    /// <inheritdoc cref="Vjp{T}(Func{Variable{T}, Variable{T}})"/>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    /// <param name="cotangent">Of the result's shape.</param>
    public static (Tensor<T> Value, Tensor<T> Product) Vjp<T>(
        Func<Variable<T>, Variable<T>> function, Tensor<T> x, Tensor<T> cotangent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Vjp(function).Invoke(x, cotangent);

    /// <inheritdoc cref="Vjp{T}(Func{Variable{T}, Variable{T}}, Tensor{T}, Tensor{T})"/>
    public static (Variable<T> Value, Variable<T> Product) Vjp<T>(
        Func<Variable<T>, Variable<T>> function, Variable<T> x, Variable<T> cotangent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T>[] results = Pull(Of(function), [x], [cotangent], true);
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
    /// The value of a function, and its Jacobian times a tangent of its input: the change of the result where the input
    /// changes along the tangent. Takes x and the tangent. Forward mode: compiled, it is a forward pass alone.
    /// </summary>
    public static TensorFunction<T, (Tensor<T> Value, Tensor<T> Product)> Jvp<T>(
        Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(
            "Jvp", 2, With(Of(function), (f, x) => Push(f, [x[0]], [x[1]], false)),
            results => (results[0], results[1]));

    /// <inheritdoc cref="Jvp{T}(Func{Variable{T}, Variable{T}})"/>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    /// <param name="tangent">Of the shape of x.</param>
    public static (Tensor<T> Value, Tensor<T> Product) Jvp<T>(
        Func<Variable<T>, Variable<T>> function, Tensor<T> x, Tensor<T> tangent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Jvp(function).Invoke(x, tangent);

    /// <inheritdoc cref="Jvp{T}(Func{Variable{T}, Variable{T}}, Tensor{T}, Tensor{T})"/>
    public static (Variable<T> Value, Variable<T> Product) Jvp<T>(
        Func<Variable<T>, Variable<T>> function, Variable<T> x, Variable<T> tangent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T>[] results = Push(Of(function), [x], [tangent], true);
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
    /// The Hessian of a function that returns a single number, times a vector, without the Hessian. Takes x and the
    /// vector, which has the shape of x.
    /// </summary>
    public static TensorFunction<T, Tensor<T>> Hvp<T>(Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new("Hvp", 2, With(Of(function), (f, x) => HessianProduct(f, [x[0]], [x[1]], false)), results => results[0]);

    /// <inheritdoc cref="Hvp{T}(Func{Variable{T}, Variable{T}})"/>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    /// <param name="vector">Of the shape of x.</param>
    public static Tensor<T> Hvp<T>(Func<Variable<T>, Variable<T>> function, Tensor<T> x, Tensor<T> vector)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Hvp(function).Invoke(x, vector);

    /// <inheritdoc cref="Hvp{T}(Func{Variable{T}, Variable{T}}, Tensor{T}, Tensor{T})"/>
    public static Variable<T> Hvp<T>(Func<Variable<T>, Variable<T>> function, Variable<T> x, Variable<T> vector)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => HessianProduct(Of(function), [x], [vector], true)[0];

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
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => HessianProduct(Of(function), x, vectors, true);

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
