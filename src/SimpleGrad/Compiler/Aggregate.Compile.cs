using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>Aggregates: operators whose body is computed outside the tape and recorded as one entry.</summary>
public static class Aggregate
{
    /// <summary>Adds two gradients either of which may be known zero (null).</summary>
    /// <example><code>
    /// // The second is a known zero.
    /// Variable&lt;double&gt;? sum = Aggregate.AddOptional(tape.Grad(x * x, x), tape.Grad(y * y, x));
    /// </code></example>
    public static Variable<T>? AddOptional<T>(Variable<T>? x, Variable<T>? y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => x is null ? y : y is null ? x : x + y;

    /// <summary>
    /// Makes an aggregate of a function: one entry on the tape, whose forward and propagate are compiled. It is traced
    /// and compiled when it is first invoked with inputs of some shapes, and again for others.
    /// </summary>
    /// <remarks>
    /// The function runs on variables without numbers, so it must not read values; it may branch on shapes. What it
    /// does beside computing its result is done once for each combination of shapes, not at each call: numbers, tensors
    /// and indices from outside its inputs stay what they were then. Gradients that it takes by its inputs are by each
    /// as such: inputs for which a call gives one variable stay two. Up to 256 combinations of shapes and of known
    /// zeros each are kept; then they are compiled anew as they are used.
    /// </remarks>
    /// <param name="function">The function to compile.</param>
    /// <param name="name">Its name in traces and messages.</param>
    /// <example><code>
    /// Aggregate&lt;double&gt; bump = Aggregate.Compile&lt;double&gt;(v =&gt; (-v * v).Exp(), "bump");
    /// Variable&lt;double&gt;? slope = tape.Grad(bump.Invoke(x), x);
    /// </code></example>
    public static Aggregate<T> Compile<T>(Func<Variable<T>, Variable<T>> function, string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Single<T>(name, function, (x, _) => [function(x[0])]);

    /// <inheritdoc cref="Compile{T}(Func{Variable{T}, Variable{T}}, string)"/>
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>, Variable<T>, Variable<T>> function,
        string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Single<T>(name, function, (x, _) => [function(x[0], x[1])]);

    /// <inheritdoc cref="Compile{T}(Func{Variable{T}, Variable{T}}, string)"/>
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>> function,
        string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Single<T>(name, function, (x, _) => [function(x[0], x[1], x[2])]);

    /// <inheritdoc cref="Compile{T}(Func{Variable{T}, Variable{T}}, string)"/>
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>> function,
        string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Single<T>(name, function, (x, _) => [function(x[0], x[1], x[2], x[3])]);

    /// <inheritdoc cref="Compile{T}(Func{Variable{T}, Variable{T}}, string)"/>
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>> function,
        string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Single<T>(name, function, (x, _) => [function(x[0], x[1], x[2], x[3], x[4])]);

    /// <inheritdoc cref="Compile{T}(Func{Variable{T}, Variable{T}}, string)"/>
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>> function,
        string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Single<T>(name, function, (x, _) => [function(x[0], x[1], x[2], x[3], x[4], x[5])]);

    /// <inheritdoc cref="Compile{T}(Func{Variable{T}, Variable{T}}, string)"/>
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>,
            Variable<T>> function,
        string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Single<T>(name, function, (x, _) => [function(x[0], x[1], x[2], x[3], x[4], x[5], x[6])]);

    /// <inheritdoc cref="Compile{T}(Func{Variable{T}, Variable{T}}, string)"/>
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>,
            Variable<T>, Variable<T>> function,
        string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Single<T>(name, function, (x, _) => [function(x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7])]);

    /// <summary>Makes an aggregate of a function with several results.</summary>
    /// <inheritdoc cref="Compile{T}(Func{Variable{T}, Variable{T}}, string)"/>
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>, Variable<T>[]> function,
        string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Several<T>(name, function, (x, _) => function(x[0]));

    /// <summary>Makes an aggregate of a function with several results.</summary>
    /// <inheritdoc cref="Compile{T}(Func{Variable{T}, Variable{T}}, string)"/>
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>, Variable<T>, Variable<T>[]> function,
        string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Several<T>(name, function, (x, _) => function(x[0], x[1]));

    /// <summary>Makes an aggregate of a function with several results.</summary>
    /// <inheritdoc cref="Compile{T}(Func{Variable{T}, Variable{T}}, string)"/>
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>[]> function,
        string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Several<T>(name, function, (x, _) => function(x[0], x[1], x[2]));

    /// <summary>Makes an aggregate of a function with several results.</summary>
    /// <inheritdoc cref="Compile{T}(Func{Variable{T}, Variable{T}}, string)"/>
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>[]> function,
        string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Several<T>(name, function, (x, _) => function(x[0], x[1], x[2], x[3]));

    /// <summary>Makes an aggregate of a function with several results.</summary>
    /// <inheritdoc cref="Compile{T}(Func{Variable{T}, Variable{T}}, string)"/>
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>[]> function,
        string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Several<T>(name, function, (x, _) => function(x[0], x[1], x[2], x[3], x[4]));

    /// <summary>Makes an aggregate of a function with several results.</summary>
    /// <inheritdoc cref="Compile{T}(Func{Variable{T}, Variable{T}}, string)"/>
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>[]> function,
        string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Several<T>(name, function, (x, _) => function(x[0], x[1], x[2], x[3], x[4], x[5]));

    /// <summary>Makes an aggregate of a function with several results.</summary>
    /// <inheritdoc cref="Compile{T}(Func{Variable{T}, Variable{T}}, string)"/>
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>,
            Variable<T>[]> function,
        string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Several<T>(name, function, (x, _) => function(x[0], x[1], x[2], x[3], x[4], x[5], x[6]));

    /// <summary>Makes an aggregate of a function with several results.</summary>
    /// <inheritdoc cref="Compile{T}(Func{Variable{T}, Variable{T}}, string)"/>
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>, Variable<T>,
            Variable<T>, Variable<T>[]> function,
        string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Several<T>(name, function, (x, _) => function(x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7]));

