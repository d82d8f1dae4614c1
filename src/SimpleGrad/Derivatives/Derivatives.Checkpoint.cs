using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public static partial class Derivatives
{
    /// <summary>
    /// Runs a function and keeps only its inputs: what else gradients need is computed again when they come back. That
    /// takes time and saves memory, at every order, and it may be nested.
    /// </summary>
    /// <remarks>
    /// All variables that the function uses must be its inputs, and it must compute the same each time. In a function
    /// that is compiled this changes nothing: there the compiler decides what is kept.
    /// </remarks>
    public static Variable<T> Checkpoint<T>(Func<Variable<T>, Variable<T>> function, Variable<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Checkpoint(Of(function), [x])[0];

    /// <inheritdoc cref="Checkpoint{T}(Func{Variable{T}, Variable{T}}, Variable{T})"/>
    public static Variable<T> Checkpoint<T>(
        Func<Variable<T>, Variable<T>, Variable<T>> function, Variable<T> x, Variable<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Checkpoint(Of(function), [x, y])[0];

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
}
