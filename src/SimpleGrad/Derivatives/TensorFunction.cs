using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A function that is written on variables, as a function of tensors. It runs on a tape of its own at each call; or, as
/// <c>Compiled()</c>, it is traced and compiled once for each combination of shapes.
/// </summary>
/// <remarks>
/// Made by <see cref="TensorFunction.Of{T}(Func{Variable{T}, Variable{T}})"/> and by the methods of
/// <see cref="Derivatives"/>. Several threads may use one. Inputs can no longer be written, because results may share
/// their memory.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TResult">A tensor, or several in a tuple or an array.</typeparam>
public sealed partial class TensorFunction<T, TResult> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly string _name;
    private readonly int? _arity;
    private readonly Func<Variable<T>[], Variable<T>[]> _body;
    private readonly Func<Tensor<T>[], TResult> _pack;
    private readonly Func<Tensor<T>[], Tensor<T>[]> _run;

    /// <param name="name">What it is called in messages.</param>
    /// <param name="arity">How many inputs it has; null for any number from one on.</param>
    /// <param name="body">The function on variables.</param>
    /// <param name="pack">Makes one result of all.</param>
    /// <param name="run">Runs the body on tensors; null for a tape at each call.</param>
    internal TensorFunction(
        string name, int? arity, Func<Variable<T>[], Variable<T>[]> body, Func<Tensor<T>[], TResult> pack,
        Func<Tensor<T>[], Tensor<T>[]>? run = null)
    {
        (_name, _arity, _body, _pack) = (name, arity, body, pack);
        _run = run ?? (inputs => OnTape.Run(body, inputs)!);
    }

    /// <summary>Computes the result.</summary>
    /// <exception cref="ArgumentException">Not as many inputs as the function has, or of shapes that it does not
    /// take.</exception>
    public TResult Invoke(params ReadOnlySpan<Tensor<T>> inputs)
    {
        if (inputs.Length == 0 || inputs.Length != (_arity ?? inputs.Length))
            throw new ArgumentException(
                $"'{_name}' takes {(_arity is { } arity ? $"{arity}" : "at least one")} inputs, not {inputs.Length}.",
                nameof(inputs));
        foreach (Tensor<T> input in inputs)
        {
            if (input is null)
                throw new ArgumentNullException(nameof(inputs), $"An input of '{_name}' is null.");
            input.Freeze();
        }
        return _pack(_run(inputs.ToArray()));
    }
}

/// <summary>Functions of variables as functions of tensors.</summary>
public static class TensorFunction
{
    /// <summary>Makes a function of tensors of one on variables.</summary>
    /// <remarks>The function may differentiate: <c>x => Derivatives.Hessian(f, x) + …</c>.</remarks>
    public static TensorFunction<T, Tensor<T>> Of<T>(Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return new("function", 1, x => [function(x[0])], results => results[0]);
    }

    /// <inheritdoc cref="Of{T}(Func{Variable{T}, Variable{T}})"/>
    public static TensorFunction<T, Tensor<T>> Of<T>(Func<Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return new("function", 2, x => [function(x[0], x[1])], results => results[0]);
    }

    /// <inheritdoc cref="Of{T}(Func{Variable{T}, Variable{T}})"/>
    public static TensorFunction<T, Tensor<T>> Of<T>(Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return new("function", 3, x => [function(x[0], x[1], x[2])], results => results[0]);
    }

    /// <inheritdoc cref="Of{T}(Func{Variable{T}, Variable{T}})"/>
    public static TensorFunction<T, Tensor<T>> Of<T>(
        Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return new("function", 4, x => [function(x[0], x[1], x[2], x[3])], results => results[0]);
    }

    /// <summary>Makes a function of tensors of one on any number of variables, with any number of results.</summary>
    /// <inheritdoc cref="Of{T}(Func{Variable{T}, Variable{T}})"/>
    public static TensorFunction<T, Tensor<T>[]> Of<T>(Func<Variable<T>[], Variable<T>[]> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return new("function", null, function, results => results);
    }
}