    /// <summary>Makes an aggregate of a function with any number of inputs and results.</summary>
    /// <inheritdoc cref="Compile{T}(Func{Variable{T}, Variable{T}}, string)"/>
    /// <param name="function">The function to compile.</param>
    /// <param name="name">Its name in traces and messages.</param>
    /// <param name="inputs">The names of its inputs, which then are as many; null for any number of inputs.</param>
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>[], Variable<T>[]> function, string name = "aggregate", string[]? inputs = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
            name, new AggregateBody<T>(Required(function), inputs, [], IsSingle: false));

    /// <summary>Makes an aggregate of a function that takes indices.</summary>
    /// <remarks>
    /// Indices are tensors of integers that come in at each call: labels, tokens, lists of neighbours. Operators such
    /// as <see cref="Variable{T}.Gather"/> take them, and views of them; their numbers are checked when the function is
    /// called, and only other shapes are compiled anew.
    /// </remarks>
    /// <inheritdoc cref="Compile{T}(Func{Variable{T}, Variable{T}}, string)"/>
    [OverloadResolutionPriority(-1)]
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>, Tensor<int>, Variable<T>> function, string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Single<T>(name, function, (x, index) => [function(x[0], index[0])]);

    /// <inheritdoc cref="Compile{T}(Func{Variable{T}, Tensor{int}, Variable{T}}, string)"/>
    [OverloadResolutionPriority(-1)]
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>, Tensor<int>, Tensor<int>, Variable<T>> function, string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Single<T>(name, function, (x, index) => [function(x[0], index[0], index[1])]);

    /// <inheritdoc cref="Compile{T}(Func{Variable{T}, Tensor{int}, Variable{T}}, string)"/>
    [OverloadResolutionPriority(-1)]
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>, Variable<T>, Tensor<int>, Variable<T>> function, string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Single<T>(name, function, (x, index) => [function(x[0], x[1], index[0])]);

    /// <inheritdoc cref="Compile{T}(Func{Variable{T}, Tensor{int}, Variable{T}}, string)"/>
    [OverloadResolutionPriority(-1)]
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>, Variable<T>, Tensor<int>, Tensor<int>, Variable<T>> function, string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Single<T>(name, function, (x, index) => [function(x[0], x[1], index[0], index[1])]);

    /// <summary>
    /// Makes an aggregate of a function with any number of inputs, tensors of indices, and results.
    /// </summary>
    /// <inheritdoc cref="Compile{T}(Func{Variable{T}, Tensor{int}, Variable{T}}, string)"/>
    [OverloadResolutionPriority(-2)]
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>[], Tensor<int>[], Variable<T>[]> function, string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return new(name, new AggregateBody<T>(function, null, null, IsSingle: false));
    }

    private static Func<Variable<T>[], Tensor<int>[], Variable<T>?[]> Required<T>(
        Func<Variable<T>[], Variable<T>[]> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return (x, _) => function(x);
    }

    private static Aggregate<T> Single<T>(
        string name, Delegate function, Func<Variable<T>[], Tensor<int>[], Variable<T>?[]> body)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(name, new AggregateBody<T>(
            body, Names(function, typeof(Variable<T>)), Names(function, typeof(Tensor<int>)), IsSingle: true));

    private static Aggregate<T> Several<T>(
        string name, Delegate function, Func<Variable<T>[], Tensor<int>[], Variable<T>?[]> body)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(name, new AggregateBody<T>(
            body, Names(function, typeof(Variable<T>)), Names(function, typeof(Tensor<int>)), IsSingle: false));

    /// <summary>The names of a function's parameters of a type, for those who read what it became.</summary>
    private static string[] Names(Delegate function, Type type)
    {
        ArgumentNullException.ThrowIfNull(function);
        // A delegate may have its first parameters bound already.
        Type[] types = function.GetType().GetGenericArguments()[..^1];
        ParameterInfo[] parameters = [.. function.Method.GetParameters().TakeLast(types.Length)];
        return [.. from i in Enumerable.Range(0, types.Length) where types[i] == type
            select parameters[i].Name ?? $"x{i}"];
    }
}
