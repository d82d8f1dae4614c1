using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

// Of functions that take indices beside what they are differentiated by. Other drivers go inside a function of
// TensorFunction.Of, where the indices are at hand.
public static partial class Derivatives
{
    /// <summary>
    /// The gradient of a function that returns a single number and takes indices: tensors of integers that may be
    /// others at each call, compiled too.
    /// </summary>
    [OverloadResolutionPriority(-1)]
    public static TensorFunction<T, Tensor<T>> Grad<T>(Func<Variable<T>, Tensor<int>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return new(
            "Grad", new Signature("'Grad'", 1, 1),
            (x, index) => Gradient<T>("Grad", v => [function(v[0], index[0])], x, false).Gradients,
            results => results[0]);
    }

    /// <inheritdoc cref="Grad{T}(Func{Variable{T}, Tensor{int}, Variable{T}})"/>
    [OverloadResolutionPriority(-1)]
    public static TensorFunction<T, Tensor<T>> Grad<T>(
        Func<Variable<T>, Tensor<int>, Tensor<int>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return new(
            "Grad", new Signature("'Grad'", 1, 2),
            (x, index) => Gradient<T>("Grad", v => [function(v[0], index[0], index[1])], x, false).Gradients,
            results => results[0]);
    }

    /// <inheritdoc cref="Grad{T}(Func{Variable{T}, Tensor{int}, Variable{T}})"/>
    [OverloadResolutionPriority(-1)]
    public static TensorFunction<T, (Tensor<T>, Tensor<T>)> Grad<T>(
        Func<Variable<T>, Variable<T>, Tensor<int>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return new(
            "Grad", new Signature("'Grad'", 2, 1),
            (x, index) => Gradient<T>("Grad", v => [function(v[0], v[1], index[0])], x, false).Gradients,
            results => (results[0], results[1]));
    }

    /// <inheritdoc cref="Grad{T}(Func{Variable{T}, Tensor{int}, Variable{T}})"/>
    [OverloadResolutionPriority(-2)]
    public static TensorFunction<T, Tensor<T>[]> Grad<T>(Func<Variable<T>[], Tensor<int>[], Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return new(
            "Grad", new Signature("'Grad'", null, null),
            (x, index) => Gradient<T>("Grad", v => [function(v, index)], x, false).Gradients, results => results);
    }

    /// <summary>
    /// The value and the gradient of a function that returns a single number and takes indices: tensors of integers
    /// that may be others at each call, compiled too.
    /// </summary>
    [OverloadResolutionPriority(-1)]
    public static TensorFunction<T, (Tensor<T> Value, Tensor<T> Gradient)> ValueAndGrad<T>(
        Func<Variable<T>, Tensor<int>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return ValueAndGrad<T, (Tensor<T>, Tensor<T>)>(
            1, 1, (x, index) => function(x[0], index[0]), results => (results[0], results[1]));
    }

    /// <inheritdoc cref="ValueAndGrad{T}(Func{Variable{T}, Tensor{int}, Variable{T}})"/>
    [OverloadResolutionPriority(-1)]
    public static TensorFunction<T, (Tensor<T> Value, Tensor<T> Gradient)> ValueAndGrad<T>(
        Func<Variable<T>, Tensor<int>, Tensor<int>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return ValueAndGrad<T, (Tensor<T>, Tensor<T>)>(
            1, 2, (x, index) => function(x[0], index[0], index[1]), results => (results[0], results[1]));
    }

    /// <inheritdoc cref="ValueAndGrad{T}(Func{Variable{T}, Tensor{int}, Variable{T}})"/>
    [OverloadResolutionPriority(-1)]
    public static TensorFunction<T, (Tensor<T> Value, Tensor<T> GradientX, Tensor<T> GradientY)> ValueAndGrad<T>(
        Func<Variable<T>, Variable<T>, Tensor<int>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return ValueAndGrad<T, (Tensor<T>, Tensor<T>, Tensor<T>)>(
            2, 1, (x, index) => function(x[0], x[1], index[0]), results => (results[0], results[1], results[2]));
    }

    /// <inheritdoc cref="ValueAndGrad{T}(Func{Variable{T}, Tensor{int}, Variable{T}})"/>
    [OverloadResolutionPriority(-2)]
    public static TensorFunction<T, (Tensor<T> Value, Tensor<T>[] Gradients)> ValueAndGrad<T>(
        Func<Variable<T>[], Tensor<int>[], Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return ValueAndGrad<T, (Tensor<T>, Tensor<T>[])>(
            null, null, function, results => (results[0], results[1..]));
    }

    private static TensorFunction<T, TResult> ValueAndGrad<T, TResult>(
        int? arity, int? indices, Func<Variable<T>[], Tensor<int>[], Variable<T>> function,
        Func<Tensor<T>[], TResult> pack)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
            "ValueAndGrad", new Signature("'ValueAndGrad'", arity, indices),
            (x, index) => ValueAndGradients<T>(v => [function(v, index)])(x), pack);
}
