using System.Numerics;

namespace SimpleGrad;

/// <summary>Makes functions of tensors that differentiate others by some of their inputs and hold the rest.</summary>
internal static class Driver
{
    /// <summary>What a driver computes on variables.</summary>
    /// <param name="function">The function of those inputs that it is differentiated by.</param>
    /// <param name="x">These inputs.</param>
    /// <param name="more">What comes after the inputs of the function: cotangents or tangents.</param>
    /// <param name="createGraph">Whether what is computed can be differentiated.</param>
    internal delegate Variable<T>[] Body<T>(
        Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] x, Variable<T>[] more, bool createGraph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>What a driver takes beside the inputs of its function.</summary>
    internal enum More
    {
        Nothing,

        /// <summary>A cotangent of the result.</summary>
        Cotangent,

        /// <summary>A tangent of each input that the function is differentiated by.</summary>
        Tangents,
    }

    /// <param name="name">The driver.</param>
    /// <param name="function">The function.</param>
    /// <param name="wrt">By which of its inputs; null for all.</param>
    /// <param name="body">What is computed.</param>
    /// <param name="pack">Makes one result of all.</param>
    /// <param name="more">What is taken beside the inputs of the function.</param>
    public static TensorFunction<T, TResult> Of<T, TInner, TResult>(
        string name, TensorFunction<T, TInner> function, int[]? wrt, Body<T> body, Func<Tensor<T>[], TResult> pack,
        More more = More.Nothing)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        FunctionBody<T> differentiated = BodyOf(name, function, wrt);
        Signature inner = function.Signature;
        int[]? chosen = (int[]?)wrt?.Clone();
        int? count = inner.Inputs is { } own ? own + MoreBeside(own) : null;
        return new(new Signature(name, count, inner.Indices), Run, pack);

        int MoreBeside(int inputs) => more switch
        {
            More.Cotangent => 1,
            More.Tangents => chosen?.Length ?? inputs,
            _ => 0,
        };

        Variable<T>[] Run(Variable<T>[] inputs, Tensor<int>[] indices, bool createGraph)
        {
            int extra = more == More.Tangents && chosen is null ? inputs.Length / 2 : MoreBeside(0);
            if (extra >= inputs.Length || (more == More.Tangents && chosen is null && inputs.Length % 2 != 0))
                throw new ArgumentException(
                    $"{name}: of {inputs.Length} tensors, {extra} are no inputs of the function. It takes the inputs, "
                    + (more == More.Cotangent ? "then a cotangent of the result."
                        : "then a tangent for each input that the function is differentiated by."));
            Variable<T>[] all = inputs[..^extra];
            return On(differentiated, all, indices, chosen, (f, x) => body(f, x, inputs[^extra..], createGraph));
        }
    }

    /// <summary>The body of a function that a driver differentiates, which is checked now and not at a call.</summary>
    public static FunctionBody<T> BodyOf<T, TInner>(string name, TensorFunction<T, TInner> function, int[]? wrt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        if (function.Run is not TapeRun<T>)
            throw new ArgumentException(
                $"{name}: '{function.Name}' is compiled already, without derivatives. Differentiate the function and "
                + $"compile what comes out: Derivatives.{name}(f, …).Compile().", nameof(function));
        if (wrt is { Length: 0 })
            throw new ArgumentException($"{name}: wrt is empty: there is no input to differentiate by.", nameof(wrt));
        for (int i = 0; i < wrt?.Length; i++)
        {
            if (wrt[i] < 0 || wrt[i] >= function.Signature.Inputs)
                throw new ArgumentOutOfRangeException(
                    nameof(wrt), wrt[i],
                    $"{name}: the function has inputs 0 to {function.Signature.Inputs - 1}, and no input {wrt[i]}.");
            if (wrt.AsSpan(0, i).Contains(wrt[i]))
                throw new ArgumentException($"{name}: wrt names input {wrt[i]} twice.", nameof(wrt));
        }
        return function.Body;
    }

    /// <summary>Gives a function as one of some of its inputs.</summary>
    public static TResult On<T, TResult>(
        FunctionBody<T> function, Variable<T>[] inputs, Tensor<int>[] indices, int[]? wrt,
        Func<Func<Variable<T>[], Variable<T>[]>, Variable<T>[], TResult> run)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (wrt is null)
            return run(x => function(x, indices, createGraph: true), inputs);
        foreach (int input in wrt)
        {
            if (input >= inputs.Length)
                throw new ArgumentException($"There are inputs 0 to {inputs.Length - 1}, and wrt names {input}.");
        }
        return run(
            x =>
            {
                Variable<T>[] all = [.. inputs];
                for (int i = 0; i < wrt.Length; i++)
                    all[wrt[i]] = x[i];
                return function(all, indices, createGraph: true);
            },
            Array.ConvertAll(wrt, input => inputs[input]));
    }
}
