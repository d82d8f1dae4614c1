using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// The loop that propagates gradients through another one, from its last step to the first, for one pattern of known
/// zeros.
/// </summary>
/// <remarks>
/// Its states are the gradients of the states and running sums of the parameters' gradients. Its sequences are the
/// states that the loop has saved, the loop's sequences, and gradients of its records; what else a step reads is
/// computed again. It records gradients of the elements of sequences.
/// </remarks>
internal sealed class LoopReverse<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LoopBody<T> _function;
    private readonly int[] _carried; // states whose gradients are not known to be zero
    private readonly int[] _summed; // inputs of the function, parameters
    private readonly int[] _elements; // inputs of the function, sequences, whose gradients it records
    private readonly int[] _read; // inputs of the function that it reads
    private readonly int[] _records; // outputs of the function whose gradients are there

    private LoopReverse(LoopBody<T> function, bool[] known, bool[] wanted)
    {
        _function = function;
        (Graph<T> gradients, bool[] carried, int[] inputs) = Gradients(function, known, wanted);
        int parameters = function.States + function.Sequences, count = function.Graph.Inputs.Length;
        _carried = [.. Enumerable.Range(0, function.States).Where(i => carried[i])];
        int[] there = [.. inputs.Where((_, i) => gradients.Outputs[i] != Graph<T>.Zero)];
        _summed = [.. there.Where(input => input >= parameters)];
        _elements = [.. there.Where(input => input >= function.States && input < parameters)];
        bool[] isNeeded = gradients.Needed();
        _read = [.. Enumerable.Range(0, count).Where(i => isNeeded[gradients.Inputs[i]])];
        _records = [.. Enumerable.Range(function.States, known.Length - function.States).Where(i => known[i])];
        Body = new LoopBody<T>(
            $"{function.Name}.propagate", Trace(gradients, inputs), _carried.Length + _summed.Length,
            _read.Count(input => input < parameters) + _records.Length);
    }

    public LoopBody<T> Body { get; }

    public static LoopReverse<T> Of(LoopBody<T> function, bool[] known, bool[] wanted) =>
        new(function, known, wanted);

    /// <summary>
    /// The gradients of a step. Which gradients of states are there is a fixed point: those that come in, and those
    /// that a step makes of them.
    /// </summary>
    private static (Graph<T> Graph, bool[] Carried, int[] Inputs) Gradients(
        LoopBody<T> function, bool[] known, bool[] wanted)
    {
        bool[] isThere = [.. known], isWanted = [.. wanted];
        isWanted.AsSpan(0, function.States).Fill(true);
        int[] inputs = [.. Enumerable.Range(0, wanted.Length).Where(i => isWanted[i])];
        while (true)
        {
            Graph<T> graph = CompilePipeline.Default.GradientsOf(function.Graph, isThere, isWanted);
            bool grows = false;
            for (int i = 0; i < function.States; i++)
            {
                if (isThere[i] || graph.Outputs[i] == Graph<T>.Zero)
                    continue;
                isThere[i] = grows = true;
            }
            if (!grows)
                return (graph, isThere, inputs);
        }
    }

    /// <summary>The body, from the graph of a step's gradients.</summary>
    /// <param name="gradients">Its inputs are those of the function and the gradients that are there.</param>
    /// <param name="inputs">The inputs of the function whose gradients it computes.</param>
    private Graph<T> Trace(Graph<T> gradients, int[] inputs)
    {
        LoopBody<T> function = _function;
        Shape[] shapes =
        [
            .. _carried.Select(function.InputShape), .. _summed.Select(function.InputShape),
            .. Sequences.Select(function.InputShape), .. _records.Select(function.OutputShape),
            .. Parameters.Select(function.InputShape),
        ];
        return CompilePipeline.Default.GraphOf<T>(shapes, (tape, variables) =>
        {
            var given = new Queue<Variable<T>>(variables);
            Variable<T>[] carried = Next(_carried), sums = Next(_summed), elements = Next(Sequences);
            Variable<T>[] records = Next(_records), parameters = Next(Parameters);
            var all = new Variable<T>[function.Graph.Inputs.Length];
            for (int i = 0; i < _read.Length; i++)
                all[_read[i]] = i < elements.Length ? elements[i] : parameters[i - elements.Length];
            Variable<T>?[] values = gradients.Replay(tape, [.. all, .. carried, .. records]);
            return
            [
                .. _carried.Select(state => Gradient(state) ?? tape.Root.Uniform(function.InputShape(state), T.Zero)),
                .. _summed.Select((input, i) => sums[i] + Gradient(input)!), .. _elements.Select(Gradient),
            ];

            Variable<T>[] Next(int[] what) => Array.ConvertAll(what, _ => given.Dequeue());

            Variable<T>? Gradient(int input) =>
                gradients.Outputs[Array.IndexOf(inputs, input)] is var output and not Graph<T>.Zero
                    ? values[output] : null;
        });
    }

    /// <summary>The inputs of the function that it reads, and of which each step has another element.</summary>
    private int[] Sequences => Array.FindAll(_read, input => input < _function.States + _function.Sequences);

    private int[] Parameters => Array.FindAll(_read, input => input >= _function.States + _function.Sequences);

    /// <summary>Runs the loop on what propagate has.</summary>
    /// <param name="propagation">Of the function's loop.</param>
    /// <param name="count">How many steps it made.</param>
    /// <param name="isReversed">Whether it made the last step first.</param>
    public void Run(ref Propagation<T> propagation, int count, bool isReversed)
    {
        Tape<T> tape = propagation.Tape;
        LoopBody<T> function = _function;
        int saved = function.Graph.Outputs.Length - function.States;
        var inputs = new List<Variable<T>>();
        foreach (int state in _carried)
            inputs.Add(propagation.OutputGradients[state] ?? tape.Root.Uniform(function.InputShape(state), T.Zero));
        foreach (int input in _summed)
            inputs.Add(tape.Root.Uniform(function.InputShape(input), T.Zero));
        foreach (int input in Sequences)
            inputs.Add(input < function.States ? propagation.KeptOutput(saved + input) : propagation.Input(input));
        foreach (int record in _records)
            inputs.Add(propagation.OutputGradients[record]!);
        foreach (int input in Parameters)
            inputs.Add(propagation.Input(input));
        Variable<T>[] gradients = new LoopOperator<T>(Body, count, !isReversed).ApplyAll(tape, [.. inputs]);
        int at = 0;
        foreach (int input in (int[])[.. _carried, .. _summed, .. _elements])
        {
            if (propagation.IsWanted(input))
                propagation.InputGradients[input] = gradients[at];
            at++;
        }
    }
}
