using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A function that may read values, as one operator: it runs on a tape of its own, in a compiled program too. Its
/// propagate is such an operator again, so this holds for every order.
/// </summary>
/// <param name="name">What it is called.</param>
/// <param name="function">From the inputs, and the indices of a call, to the results.</param>
/// <param name="inferShapes">From the shapes of the inputs to those of the results.</param>
/// <param name="resultCount">How many results there are.</param>
/// <param name="indices">The indices of a call; null where there are none.</param>
internal sealed class OwnTapeOperator<T>(
    string name, Func<Variable<T>[], BoundIndices?, Variable<T>[]> function, Func<Shape[], Shape[]> inferShapes,
    int resultCount, BoundIndices? indices = null)
    : MultiResultOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => name;

    internal override int ResultCount => resultCount;

    public override Keeps Keeps => Keeps.Inputs;

    protected override Shape[] InferShapes(Shape[] inputs) => inferShapes(inputs);

    internal override Operator<T> WithIndices(BoundIndices call) =>
        new OwnTapeOperator<T>(name, function, inferShapes, resultCount, call);

    internal override void ComputeAll(ReadOnlySpan<Tensor<T>> inputs, Span<Tensor<T>?> results)
    {
        Tensor<T>[] values = inputs.ToArray();
        Tensor<T>?[] computed = OnTape.Run<T>(x => function(x, indices), values);
        for (int i = 0; i < results.Length; i++)
        {
            // What an input or an earlier result is, is a result of its own.
            results[i] = computed[i]!;
            foreach (Tensor<T>? other in (Tensor<T>?[])[.. values, .. computed[..i]])
            {
                if (other!.SharesMemory(computed[i]!))
                    results[i] = computed[i]!.Rank == 0
                        ? new Tensor<T>(computed[i]!.ScalarValue) : computed[i]!.ToNew();
            }
        }
    }

    internal override void Propagate(ref Propagation<T> propagation) =>
        Propagate(ref propagation, name, function, indices);

    /// <summary>The propagate of an entry whose results a function computes, on a tape of its own too.</summary>
    public static void Propagate(
        ref Propagation<T> propagation, string name, Func<Variable<T>[], BoundIndices?, Variable<T>[]> function,
        BoundIndices? indices)
    {
        int[] known = Set(propagation.KnownGradients()), wanted = Set(propagation.WantedGradients());
        Variable<T>[] gradients = Reverse(name, function, indices, propagation.InputCount, known, wanted)
            .ApplyAll(propagation.Tape, propagation.InputsAndGradients());
        for (int i = 0; i < gradients.Length; i++)
            propagation.InputGradients[wanted[i]] = gradients[i];

        static int[] Set(bool[] flags) => [.. Enumerable.Range(0, flags.Length).Where(i => flags[i])];
    }

    /// <summary>The gradients of a function as such an operator.</summary>
    /// <param name="name">The function's name.</param>
    /// <param name="function">The function.</param>
    /// <param name="indices">The indices of a call; null where there are none.</param>
    /// <param name="count">How many inputs it has; after them come gradients.</param>
    /// <param name="known">The results whose gradients come.</param>
    /// <param name="wanted">The inputs whose gradients are the results.</param>
    private static OwnTapeOperator<T> Reverse(
        string name, Func<Variable<T>[], BoundIndices?, Variable<T>[]> function, BoundIndices? indices, int count,
        int[] known, int[] wanted) => new(
            $"{name}.propagate",
            (x, call) =>
            {
                var linear = new Linearization<T>(name, inputs => function(inputs, call), x[..count]);
                var cotangents = new Variable<T>[known.Length];
                x.AsSpan(count).CopyTo(cotangents);
                Variable<T>?[] gradients = linear.Tape.Grad(
                    Array.ConvertAll(known, i => linear.Results[i]), cotangents,
                    Array.ConvertAll(wanted, i => linear.Inputs[i]), createGraph: true);
                return [.. wanted.Select((input, i) => linear.OrZeros(gradients[i], x[input].Shape))];
            },
            shapes => Array.ConvertAll(wanted, i => shapes[i]), wanted.Length, indices);
}
