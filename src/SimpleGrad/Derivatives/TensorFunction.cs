using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A function that is written on variables, as a function of tensors. It runs on a tape of its own at each call; or, as
/// <c>Compiled()</c>, it is traced and compiled once for each combination of shapes.
/// </summary>
/// <remarks>
/// Made by <see cref="TensorFunction.Of{T}(Func{Variable{T}, Variable{T}})"/> and by the methods of
/// <see cref="Derivatives"/>. Several threads may use one. Results do not share memory with inputs.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TResult">A tensor, or several in a tuple or an array.</typeparam>
public sealed class TensorFunction<T, TResult> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly string _name;
    private readonly int? _arity;
    private readonly Func<Variable<T>[], Variable<T>[]> _body;
    private readonly Func<Tensor<T>[], TResult> _pack;
    private readonly ITensorRun<T> _run;

    /// <param name="name">What it is called in messages.</param>
    /// <param name="arity">How many inputs it has; null for any number from one on.</param>
    /// <param name="body">The function on variables.</param>
    /// <param name="pack">Makes one result of all.</param>
    /// <param name="run">The body made ready to run; null for a tape at each call.</param>
    internal TensorFunction(
        string name, int? arity, Func<Variable<T>[], Variable<T>[]> body, Func<Tensor<T>[], TResult> pack,
        ITensorRun<T>? run = null) =>
        (_name, _arity, _body, _pack, _run) = (name, arity, body, pack, run ?? new TapeRun<T>(name, body));

    internal string Name => _name;

    internal Func<Variable<T>[], Variable<T>[]> Body => _body;

    /// <summary>How the function is computed.</summary>
    internal ITensorRun<T> Run => _run;

    /// <summary>The same function, computed in another way.</summary>
    internal TensorFunction<T, TResult> RunBy(ITensorRun<T> run) => new(_name, _arity, _body, _pack, run);

    /// <summary>Computes the result.</summary>
    /// <exception cref="ArgumentException">Not as many inputs as the function has, or of shapes that it does not
    /// take.</exception>
    public TResult Invoke(params ReadOnlySpan<Tensor<T>> inputs)
    {
        Check(inputs);
        return _pack(_run.Run(inputs));
    }

    /// <summary>
    /// Computes the results into the memory of tensors, as those of an earlier call: in a loop that calls the function
    /// again and again, new memory for large results costs more than computing them.
    /// </summary>
    /// <param name="results">A tensor of its shape for each result, whose numbers are written over; where a place is
    /// null or a single number, it gets a new tensor.</param>
    /// <param name="inputs">The inputs. They share no memory with the results.</param>
    /// <exception cref="ArgumentException">Not as many results or inputs as the function has, or of other
    /// shapes.</exception>
    /// <exception cref="InvalidOperationException">The memory of a result is not in one piece, is that of an input or
    /// of another result, or is a constant of a compiled function.</exception>
    public void InvokeInto(Tensor<T>?[] results, params ReadOnlySpan<Tensor<T>> inputs)
    {
        ArgumentNullException.ThrowIfNull(results);
        Check(inputs);
        ResultMemory.Check(_name, results, inputs);
        _run.RunInto(results, inputs);
    }

    internal void CheckCount(int count, string parameter)
    {
        if (count == 0 || count != (_arity ?? count))
            throw new ArgumentException(
                $"'{_name}' takes {(_arity is { } arity ? $"{arity}" : "at least one")} inputs, not {count}.",
                parameter);
    }

    private void Check(ReadOnlySpan<Tensor<T>> inputs)
    {
        CheckCount(inputs.Length, nameof(inputs));
        foreach (Tensor<T> input in inputs)
        {
            if (input is null)
                throw new ArgumentNullException(nameof(inputs), $"An input of '{_name}' is null.");
        }
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
