using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A graph as a differentiable operator: one entry on a tape, whose outputs are the results and the temporaries that
/// propagate needs. Its propagate, for each pattern of known zeros, is a compiled function again.
/// </summary>
internal sealed class CompiledFunction<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxPatterns = 256; // of known zeros; each has graphs and kernels

    private readonly Cache<Pattern, Propagate> _propagates = new(MaxPatterns);
    private readonly Once<Program<T>> _results = new();
    private readonly Once<Program<T>> _outside = new();
    private readonly Once<Recorded> _recorded = new();
    private readonly CompiledOperator<T> _operator;
    private int _met;

    /// <summary>What an entry on a tape has.</summary>
    /// <param name="Saved">The nodes whose values propagate reads, beside the inputs.</param>
    /// <param name="Outputs">The outputs: results that are not known zero, then saved values that are no
    /// results.</param>
    /// <param name="SavedOutputs">The output that each saved value is.</param>
    /// <param name="Program">Computes the results, known zeros too, and then the other outputs.</param>
    private sealed record Recorded(int[] Saved, int[] Outputs, int[] SavedOutputs, Program<T> Program);

    /// <param name="name">The name in traces.</param>
    /// <param name="graph">What it computes, after the passes.</param>
    /// <param name="memoryBudget">Between recomputing what can be (0) and saving all that propagate reads (1).</param>
    public CompiledFunction(string name, Graph<T> graph, double memoryBudget)
    {
        Name = name;
        Graph = graph;
        MemoryBudget = memoryBudget;
        ResultShapes = Array.ConvertAll(
            Graph.Outputs.ToArray(), output => output == Graph<T>.Zero ? Shape.Scalar : Graph[output].Shape);
        _operator = new CompiledOperator<T>(this);
    }

    public string Name { get; }

    public Graph<T> Graph { get; }

    public double MemoryBudget { get; }

    /// <summary>The propagate that a reverse sweep asked for last.</summary>
    public Propagate? LastMet { get; set; }

    /// <summary>The shapes of the results, where none is known zero.</summary>
    public Shape[] ResultShapes { get; }

    /// <summary>The nodes whose values an entry keeps for propagate, beside the inputs.</summary>
    public int[] Saved => OfEntry.Saved;

    /// <summary>The nodes that are an entry's outputs: results that are not known zero, then saved values.</summary>
    public int[] EntryOutputs => OfEntry.Outputs;

    /// <summary>The output of an entry that each saved value is: a temporary, or a result.</summary>
    public int[] SavedOutputs => OfEntry.SavedOutputs;

    /// <summary>
    /// The patterns that were met: which output gradients were there, and which input gradients wanted.
    /// </summary>
    public IEnumerable<(bool[] Known, bool[] Wanted)> Met =>
        from propagate in _propagates.Values
        where propagate.Met > 0
        orderby propagate.Met
        select (propagate.Known, propagate.Wanted);

    /// <summary>The program that computes the results outside any tape, for someone who keeps them.</summary>
    public Program<T> Outside =>
        _outside.Value ?? _outside.Get(() => Program<T>.Of(WithCopies(), handsOut: true));

    private Program<T> Results => _results.Value ?? _results.Get(() => Program<T>.Of(Graph));

    private Recorded OfEntry => _recorded.Value ?? _recorded.Get(MakeRecorded);

    private Recorded MakeRecorded()
    {
        int[] saved = SavedValues<T>.Choose(Graph, MemoryBudget), results = Graph.Outputs.ToArray();
        int[] temporaries = [.. saved.Except(results)];
        int[] outputs = [.. results.Where(output => output != Graph<T>.Zero), .. temporaries];
        return new Recorded(
            saved, outputs, Array.ConvertAll(saved, node => Array.IndexOf(outputs, node)),
            Program<T>.Of(
                new Graph<T>(Graph.Nodes.ToArray(), Graph.Inputs.ToArray(), [.. results, .. temporaries])));
    }

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
    /// <param name="results">Gets the results; null for one that is known to be zero.</param>
    public void Apply(
        Tape<T> tape, ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<Tensor<T>> values, Span<Variable<T>?> results)
    {
        if (tape.Recorder.RecordsAll)
        {
            Inline(tape, inputs, results);
            return;
        }
        Program<T> program = tape.Recorder.Records ? OfEntry.Program : Results;
        var few = new Few<Tensor<T>?>();
        Span<Tensor<T>?> outputs = few.Take(program.OutputCount);
        program.Run(values, outputs);
        tape.RecordAll(_operator, inputs, outputs, results);
    }

    /// <summary>Computes the results operator by operator: inside a traced function this becomes part of it.</summary>
    private void Inline(Tape<T> tape, ReadOnlySpan<Variable<T>> inputs, Span<Variable<T>?> results)
    {
        Variable<T>?[] values = Graph.Replay(tape, inputs);
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

    /// <summary>The propagate for a pattern, compiled when it is first met.</summary>
    /// <param name="known">Which output gradients are there.</param>
    /// <param name="wanted">Which input gradients are wanted.</param>
    /// <param name="isMet">Whether a reverse sweep asks, and not someone who wants to see it.</param>
    public Propagate For(bool[] known, bool[] wanted, bool isMet)
    {
        Propagate propagate = _propagates.GetOrAdd(
            Pattern.Of(known, wanted), () => new Propagate(this, known, wanted));
        if (isMet && propagate.Met == 0)
            propagate.Met = Interlocked.Increment(ref _met);
        return propagate;
    }

    /// <summary>The propagate of a function for one pattern.</summary>
    internal sealed class Propagate
    {
        public Propagate(CompiledFunction<T> function, bool[] known, bool[] wanted)
        {
            Known = known;
            Wanted = wanted;
            Graph<T> graph = PassPipeline.Run(Trace(function, known, wanted));
            bool[] isNeeded = graph.Needed();
            Sources = [.. Enumerable.Range(0, graph.Inputs.Length).Where(i => isNeeded[graph.Inputs[i]])];
            int[] inputs = Array.ConvertAll(Sources, i => graph.Inputs[i]);
            Function = new CompiledFunction<T>(
                $"{function.Name}.propagate", new Graph<T>(graph.Nodes.ToArray(), inputs, graph.Outputs.ToArray()),
                function.MemoryBudget);
        }

        /// <summary>As which of the function's patterns this was met; 0 for not yet.</summary>
        public int Met { get; set; }

        public bool[] Known { get; }

        public bool[] Wanted { get; }

        /// <summary>From inputs, saved values and gradients to gradients of the wanted inputs.</summary>
        public CompiledFunction<T> Function { get; }

        /// <summary>
        /// What the function reads, counted through the entry's inputs, the saved values, and the gradients that are
        /// there.
        /// </summary>
        public int[] Sources { get; }

        /// <summary>
        /// Runs the function and the reverse sweep on symbolic variables. The sweep's reads of a value that was saved
        /// become reads of an input; what else it reads is computed again.
        /// </summary>
        private static Graph<T> Trace(CompiledFunction<T> function, bool[] known, bool[] wanted) =>
            Trace(function.Graph, function.Saved, function.EntryOutputs, known, wanted);

        /// <summary>
        /// The results' gradients by all inputs in one graph with the results, nothing being saved; and after these
        /// outputs, as further ones, the values of the function's operators.
        /// </summary>
        public static Graph<T> TraceJoint(Graph<T> graph, int[] operators)
        {
            int[] outputs = [.. graph.Outputs.ToArray().Where(output => output != Graph<T>.Zero)];
            var known = new bool[outputs.Length];
            var wanted = new bool[graph.Inputs.Length];
            known.AsSpan().Fill(true);
            wanted.AsSpan().Fill(true);
            return Trace(graph, [], outputs, known, wanted, operators);
        }

        private static Graph<T> Trace(
            Graph<T> graph, int[] saved, int[] outputs, bool[] known, bool[] wanted, int[]? shown = null)
        {
            int count = graph.Inputs.Length;
            int[] given = [.. Enumerable.Range(0, outputs.Length).Where(i => known[i])];
            Shape[] shapes =
            [
                .. graph.Inputs.ToArray().Select(input => graph[input].Shape),
                .. saved.Select(node => graph[node].Shape), .. given.Select(i => graph[outputs[i]].Shape),
            ];
            return Tracing.Run<T>(shapes, (tape, variables) =>
            {
                Variable<T>[] inputs = variables[..count];
                Variable<T>?[] values = graph.Replay(tape, inputs);
                var losses = new List<Variable<T>>();
                var seeds = new List<Variable<T>?>();
                for (int i = 0; i < given.Length; i++)
                {
                    if (values[outputs[given[i]]] is { IsNumber: false } output)
                    {
                        losses.Add(output);
                        seeds.Add(variables[count + saved.Length + i]);
                    }
                }
                Variable<T>[] desired = [.. inputs.Where((_, i) => wanted[i])];
                Variable<T>?[] gradients = losses.Count == 0
                    ? new Variable<T>?[desired.Length]
                    : ReverseSweep.Run(tape, [.. losses], [.. seeds], desired, new RadialLimits<T>(tape));
                for (int i = 0; i < saved.Length; i++)
                    TracingRecorder<T>.Of(tape).Substitutes.Add(values[saved[i]]!.Index, variables[count + i].Index);
                return shown is null ? gradients : [.. gradients, .. shown.Select(node => values[node])];
            });
        }
    }
}

