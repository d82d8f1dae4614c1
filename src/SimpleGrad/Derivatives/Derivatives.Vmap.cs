using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public static partial class Derivatives
{
    /// <summary>
    /// A function mapped over the first axis of its input: each operator runs once on the whole batch, and not once for
    /// each example. What the function takes from outside is the same for all examples.
    /// </summary>
    /// <remarks>
    /// The function is run once on an example that has a shape and no numbers, so it must not read values. An operator
    /// of the user's own runs on each example, as the library cannot know what it would do to a batch.
    /// </remarks>
    public static TensorFunction<T, Tensor<T>> Vmap<T>(Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new("Vmap", 1, With(Of(function), (f, x) => Mapped(f, x)), results => results[0]);

    /// <summary>A function mapped over the first axes of its inputs, which have one length.</summary>
    /// <inheritdoc cref="Vmap{T}(Func{Variable{T}, Variable{T}})"/>
    public static TensorFunction<T, Tensor<T>> Vmap<T>(Func<Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new("Vmap", 2, With(Of(function), (f, x) => Mapped(f, x)), results => results[0]);

    /// <summary>A function mapped over the first axes of its inputs, which have one length.</summary>
    /// <inheritdoc cref="Vmap{T}(Func{Variable{T}, Variable{T}})"/>
    [OverloadResolutionPriority(-1)]
    public static TensorFunction<T, Tensor<T>[]> Vmap<T>(Func<Variable<T>[], Variable<T>[]> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return new("Vmap", null, With(function, (f, x) => Mapped(f, x)), results => results);
    }

    /// <summary>Maps a function over the first axis of a tensor.</summary>
    /// <inheritdoc cref="Vmap{T}(Func{Variable{T}, Variable{T}})"/>
    public static Tensor<T> Vmap<T>(Func<Variable<T>, Variable<T>> function, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Vmap(function).Invoke(x);

    /// <summary>Maps a function over the first axis of a variable.</summary>
    /// <inheritdoc cref="Vmap{T}(Func{Variable{T}, Variable{T}})"/>
    public static Variable<T> Vmap<T>(Func<Variable<T>, Variable<T>> function, Variable<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Mapped(Of(function), [x])[0];

    /// <summary>Maps a function over the first axes of two variables, which have one length.</summary>
    /// <inheritdoc cref="Vmap{T}(Func{Variable{T}, Variable{T}})"/>
    public static Variable<T> Vmap<T>(
        Func<Variable<T>, Variable<T>, Variable<T>> function, Variable<T> x, Variable<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Mapped(Of(function), [x, y])[0];

    /// <summary>Maps a function over the first axes of variables, which have one length.</summary>
    /// <inheritdoc cref="Vmap{T}(Func{Variable{T}, Variable{T}})"/>
    [OverloadResolutionPriority(-1)]
    public static Variable<T>[] Vmap<T>(Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return Mapped(function, x);
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
