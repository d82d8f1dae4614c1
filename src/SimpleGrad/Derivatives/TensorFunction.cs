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
public sealed partial class TensorFunction<T, TResult> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly string _name;
    private readonly int? _arity;
    private readonly Func<Variable<T>[], Variable<T>[]> _body;
    private readonly Func<Tensor<T>[], TResult> _pack;
    private readonly Func<Tensor<T>[], Tensor<T>?[]?, Tensor<T>[]> _run;

    /// <param name="name">What it is called in messages.</param>
    /// <param name="arity">How many inputs it has; null for any number from one on.</param>
    /// <param name="body">The function on variables.</param>
    /// <param name="pack">Makes one result of all.</param>
    /// <param name="run">Runs the body on tensors, maybe in the memory of others, which it refuses where results do not
    /// fit; null for a tape at each call.</param>
    internal TensorFunction(
        string name, int? arity, Func<Variable<T>[], Variable<T>[]> body, Func<Tensor<T>[], TResult> pack,
        Func<Tensor<T>[], Tensor<T>?[]?, Tensor<T>[]>? run = null)
    {
        (_name, _arity, _body, _pack) = (name, arity, body, pack);
        _run = run ?? ((inputs, memory) =>
        {
            Tensor<T>[] values = OnTape.Run(body, inputs)!;
            if (memory is not null)
                CheckFit(name, memory, Array.ConvertAll(values, value => value.Shape));
            return values;
        });
    }

    /// <summary>Computes the result.</summary>
    /// <exception cref="ArgumentException">Not as many inputs as the function has, or of shapes that it does not
    /// take.</exception>
    public TResult Invoke(params ReadOnlySpan<Tensor<T>> inputs)
    {
        Check(inputs);
        Tensor<T>[] values = _run(inputs.ToArray(), null);
        for (int i = 0; i < values.Length; i++)
        {
            if (SharesMemory(values[i], inputs))
                values[i] = Tensor.Create<T>(values[i].ToArray(), values[i].Shape);
        }
        return _pack(values);
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
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i] is not { Rank: > 0 } result)
                continue;
            if (!result.IsContiguous)
                throw new InvalidOperationException(
                    $"'{_name}' cannot write into a tensor of shape {result.Shape} whose memory has gaps. Give it the "
                    + "results of an earlier call, or null.");
            result.RequireWritable();
            if (SharesMemory(result, inputs) || SharesMemory(result, results.AsSpan(0, i)))
                throw new InvalidOperationException(
                    $"'{_name}' cannot write into memory that it reads or writes already: that of a result of shape "
                    + $"{result.Shape} is also an input's, or another result's.");
        }
        Tensor<T>[] values = _run(inputs.ToArray(), results);
        for (int i = 0; i < values.Length; i++)
        {
            if (results[i] is not { Rank: > 0 } result)
            {
                results[i] = values[i].IsOnTape || SharesMemory(values[i], inputs)
                    || SharesMemory(values[i], results.AsSpan(0, i))
                    ? Tensor.Create<T>(values[i].ToArray(), values[i].Shape)
                    : values[i];
                continue;
            }
            if (result == values[i])
                continue;
            result.NoteWrite(nameof(InvokeInto));
            values[i].CopyTo(result.NewData);
        }
    }

    /// <summary>Refuses memory that results do not fit into, before anything is written.</summary>
    internal static void CheckFit(string name, Tensor<T>?[] results, Shape[] shapes)
    {
        if (results.Length != shapes.Length)
            throw new ArgumentException(
                $"'{name}' has {shapes.Length} results, not {results.Length}.", nameof(results));
        for (int i = 0; i < shapes.Length; i++)
        {
            if (results[i] is { Rank: > 0 } result && result.Shape != shapes[i])
                throw new ArgumentException(
                    $"'{name}': result {i} has shape {shapes[i]}, not {result.Shape}.", nameof(results));
        }
    }

    private static bool SharesMemory(Tensor<T> tensor, ReadOnlySpan<Tensor<T>?> others)
    {
        foreach (Tensor<T>? other in others)
        {
            if (other is not null && other.SharesMemory(tensor))
                return true;
        }
        return false;
    }

    private void Check(ReadOnlySpan<Tensor<T>> inputs)
    {
        if (inputs.Length == 0 || inputs.Length != (_arity ?? inputs.Length))
            throw new ArgumentException(
                $"'{_name}' takes {(_arity is { } arity ? $"{arity}" : "at least one")} inputs, not {inputs.Length}.",
                nameof(inputs));
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
