using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

// Each driver comes as a function of tensors, to call or to compile; and as a method on variables, to use inside other
// functions. The array forms yield where a lambda fits several: x => x[0] is then one on a vector.

/// <summary>
/// Derivatives of functions. What is given a function alone makes a function of tensors; what is given variables or
/// tensors too computes at once. On variables the result can be differentiated in turn, so all of this nests.
/// </summary>
public static partial class Derivatives
{
    /// <summary>The gradient of a function that returns a single number.</summary>
    public static TensorFunction<T, Tensor<T>> Grad<T>(Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new("Grad", 1, With(Of(function), (f, x) => Gradient("Grad", f, x, false).Gradients), results => results[0]);

    /// <summary>The gradients of a function that returns a single number, by each of its inputs.</summary>
    public static TensorFunction<T, (Tensor<T>, Tensor<T>)> Grad<T>(
        Func<Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(
            "Grad", 2, With(Of(function), (f, x) => Gradient("Grad", f, x, false).Gradients),
            results => (results[0], results[1]));

    /// <inheritdoc cref="Grad{T}(Func{Variable{T}, Variable{T}, Variable{T}})"/>
    public static TensorFunction<T, (Tensor<T>, Tensor<T>, Tensor<T>)> Grad<T>(
        Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
            "Grad", 3, With(Of(function), (f, x) => Gradient("Grad", f, x, false).Gradients),
            results => (results[0], results[1], results[2]));

    /// <inheritdoc cref="Grad{T}(Func{Variable{T}, Variable{T}, Variable{T}})"/>
    public static TensorFunction<T, (Tensor<T>, Tensor<T>, Tensor<T>, Tensor<T>)> Grad<T>(
        Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
            "Grad", 4, With(Of(function), (f, x) => Gradient("Grad", f, x, false).Gradients),
            results => (results[0], results[1], results[2], results[3]));

    /// <inheritdoc cref="Grad{T}(Func{Variable{T}, Variable{T}, Variable{T}})"/>
    [OverloadResolutionPriority(-1)]
    public static TensorFunction<T, Tensor<T>[]> Grad<T>(Func<Variable<T>[], Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new("Grad", null, With(Of(function), (f, x) => Gradient("Grad", f, x, false).Gradients), results => results);

    /// <summary>The gradient of a function that returns a single number, at a point.</summary>
    public static Tensor<T> Grad<T>(Func<Variable<T>, Variable<T>> function, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Grad(function).Invoke(x);

    /// <inheritdoc cref="Grad{T}(Func{Variable{T}, Variable{T}}, Tensor{T})"/>
    public static Variable<T> Grad<T>(Func<Variable<T>, Variable<T>> function, Variable<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Gradient("Grad", Of(function), [x], true).Gradients[0];

    /// <summary>The gradients of a function that returns a single number, by each of its inputs, at a point.</summary>
    public static (Variable<T>, Variable<T>) Grad<T>(
        Func<Variable<T>, Variable<T>, Variable<T>> function, Variable<T> x, Variable<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T>[] gradients = Gradient("Grad", Of(function), [x, y], true).Gradients;
        return (gradients[0], gradients[1]);
    }

    /// <inheritdoc cref="Grad{T}(Func{Variable{T}, Variable{T}, Variable{T}}, Variable{T}, Variable{T})"/>
    [OverloadResolutionPriority(-1)]
    public static Variable<T>[] Grad<T>(Func<Variable<T>[], Variable<T>> function, Variable<T>[] x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Gradient("Grad", Of(function), x, true).Gradients;

    /// <summary>The value and the gradient of a function that returns a single number.</summary>
    public static TensorFunction<T, (Tensor<T> Value, Tensor<T> Gradient)> ValueAndGrad<T>(
        Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new("ValueAndGrad", 1, ValueAndGradients(Of(function)), results => (results[0], results[1]));

    /// <summary>
    /// The value and the gradients of a function that returns a single number, by each of its inputs.
    /// </summary>
    public static TensorFunction<T, (Tensor<T> Value, Tensor<T> GradientX, Tensor<T> GradientY)> ValueAndGrad<T>(
        Func<Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
            "ValueAndGrad", 2, ValueAndGradients(Of(function)), results => (results[0], results[1], results[2]));

    /// <inheritdoc cref="ValueAndGrad{T}(Func{Variable{T}, Variable{T}, Variable{T}})"/>
    public static TensorFunction<T, (Tensor<T> Value, Tensor<T> GradientX, Tensor<T> GradientY, Tensor<T> GradientZ)>
        ValueAndGrad<T>(Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
            "ValueAndGrad", 3, ValueAndGradients(Of(function)),
            results => (results[0], results[1], results[2], results[3]));

    /// <inheritdoc cref="ValueAndGrad{T}(Func{Variable{T}, Variable{T}, Variable{T}})"/>
    public static TensorFunction<
        T, (Tensor<T> Value, Tensor<T> GradientX, Tensor<T> GradientY, Tensor<T> GradientZ, Tensor<T> GradientW)>
        ValueAndGrad<T>(Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
            "ValueAndGrad", 4, ValueAndGradients(Of(function)),
            results => (results[0], results[1], results[2], results[3], results[4]));

    /// <inheritdoc cref="ValueAndGrad{T}(Func{Variable{T}, Variable{T}, Variable{T}})"/>
    [OverloadResolutionPriority(-1)]
    public static TensorFunction<T, (Tensor<T> Value, Tensor<T>[] Gradients)> ValueAndGrad<T>(
        Func<Variable<T>[], Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
            "ValueAndGrad", null, ValueAndGradients(Of(function)), results => (results[0], results[1..]));

    /// <summary>The value and the gradient of a function that returns a single number, at a point.</summary>
    public static (Tensor<T> Value, Tensor<T> Gradient) ValueAndGrad<T>(
        Func<Variable<T>, Variable<T>> function, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ValueAndGrad(function).Invoke(x);

    /// <inheritdoc cref="ValueAndGrad{T}(Func{Variable{T}, Variable{T}}, Tensor{T})"/>
    public static (Variable<T> Value, Variable<T> Gradient) ValueAndGrad<T>(
        Func<Variable<T>, Variable<T>> function, Variable<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (Variable<T> value, Variable<T>[] gradients) = Gradient("ValueAndGrad", Of(function), [x], true);
        return (value, gradients[0]);
    }

    /// <summary>The value and the gradients, by each input, of a function that returns a single number.</summary>
    [OverloadResolutionPriority(-1)]
    public static (Variable<T> Value, Variable<T>[] Gradients) ValueAndGrad<T>(
        Func<Variable<T>[], Variable<T>> function, Variable<T>[] x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Gradient("ValueAndGrad", Of(function), x, true);

    private static (Variable<T> Value, Variable<T>[] Gradients) Gradient<T>(
        string user, Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] x, bool createGraph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        DerivativeMatrices.Gradient(user, function, x, createGraph);

    private static Func<Variable<T>[], Variable<T>[]> ValueAndGradients<T>(Func<Variable<T>[], Variable<T>[]> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => x =>
    {
        (Variable<T> value, Variable<T>[] gradients) = Gradient("ValueAndGrad", function, x, false);
        return [value, .. gradients];
    };

    /// <summary>The body of a driver for a function, which is checked now and not when the driver is called.</summary>
    private static Func<Variable<T>[], Variable<T>[]> With<T>(
        Func<Variable<T>[], Variable<T>[]> function,
        Func<Func<Variable<T>[], Variable<T>[]>, Variable<T>[], Variable<T>[]> body)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => x => body(function, x);

    private static Func<Variable<T>[], Variable<T>[]> Of<T>(Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return x => [function(x[0])];
    }

    private static Func<Variable<T>[], Variable<T>[]> Of<T>(Func<Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return x => [function(x[0], x[1])];
    }

    private static Func<Variable<T>[], Variable<T>[]> Of<T>(
        Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return x => [function(x[0], x[1], x[2])];
    }

    private static Func<Variable<T>[], Variable<T>[]> Of<T>(
        Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return x => [function(x[0], x[1], x[2], x[3])];
    }

    private static Func<Variable<T>[], Variable<T>[]> Of<T>(Func<Variable<T>[], Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return x => [function(x)];
    }
}
