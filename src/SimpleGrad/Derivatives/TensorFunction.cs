using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// A function that is written on variables, as a function of tensors. It runs on a tape of its own at each call; or, as
/// <c>Compile()</c>, it is traced and compiled once for each combination of shapes.
/// </summary>
/// <remarks>
/// Made by <see cref="TensorFunction.Of{T}(Func{Variable{T}, Variable{T}})"/> and by the methods of
/// <see cref="Derivatives"/>. Several threads may use one. Results do not share memory with inputs.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TResult">A tensor, or several in a tuple or an array.</typeparam>
public sealed class TensorFunction<T, TResult> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Func<Tensor<T>[], TResult> _pack;

    /// <param name="signature">What it is called, and how many inputs and tensors of indices it takes.</param>
    /// <param name="body">The function on variables.</param>
    /// <param name="pack">Makes one result of all.</param>
    /// <param name="run">The body made ready to run; null for a tape at each call.</param>
    internal TensorFunction(
        Signature signature, FunctionBody<T> body, Func<Tensor<T>[], TResult> pack, ITensorRun<T>? run = null)
    {
        (Signature, Body, _pack) = (signature, body, pack);
        Run = run ?? new TapeRun<T>(Name, Values);
    }

    internal string Name => Signature.Name;

    internal Signature Signature { get; }

    internal FunctionBody<T> Body { get; }

    /// <summary>How the function is computed.</summary>
    internal ITensorRun<T> Run { get; }

    /// <summary>The function where only numbers are asked for.</summary>
    internal Variable<T>[] Values(Variable<T>[] inputs, Tensor<int>[] indices) =>
        Body(inputs, indices, createGraph: false);

    /// <summary>The same function, computed in another way.</summary>
    internal TensorFunction<T, TResult> RunBy(ITensorRun<T> run) => new(Signature, Body, _pack, run);

    /// <summary>A function of the same inputs with results of the same kinds.</summary>
    internal TensorFunction<T, TResult> With(string name, FunctionBody<T> body) =>
        new(new Signature(name, Signature.Inputs, Signature.Indices), body, _pack);

    /// <summary>Computes the result.</summary>
    /// <exception cref="ArgumentException">Not as many inputs as the function has, or of shapes that it does not
    /// take.</exception>
    public TResult Invoke(params ReadOnlySpan<Tensor<T>> inputs) => Invoke(inputs, []);

    /// <inheritdoc cref="Invoke(ReadOnlySpan{Tensor{T}})"/>
    public TResult Invoke(Tensor<T> x) => Invoke([x]);

    /// <inheritdoc cref="Invoke(ReadOnlySpan{Tensor{T}})"/>
    public TResult Invoke(Tensor<T> x, Tensor<T> y) => Invoke([x, y]);

    /// <inheritdoc cref="Invoke(ReadOnlySpan{Tensor{T}})"/>
    public TResult Invoke(Tensor<T> x, Tensor<T> y, Tensor<T> z) => Invoke([x, y, z]);

    /// <inheritdoc cref="Invoke(ReadOnlySpan{Tensor{T}})"/>
    public TResult Invoke(Tensor<T> x, Tensor<T> y, Tensor<T> z, Tensor<T> w) => Invoke([x, y, z, w]);

    /// <summary>Computes the result from an input and from indices.</summary>
    /// <param name="x">The input.</param>
    /// <param name="index">The first tensor of indices.</param>
    /// <param name="more">The others.</param>
    /// <inheritdoc cref="Invoke(ReadOnlySpan{Tensor{T}}, ReadOnlySpan{Tensor{int}})"/>
    [OverloadResolutionPriority(-1)]
    public TResult Invoke(Tensor<T> x, Tensor<int> index, params ReadOnlySpan<Tensor<int>> more) =>
        Invoke([x], [index, .. more]);

    /// <summary>Computes the result from two inputs and from indices.</summary>
    /// <param name="x">The first input.</param>
    /// <param name="y">The second one.</param>
    /// <param name="index">The first tensor of indices.</param>
    /// <param name="more">The others.</param>
    /// <inheritdoc cref="Invoke(ReadOnlySpan{Tensor{T}}, ReadOnlySpan{Tensor{int}})"/>
    [OverloadResolutionPriority(-1)]
    public TResult Invoke(Tensor<T> x, Tensor<T> y, Tensor<int> index, params ReadOnlySpan<Tensor<int>> more) =>
        Invoke([x, y], [index, .. more]);

    /// <summary>Computes the result from inputs and from indices.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="indices">The tensors of indices. They may be others at each call.</param>
    /// <exception cref="ArgumentException">Not as many inputs or indices as the function has, or of shapes that it does
    /// not take.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside what an operator uses it for.</exception>
    public TResult Invoke(ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<int>> indices)
    {
        Signature.Check(inputs, indices);
        return _pack(Run.Run(inputs, indices));
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
    public void InvokeInto(Tensor<T>?[] results, params ReadOnlySpan<Tensor<T>> inputs) =>
        InvokeInto(results, inputs, []);

    /// <param name="results">A tensor of its shape for each result, whose numbers are written over; where a place is
    /// null or a single number, it gets a new tensor.</param>
    /// <param name="inputs">The inputs. They share no memory with the results.</param>
    /// <param name="indices">The tensors of indices. They may be others at each call.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside what an operator uses it for.</exception>
    /// <inheritdoc cref="InvokeInto(Tensor{T}?[], ReadOnlySpan{Tensor{T}})"/>
    public void InvokeInto(
        Tensor<T>?[] results, ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<int>> indices)
    {
        ArgumentNullException.ThrowIfNull(results);
        Signature.Check(inputs, indices);
        ResultMemory.Check(Name, results, inputs);
        Run.RunInto(results, inputs, indices);
    }
}

