using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A graph as a differentiable operator: one entry on a tape, whose outputs are the results and the temporaries that
/// propagate needs. Its propagate, for each pattern of known zeros, is a compiled function again.
/// </summary>
/// <remarks>It asks the pipeline for what it needs when it first needs it, and keeps that.</remarks>
internal sealed class CompiledFunction<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxPatterns = 256; // of known zeros; each has graphs and kernels

    private readonly CompilePipeline _pipeline;
    private readonly Cache<Pattern, CompiledPropagate<T>> _propagates = new(MaxPatterns);
    private readonly Once<Partition<T>> _partition = new();
    private readonly Once<Program<T>> _results = new();
    private readonly Once<Program<T>> _outside = new();
    private readonly Once<Program<T>> _recorded = new();
    private readonly CompiledOperator<T> _operator;
    private int _used;

    /// <param name="name">The name in traces.</param>
    /// <param name="graph">What it computes, after the passes.</param>
    /// <param name="indices">The symbolic indices of the graph, one tensor for each that the function takes.</param>
    /// <param name="memoryBudget">Between recomputing what can be (0) and saving all that propagate reads (1).</param>
    /// <param name="pipeline">What compiles it.</param>
    public CompiledFunction(
        string name, Graph<T> graph, Tensor<int>[] indices, double memoryBudget, CompilePipeline pipeline)
    {
        Name = name;
        Graph = graph;
        Indices = indices;
        MemoryBudget = memoryBudget;
        _pipeline = pipeline;
        ResultShapes = Array.ConvertAll(
            Graph.Outputs.ToArray(), output => output == Graph<T>.Zero ? Shape.Scalar : Graph[output].Shape);
        _operator = new CompiledOperator<T>(this, []);
    }

    public string Name { get; }

    public Graph<T> Graph { get; }

    /// <summary>The symbolic indices of the graph; its propagates take the same.</summary>
    public Tensor<int>[] Indices { get; }

    public double MemoryBudget { get; }

    /// <summary>The propagate that a reverse sweep asked for last.</summary>
    public CompiledPropagate<T>? LastUsed { get; set; }

    /// <summary>The shapes of the results, where none is known zero.</summary>
    public Shape[] ResultShapes { get; }

    /// <summary>What an entry saves for propagate.</summary>
    public Partition<T> Partition =>
        _partition.Value ?? _partition.Get(() => _pipeline.PartitionOf(Graph, MemoryBudget));

    /// <summary>
    /// The patterns that were used: which output gradients were there, and which input gradients wanted.
    /// </summary>
    public IEnumerable<(bool[] Known, bool[] Wanted)> Used =>
        from propagate in _propagates.Values
        where propagate.FirstUse > 0
        orderby propagate.FirstUse
        select (propagate.Known, propagate.Wanted);

    /// <summary>The program that computes the results outside any tape, for someone who keeps them.</summary>
    public Program<T> Outside =>
        _outside.Value ?? _outside.Get(() => _pipeline.ProgramOf(WithCopies(), handsOut: true));

    /// <summary>The program that computes the results, known zeros too.</summary>
    private Program<T> Results => _results.Value ?? _results.Get(() => _pipeline.ProgramOf(Graph));

    /// <summary>The program that computes the results and then what an entry saves beside them.</summary>
    private Program<T> Recorded => _recorded.Value ?? _recorded.Get(() => _pipeline.ProgramOf(Partition.Forward));

    /// <summary>The graph with copies in the place of results that are inputs, constants, or other results.</summary>
    private Graph<T> WithCopies()
    {
        var nodes = new List<Node<T>>(Graph.Nodes.ToArray());
        int[] outputs = Graph.Outputs.ToArray();
        for (int i = 0; i < outputs.Length; i++)
        {
            if (outputs[i] == Graph<T>.Zero
                || (nodes[outputs[i]].Operator is not null && Array.IndexOf(outputs, outputs[i]) == i))
                continue;
            nodes.Add(new Node<T>(nodes[outputs[i]].Shape, CloneOperator<T>.Instance, [outputs[i]]));
            outputs[i] = nodes.Count - 1;
        }
        return new Graph<T>([.. nodes], Graph.Inputs.ToArray(), outputs);
    }

    /// <summary>The values of variables, on the stack where they are few.</summary>
    public static Span<Tensor<T>> ValuesOf(ReadOnlySpan<Variable<T>> variables, ref Few<Tensor<T>> few)
    {
        Span<Tensor<T>> values = few.Take(variables.Length);
        for (int i = 0; i < values.Length; i++)
            values[i] = variables[i].Data;
        return values;
    }

    /// <summary>Computes the results and records one entry.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="values">Their values.</param>
    /// <param name="indices">The indices, which nobody writes while the entry is there.</param>
    /// <param name="results">Gets the results; null for one that is known to be zero.</param>
    public void Apply(
        Tape<T> tape, ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<Tensor<T>> values, Tensor<int>[] indices,
        Span<Variable<T>?> results)
    {
        if (tape.Recorder.RecordsAll)
        {
            Inline(tape, inputs, indices, results);
            return;
        }
        Program<T> program = tape.Recorder.Records ? Recorded : Results;
        var few = new Few<Tensor<T>?>();
        Span<Tensor<T>?> outputs = few.Take(program.OutputCount);
        program.Run(values, indices, outputs);
        tape.RecordAll(
            indices.Length == 0 ? _operator : new CompiledOperator<T>(this, indices), inputs, outputs, results);
    }

    /// <summary>Computes the results operator by operator: inside a traced function this becomes part of it.</summary>
    private void Inline(
        Tape<T> tape, ReadOnlySpan<Variable<T>> inputs, Tensor<int>[] indices, Span<Variable<T>?> results)
    {
        Variable<T>?[] values = Graph.Replay(
            tape, inputs, indices.Length == 0 ? null : SimpleGrad.Indices.Bind(indices));
        for (int i = 0; i < results.Length; i++)
        {
            if (Graph.Outputs[i] is var output and not Graph<T>.Zero)
            {
                results[i] = values[output] is { IsNumber: true } number
                    ? tape.Constant(number.Number)
                    : values[output];
            }
        }
    }

    /// <summary>The propagate for a pattern, compiled when it is first used.</summary>
    /// <param name="known">Which output gradients are there.</param>
    /// <param name="wanted">Which input gradients are wanted.</param>
    /// <param name="isUse">Whether a reverse sweep asks, and not someone who wants to see it.</param>
    public CompiledPropagate<T> For(bool[] known, bool[] wanted, bool isUse)
    {
        CompiledPropagate<T> propagate = _propagates.GetOrAdd(
            Pattern.Of(known, wanted), () => Propagate(known, wanted));
        if (isUse && propagate.FirstUse == 0)
            propagate.FirstUse = Interlocked.Increment(ref _used);
        return propagate;
    }

    private CompiledPropagate<T> Propagate(bool[] known, bool[] wanted)
    {
        Graph<T> graph = _pipeline.PropagateOf(Partition, known, wanted);
        int[] sources = CompiledPropagate<T>.SourcesOf(graph);
        Graph<T> read = graph.WithInputs(Array.ConvertAll(sources, i => graph.Inputs[i]));
        return new CompiledPropagate<T>(
            known, wanted, sources,
            new CompiledFunction<T>($"{Name}.propagate", read, Indices, MemoryBudget, _pipeline));
    }
}