/// <summary>The operator of a compiled function's entry.</summary>
internal sealed class CompiledOperator<T>(CompiledFunction<T> function) : Operator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => function.Name;

    internal override bool IsFunction => true;

    public override Keeps Keeps => Keeps.Inputs | Keeps.Result;

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{Name}({string.Join(", ", inputs.ToArray())})";

    internal override Variable<T> ApplyTo(ReadOnlySpan<Variable<T>> inputs) =>
        throw new InvalidOperationException($"Compiled function '{Name}' is not an operator of a graph.");

    internal override Tensor<T> ComputeOn(ReadOnlySpan<Tensor<T>> inputs) =>
        throw new InvalidOperationException($"Compiled function '{Name}' is not an operator of a graph.");

    internal override void Propagate(ref Propagation<T> propagation)
    {
        CompiledFunction<T>.Propagate propagate = Find(in propagation);
        var fewSources = new Few<Variable<T>>();
        Span<Variable<T>> sources = fewSources.Take(propagate.Sources.Length);
        for (int i = 0; i < sources.Length; i++)
            sources[i] = Source(in propagation, propagate.Sources[i]);
        var fewValues = new Few<Tensor<T>>();
        var fewGradients = new Few<Variable<T>?>();
        bool[] wanted = propagate.Wanted;
        Span<Variable<T>?> gradients = fewGradients.Take(propagate.Function.Graph.Outputs.Length);
        propagate.Function.Apply(
            propagation.Tape, sources, CompiledFunction<T>.ValuesOf(sources, ref fewValues), gradients);
        for (int i = 0, at = 0; i < wanted.Length; i++)
        {
            if (wanted[i])
                propagation.InputGradients[i] = gradients[at++];
        }
    }

    /// <summary>The propagate for what is known and wanted: most often the same as the last time.</summary>
    private CompiledFunction<T>.Propagate Find(in Propagation<T> propagation)
    {
        ReadOnlySpan<Variable<T>?> gradients = propagation.OutputGradients;
        if (function.LastMet is { } last && last.Known.Length == gradients.Length)
        {
            bool isSame = true;
            for (int i = 0; isSame && i < gradients.Length; i++)
                isSame = last.Known[i] == gradients[i] is not null;
            for (int i = 0; isSame && i < last.Wanted.Length; i++)
                isSame = last.Wanted[i] == propagation.IsWanted(i);
            if (isSame)
                return last;
        }
        bool[] known = new bool[gradients.Length], wanted = new bool[propagation.InputCount];
        for (int i = 0; i < known.Length; i++)
            known[i] = gradients[i] is not null;
        for (int i = 0; i < wanted.Length; i++)
            wanted[i] = propagation.IsWanted(i);
        return function.LastMet = function.For(known, wanted, isMet: true);
    }

    /// <summary>What propagate reads: an input, a saved value, or a gradient that is there.</summary>
    private Variable<T> Source(in Propagation<T> propagation, int source)
    {
        int inputs = propagation.InputCount, saved = function.SavedOutputs.Length;
        if (source < inputs)
            return propagation.Input(source);
        if (source < inputs + saved)
            return propagation.KeptOutput(function.SavedOutputs[source - inputs]);
        int skipped = source - inputs - saved;
        foreach (Variable<T>? gradient in propagation.OutputGradients)
        {
            if (gradient is not null && skipped-- == 0)
                return gradient;
        }
        throw new InvalidOperationException($"Propagate of '{Name}' reads value {source}, which it has not.");
    }
}
