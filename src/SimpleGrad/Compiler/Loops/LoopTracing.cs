using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Makes the body of a loop from the function that a user wrote. Bodies that compute the same are one, so that a loop
/// that is run again and again is compiled once.
/// </summary>
/// <remarks>
/// What a step computes from parameters alone is computed once, before the loop, and given to it as a parameter.
/// </remarks>
internal static class LoopTracing<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxBodies = 256;

    private static readonly Cache<LoopKey<T>, LoopBody<T>> _bodies = new(MaxBodies);

    /// <summary>Traces a step.</summary>
    /// <param name="name">What the loop is called.</param>
    /// <param name="step">From states, elements of sequences, and parameters to the next states and records.</param>
    /// <param name="inputs">The loop's inputs.</param>
    /// <param name="states">How many of them are states.</param>
    /// <param name="sequences">How many after these are sequences.</param>
    /// <returns>The body, and the inputs with the parameters that it has.</returns>
    public static (LoopBody<T> Body, Variable<T>[] Inputs) Run(
        string name, Func<Variable<T>[], Variable<T>[]> step, Variable<T>[] inputs, int states, int sequences)
    {
        int varying = states + sequences;
        Tape<T> tape = inputs[0].Tape;
        string? former = tape.Hint;
        string hint =
            $"The step of '{name}' is traced once, on a tape of its own, so all variables that it uses must be given "
            + "to the loop, as parameters.";
        tape.Hint = hint;
        Graph<T> graph;
        try
        {
            Shape[] shapes = [.. inputs.Select((x, i) => i < states || i >= varying ? x.Shape : x.Shape.Without(0))];
            graph = CompilePipeline.Default.GraphOf<T>(shapes, (_, x) => Checked(name, step(x), x[..states]), hint);
        }
        finally
        {
            tape.Hint = former;
        }
        (Graph<T> before, Graph<T> body) = Split(graph, varying);
        Variable<T>?[] values = before.Replay(tape, inputs.AsSpan(varying));
        return (
            _bodies.GetOrAdd(
                new LoopKey<T>(name, body, states, sequences), () => new LoopBody<T>(name, body, states, sequences)),
            [.. inputs[..varying], .. before.Outputs.ToArray().Select(output => values[output]!)]);
    }

    private static Variable<T>[] Checked(string name, Variable<T>[] results, Variable<T>[] states)
    {
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i] is null)
                throw new InvalidOperationException($"{name}: the step returns null as a result.");
            if (i < states.Length && results[i].Shape != states[i].Shape)
                throw new ArgumentException(
                    $"{name}: the step makes a state of shape {results[i].Shape} where it must be {states[i].Shape}.");
        }
        return results;
    }

    /// <summary>Splits a step into what depends on parameters alone, and what does not.</summary>
    /// <param name="graph">The step.</param>
    /// <param name="varying">How many of its inputs, the first ones, are not parameters.</param>
    /// <returns>From the parameters to those of the second graph; and the step.</returns>
    private static (Graph<T> Before, Graph<T> Body) Split(Graph<T> graph, int varying)
    {
        Node<T>[] nodes = graph.Nodes.ToArray();
        bool[] isNeeded = graph.Needed(), isInvariant = new bool[nodes.Length], isParameter = new bool[nodes.Length];
        foreach (int input in graph.Inputs[varying..])
            isParameter[input] = isInvariant[input] = true;
        for (int i = 0; i < nodes.Length; i++)
        {
            // Expansions cost nothing where they are read, and make parameters large.
            isInvariant[i] |= nodes[i].Operator is not null
                && Array.TrueForAll(nodes[i].Inputs, j => isInvariant[j] || nodes[j].Constant is not null)
                && Array.Exists(nodes[i].Inputs, j => isInvariant[j]);
        }
        var isInBody = new bool[nodes.Length];
        var isOutside = new bool[nodes.Length];
        foreach (int output in graph.Outputs)
            Take(output);
        for (int i = nodes.Length - 1; i >= 0; i--)
        {
            if (!isNeeded[i] || !isInBody[i] && (isInvariant[i] || nodes[i].Operator is null))
                continue;
            isInBody[i] = true;
            foreach (int input in nodes[i].Inputs)
                Take(input);
        }
        int[] outside = [.. Enumerable.Range(0, nodes.Length).Where(i => isOutside[i])];
        var before = new Graph<T>(nodes, graph.Inputs[varying..].ToArray(), outside);
        var builder = new GraphBuilder<T>();
        var numbers = new int[nodes.Length];
        foreach (int input in graph.Inputs[..varying])
            numbers[input] = builder.AddInput(nodes[input].Shape);
        foreach (int node in outside)
            numbers[node] = builder.AddInput(nodes[node].Shape);
        for (int i = 0; i < nodes.Length; i++)
        {
            if (isInBody[i] && !nodes[i].IsInput)
                numbers[i] = builder.Add(
                    nodes[i] with { Inputs = Array.ConvertAll(nodes[i].Inputs, input => numbers[input]) });
        }
        return (before, builder.Build(Array.ConvertAll(graph.Outputs.ToArray(), output => numbers[output])));

        // Something in the body reads it.
        void Take(int node)
        {
            if (isInBody[node] || isOutside[node])
                return;
            if (isInvariant[node] && (isParameter[node] || nodes[node].Operator is { IsExpansion: false }))
                isOutside[node] = true;
            else
                isInBody[node] = true;
        }
    }
}