/// <summary>Functions of variables as functions of tensors.</summary>
public static class TensorFunction
{
    /// <summary>Makes a function of tensors of one on variables.</summary>
    /// <remarks>The function may differentiate: <c>x => Derivatives.Hessian(f, x) + …</c>.</remarks>
    /// <example><code>
    /// var f = TensorFunction.Of&lt;double&gt;(p =&gt; Derivatives.Grad&lt;double&gt;(v =&gt; v.Prod(), p).Norm());
    /// </code></example>
    public static TensorFunction<T, Tensor<T>> Of<T>(Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return Of<T>(1, 0, (x, _) => function(x[0]));
    }

    /// <inheritdoc cref="Of{T}(Func{Variable{T}, Variable{T}})"/>
    public static TensorFunction<T, Tensor<T>> Of<T>(Func<Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return Of<T>(2, 0, (x, _) => function(x[0], x[1]));
    }

    /// <inheritdoc cref="Of{T}(Func{Variable{T}, Variable{T}})"/>
    public static TensorFunction<T, Tensor<T>> Of<T>(Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return Of<T>(3, 0, (x, _) => function(x[0], x[1], x[2]));
    }

    /// <inheritdoc cref="Of{T}(Func{Variable{T}, Variable{T}})"/>
    public static TensorFunction<T, Tensor<T>> Of<T>(
        Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return Of<T>(4, 0, (x, _) => function(x[0], x[1], x[2], x[3]));
    }

    /// <summary>Makes a function of tensors of one on any number of variables, with any number of results.</summary>
    /// <inheritdoc cref="Of{T}(Func{Variable{T}, Variable{T}})"/>
    public static TensorFunction<T, Tensor<T>[]> Of<T>(Func<Variable<T>[], Variable<T>[]> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return new(new Signature("function", null, 0), (x, _, _) => function(x), results => results);
    }

    /// <summary>Makes a function of tensors of one on variables that takes indices.</summary>
    /// <remarks>
    /// Indices are tensors of integers: labels, tokens, lists of neighbours. Operators such as
    /// <see cref="Variable{T}.Gather"/> take them, and views of them. The function may differentiate: <c>(x, index) =>
    /// Derivatives.Hessian(y => f(y, index), x)</c>; compiled, it takes other indices of the same shapes without being
    /// compiled again.
    /// </remarks>
    [OverloadResolutionPriority(-1)]
    public static TensorFunction<T, Tensor<T>> Of<T>(Func<Variable<T>, Tensor<int>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return Of<T>(1, 1, (x, index) => function(x[0], index[0]));
    }

    /// <inheritdoc cref="Of{T}(Func{Variable{T}, Tensor{int}, Variable{T}})"/>
    [OverloadResolutionPriority(-1)]
    public static TensorFunction<T, Tensor<T>> Of<T>(Func<Variable<T>, Tensor<int>, Tensor<int>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return Of<T>(1, 2, (x, index) => function(x[0], index[0], index[1]));
    }

    /// <inheritdoc cref="Of{T}(Func{Variable{T}, Tensor{int}, Variable{T}})"/>
    [OverloadResolutionPriority(-1)]
    public static TensorFunction<T, Tensor<T>> Of<T>(Func<Variable<T>, Variable<T>, Tensor<int>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return Of<T>(2, 1, (x, index) => function(x[0], x[1], index[0]));
    }

    /// <inheritdoc cref="Of{T}(Func{Variable{T}, Tensor{int}, Variable{T}})"/>
    [OverloadResolutionPriority(-1)]
    public static TensorFunction<T, Tensor<T>> Of<T>(
        Func<Variable<T>, Variable<T>, Tensor<int>, Tensor<int>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return Of<T>(2, 2, (x, index) => function(x[0], x[1], index[0], index[1]));
    }

    /// <summary>
    /// Makes a function of tensors of one on any number of variables and tensors of indices, with any number of
    /// results.
    /// </summary>
    /// <inheritdoc cref="Of{T}(Func{Variable{T}, Tensor{int}, Variable{T}})"/>
    [OverloadResolutionPriority(-2)]
    public static TensorFunction<T, Tensor<T>[]> Of<T>(Func<Variable<T>[], Tensor<int>[], Variable<T>[]> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return new(new Signature("function", null, null), (x, index, _) => function(x, index), results => results);
    }

    private static TensorFunction<T, Tensor<T>> Of<T>(
        int arity, int indices, Func<Variable<T>[], Tensor<int>[], Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
            new Signature("function", arity, indices), (x, index, _) => [function(x, index)], results => results[0]);
}
