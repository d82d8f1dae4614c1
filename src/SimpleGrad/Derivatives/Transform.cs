using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// Functions made of others, without a derivative: mapped over an axis, or run again where a gradient needs what they
/// compute.
/// </summary>
public static class Transform
{
    /// <summary>
    /// A function mapped over the first axis of some of its inputs; the others are the same for all examples.
    /// </summary>
    /// <param name="function">A function of one example.</param>
    /// <param name="mapped">Which inputs have an example for each index of their first axis, counted from 0; null for
    /// all.</param>
    /// <returns>A function of the same inputs, those in <paramref name="mapped"/> with an axis in front; so have the
    /// results.</returns>
    /// <exception cref="ArgumentException">The function has no such input, or is compiled: compile the mapped
    /// function.</exception>
    /// <inheritdoc cref="Vmap{T}(Func{Variable{T}, Variable{T}})"/>
    public static TensorFunction<T, TResult> Vmap<T, TResult>(
        TensorFunction<T, TResult> function, int[]? mapped = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        FunctionBody<T> body = Driver.BodyOf("Vmap", function, mapped);
        return function.With(
            "Vmap", (inputs, indices, _) => Driver.On(body, inputs, indices, mapped, (f, x) => Mapped(f, x)));
    }

    /// <summary>
    /// A function mapped over the first axis of its input: each operator runs once on the whole batch, and not once for
    /// each example. What the function takes from outside is the same for all examples.
    /// </summary>
    /// <remarks>
    /// The function is run once on an example that has a shape and no numbers, so it must not read values. An operator
    /// of the user's own runs on each example, as the library cannot know what it would do to a batch.
    /// </remarks>
    /// <example><code>
    /// var gradients = Transform.Vmap&lt;double&gt;(p =&gt; Derivatives.Grad&lt;double&gt;(v =&gt; v.Norm(), p));
    /// Tensor&lt;double&gt; one = gradients.Invoke(Tensor.Ones&lt;double&gt;([1000, 3])); // (1000, 3)
    /// </code></example>
    public static TensorFunction<T, Tensor<T>> Vmap<T>(Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Vmap(TensorFunction.Of(function));

    /// <summary>A function mapped over the first axes of its inputs, which have one length.</summary>
    /// <inheritdoc cref="Vmap{T}(Func{Variable{T}, Variable{T}})"/>
    public static TensorFunction<T, Tensor<T>> Vmap<T>(Func<Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Vmap(TensorFunction.Of(function));

    /// <summary>A function mapped over the first axes of its inputs, which have one length.</summary>
    /// <inheritdoc cref="Vmap{T}(Func{Variable{T}, Variable{T}})"/>
    [OverloadResolutionPriority(-1)]
    public static TensorFunction<T, Tensor<T>[]> Vmap<T>(Func<Variable<T>[], Variable<T>[]> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Vmap(TensorFunction.Of(function));

    /// <summary>Maps a function over the first axis of a tensor.</summary>
    /// <inheritdoc cref="Vmap{T}(Func{Variable{T}, Variable{T}})"/>
    public static Tensor<T> Vmap<T>(Func<Variable<T>, Variable<T>> function, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Vmap(function).Invoke(x);

    /// <summary>Maps a function over the first axis of a variable.</summary>
    /// <inheritdoc cref="Vmap{T}(Func{Variable{T}, Variable{T}})"/>
    public static Variable<T> Vmap<T>(Func<Variable<T>, Variable<T>> function, Variable<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Mapped(ArrayForm.Of(function), [x])[0];

    /// <summary>Maps a function over the first axes of two variables, which have one length.</summary>
    /// <inheritdoc cref="Vmap{T}(Func{Variable{T}, Variable{T}})"/>
    public static Variable<T> Vmap<T>(
        Func<Variable<T>, Variable<T>, Variable<T>> function, Variable<T> x, Variable<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Mapped(ArrayForm.Of(function), [x, y])[0];

    /// <summary>Maps a function over the first axes of variables, which have one length.</summary>
    /// <inheritdoc cref="Vmap{T}(Func{Variable{T}, Variable{T}})"/>
    [OverloadResolutionPriority(-1)]
    public static Variable<T>[] Vmap<T>(Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return Mapped(function, x);
    }

    /// <summary>
    /// Runs a function and keeps only its inputs: what else gradients need is computed again when they come back. That
    /// takes time and saves memory, at every order, and it may be nested.
    /// </summary>
    /// <remarks>
    /// All variables that the function uses must be its inputs, and it must compute the same each time. In a function
    /// that is compiled this changes nothing: there the compiler decides what is kept.
    /// </remarks>
    /// <example><code>
    /// Variable&lt;double&gt; r = Transform.Checkpoint&lt;double&gt;(v =&gt; v.Sin().Exp().Tanh(), x); // keeps x alone
    /// </code></example>
    public static Variable<T> Checkpoint<T>(Func<Variable<T>, Variable<T>> function, Variable<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Checkpoint(ArrayForm.Of(function), [x])[0];

    /// <inheritdoc cref="Checkpoint{T}(Func{Variable{T}, Variable{T}}, Variable{T})"/>
    public static Variable<T> Checkpoint<T>(
        Func<Variable<T>, Variable<T>, Variable<T>> function, Variable<T> x, Variable<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Checkpoint(ArrayForm.Of(function), [x, y])[0];

    /// <inheritdoc cref="Checkpoint{T}(Func{Variable{T}, Variable{T}}, Variable{T})"/>
    [OverloadResolutionPriority(-1)]
    public static Variable<T>[] Checkpoint<T>(Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(x);
        if (x.Length == 0)
            throw new ArgumentException("Checkpoint: there is no input.", nameof(x));
        foreach (Variable<T> each in x)
            ArgumentNullException.ThrowIfNull(each, nameof(x));
        return Recomputation<T>.Apply("checkpoint", function, x[0].Tape, x)!;
    }

    private static Variable<T>[] Mapped<T>(Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(x);
        foreach (Variable<T> each in x)
            ArgumentNullException.ThrowIfNull(each, nameof(x));
        return Batching.Map("Vmap", x, example => function(example)
            ?? throw new InvalidOperationException("Vmap: the function returns null."))!;
    }
}
