using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// What the steps of loops compute, traced once: from states, an element of each sequence, and parameters to the next
/// states, and records of the step. What is made of it, derivatives and programs, is kept.
/// </summary>
internal sealed class LoopBody<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxPatterns = 64; // of known zeros, and of batches

    private readonly Once<LoopBody<T>> _recorded = new();
    private readonly Cache<Pattern, LoopReverse<T>> _reverses = new(MaxPatterns);
    private readonly Cache<BatchKey, LoopBody<T>> _batches = new(MaxPatterns);
    private readonly Cache<Segment, LoopBody<T>> _segments = new(MaxPatterns);
    private readonly Cache<ProgramKey, LoopProgram<T>> _programs = new(MaxPatterns);

    /// <param name="name">What the loop is called.</param>
    /// <param name="graph">Its inputs are the states, an element of each sequence, and the parameters; its outputs, of
    /// which none is known to be zero, the next states, and what is recorded.</param>
    /// <param name="states">How many states there are.</param>
    /// <param name="sequences">How many sequences there are.</param>
    /// <param name="savesStates">Whether the last records are the states as the step finds them.</param>
    public LoopBody(string name, Graph<T> graph, int states, int sequences, bool savesStates = false)
    {
        Name = name;
        Graph = graph;
        States = states;
        Sequences = sequences;
        SavesStates = savesStates;
        foreach (Node<T> node in graph.Nodes)
        {
            if (node.Operator is not { } op)
                continue;
            Cost += op.Cost(Array.ConvertAll(node.Inputs, input => graph[input].Shape), node.Shape);
            LooksAtGradients |= op.LooksAtGradients;
            CanBatchPropagate &= op.CanBatchPropagate;
        }
    }

    private sealed record BatchKey(Pattern IsBatch, int Size);

    private sealed record Segment(int Length);

    private sealed record ProgramKey(Pattern Results, EmissionOptions Options);

    public string Name { get; }

    public Graph<T> Graph { get; }

    public int States { get; }

    public int Sequences { get; }

    public int Parameters => Graph.Inputs.Length - States - Sequences;

    /// <summary>Names of the inputs, for those who read the graph: states, elements of sequences, parameters.</summary>
    public string[] InputNames =>
    [
        .. Enumerable.Range(0, States).Select(i => $"s{i}"), .. Enumerable.Range(0, Sequences).Select(i => $"x{i}"),
        .. Enumerable.Range(0, Parameters).Select(i => $"p{i}"),
    ];

    /// <summary>Whether the last records are the states as the step finds them, which propagate reads.</summary>
    public bool SavesStates { get; }

    /// <summary>About how many nanoseconds a step takes.</summary>
    public double Cost { get; }

    public bool LooksAtGradients { get; }

    public bool CanBatchPropagate { get; } = true;

    /// <summary>The bytes of all states.</summary>
    public long StateBytes
    {
        get
        {
            long length = 0;
            for (int i = 0; i < States; i++)
                length += InputShape(i).FlattenedLength;
            return length * Unsafe.SizeOf<T>();
        }
    }

    /// <summary>The same body, which records the states too.</summary>
    public LoopBody<T> Recorded => SavesStates || States == 0 ? this : _recorded.Get(() => new LoopBody<T>(
        Name, Graph.WithOutputs([.. Graph.Outputs, .. Graph.Inputs[..States]]), States, Sequences,
        savesStates: true));

    public Shape InputShape(int input) => Graph[Graph.Inputs[input]].Shape;

    public Shape OutputShape(int output) => Graph[Graph.Outputs[output]].Shape;

    /// <summary>The results of a step, on any tape. Inputs that the graph does not need may be null.</summary>
    public Variable<T>[] Step(Tape<T> tape, Variable<T>[] inputs)
    {
        Variable<T>?[] values = Graph.Replay(tape, inputs);
        return Array.ConvertAll(Graph.Outputs.ToArray(), output => values[output]!);
    }

    /// <summary>What propagate through a loop runs, for a pattern of known zeros; see
    /// <see cref="LoopReverse{T}"/>.</summary>
    public LoopReverse<T> Reverse(bool[] known, bool[] wanted) => _reverses.GetOrAdd(
        Pattern.Of(known, wanted), () => LoopReverse<T>.Of(this, known, wanted));

    /// <summary>What computes some of the results of a loop.</summary>
    public LoopProgram<T> ProgramFor(int[] results, CompilePipeline pipeline)
    {
        var isResult = new bool[Graph.Outputs.Length];
        foreach (int result in results)
            isResult[result] = true;
        return _programs.GetOrAdd(
            new ProgramKey(Pattern.Of(isResult, []), pipeline.Emission),
            () => new LoopProgram<T>(this, results, pipeline));
    }

    /// <summary>The body with indices in the place of those that a compiled function takes.</summary>
    public LoopBody<T> WithIndices(BoundIndices call)
    {
        bool isSame = true;
        Node<T>[] nodes = Array.ConvertAll(Graph.Nodes.ToArray(), node =>
        {
            Operator<T>? op = node.Operator?.WithIndices(call);
            isSame &= op == node.Operator;
            return node with { Operator = op };
        });
        return isSame ? this : new LoopBody<T>(
            Name, new Graph<T>(nodes, Graph.Inputs.ToArray(), Graph.Outputs.ToArray()), States, Sequences, SavesStates);
    }

    /// <summary>The body whose steps are a number of this one's steps.</summary>
    /// <remarks>
    /// Its propagate computes the states of a segment again, so that a loop keeps those at the beginnings only.
    /// </remarks>
    public LoopBody<T> InSegmentsOf(int length) => _segments.GetOrAdd(new Segment(length), () =>
    {
        Shape[] shapes = [.. Enumerable.Range(0, Graph.Inputs.Length).Select(InputShape)];
        for (int i = States; i < States + Sequences; i++)
            shapes[i] = Batches.Of(length, shapes[i]);
        return new LoopBody<T>(
            Name,
            CompilePipeline.Default.GraphOf<T>(shapes, (tape, inputs) =>
                new LoopOperator<T>(this, length, isReversed: false).ApplyAll(tape, inputs)),
            States, Sequences);
    });

    /// <summary>The body for a batch of loops: its states have the examples along their first axis.</summary>
    /// <param name="isBatch">Which sequences and parameters have; all states do.</param>
    /// <param name="size">How many examples there are.</param>
    public LoopBody<T> ForBatch(bool[] isBatch, int size) => _batches.GetOrAdd(
        new BatchKey(Pattern.Of(isBatch, []), size), () => new LoopBody<T>(
            Name,
            CompilePipeline.Default.GraphOf<T>(
                [.. isBatch.Select((each, i) => each ? Batches.Of(size, InputShape(i)) : InputShape(i))],
                (tape, inputs) => Mapped(tape, inputs, isBatch, size)),
            States, Sequences, SavesStates));

    private Variable<T>?[] Mapped(Tape<T> tape, Variable<T>[] inputs, bool[] isBatch, int size)
    {
        int[] batches = [.. Enumerable.Range(0, inputs.Length).Where(i => isBatch[i])];
        var mapped = new MappedFunction<T>(tape, Array.ConvertAll(batches, InputShape), examples =>
        {
            Variable<T>[] all = [.. inputs];
            for (int i = 0; i < batches.Length; i++)
                all[batches[i]] = examples[i];
            return Step(tape, all);
        });
        return mapped.Run(Array.ConvertAll(batches, i => inputs[i]), size);
    }
}
