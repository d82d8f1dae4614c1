using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A graph made ready to run: steps that compute values on tensors, and give memory back when it is dead.
/// </summary>
/// <remarks>Programs do not change, and any number of threads may run one at once.</remarks>
internal sealed class Program<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MostOnStack = 64; // numbers

    private readonly Tensor<T>?[] _values; // at the start: inputs, constants, then what steps compute
    private readonly int _inputs;
    private readonly int[] _outputs;
    private readonly Step<T>[] _steps;
    private readonly DirectCall<T>? _direct; // null where it takes steps

    private Program(Graph<T> graph, Step<T>[] steps, bool handsOut)
    {
        int[] places = Array.ConvertAll(graph.Nodes.ToArray(), _ => -1);
        int count = 0;
        foreach (int input in graph.Inputs)
            places[input] = count++;
        _inputs = count;
        foreach (Step<T> step in steps)
            PlaceConstants(step.Inputs);
        PlaceConstants(graph.Outputs);
        int firstComputed = count;
        foreach (Step<T> step in steps)
        {
            foreach (int node in step.Outputs)
                places[node] = count++;
        }
        _values = new Tensor<T>?[count];
        for (int i = 0; i < places.Length; i++)
        {
            if (places[i] >= 0)
                _values[places[i]] = graph[i].Constant;
        }
        foreach (Step<T> step in steps)
            step.Renumber(places);
        _outputs = Array.ConvertAll(
            graph.Outputs.ToArray(), output => output == Graph<T>.Zero ? Graph<T>.Zero : places[output]);
        _steps = steps;
        var isOutput = new bool[count];
        foreach (int output in _outputs)
        {
            if (output != Graph<T>.Zero)
            {
                MayGiveViews |= output < firstComputed || isOutput[output];
                isOutput[output] = true;
            }
        }
        foreach (Step<T> step in steps)
        {
            MayGiveViews |= step.MayGiveViews;
            if (handsOut)
                step.HandedOut = Array.ConvertAll(step.Outputs, output => isOutput[output]);
        }
        MarkDead();
        _direct = DirectCall<T>.Of(steps, _inputs, _values, _outputs);

        void PlaceConstants(ReadOnlySpan<int> nodes)
        {
            foreach (int node in nodes)
            {
                if (node >= 0 && graph[node].Constant is not null && places[node] < 0)
                    places[node] = count++;
            }
        }
    }

    public IReadOnlyList<Step<T>> Steps => _steps;

    public int OutputCount => _outputs.Length;

    /// <summary>Whether an output may share memory with an input, a constant, or another output.</summary>
    public bool MayGiveViews { get; }

    /// <summary>Groups what can be one kernel, and puts all steps into an order in which they can run.</summary>
    /// <param name="graph">What to compute.</param>
    /// <param name="handsOut">Whether the results go to someone outside, so that their memory does not come
    /// back.</param>
    public static Program<T> Of(Graph<T> graph, bool handsOut = false) =>
        new(graph, new Scheduling(graph).Run(), handsOut);

    private sealed class Scheduling
    {
        private readonly Graph<T> _graph;
        private readonly FusionGroup?[] _groups;
        private readonly bool[] _isRequired; // in memory
        private readonly List<Step<T>> _steps = [];
        private readonly HashSet<object> _done = [];
        private readonly HashSet<object> _begun = [];

        public Scheduling(Graph<T> graph)
        {
            _graph = graph;
            _groups = Fusion<T>.Run(graph);
            _isRequired = new bool[graph.Nodes.Length];
            foreach (int output in graph.Outputs)
            {
                if (output != Graph<T>.Zero)
                    _isRequired[output] = true;
            }
            for (int i = _isRequired.Length - 1; i >= 0; i--)
            {
                foreach (int input in Reads(i))
                    _isRequired[input] = true;
            }
        }

        public Step<T>[] Run()
        {
            foreach (int output in _graph.Outputs)
            {
                if (output != Graph<T>.Zero)
                    Do(output);
            }
            return [.. _steps];
        }

        /// <summary>The values that must be in memory for a node.</summary>
        private IReadOnlyList<int> Reads(int node)
        {
            if (_groups[node] is not { } own)
                return _isRequired[node] ? _graph[node].Inputs : [];
            var reads = new List<int>();
            foreach (int input in _graph[node].Inputs)
            {
                int source = Fusion<T>.Source(_graph, input);
                if ((_groups[source] != own || _graph[source].Operator is ISum) && !_graph[source].IsUniform(out _))
                    reads.Add(source);
            }
            return reads;
        }

        /// <summary>Schedules what computes a value, after all that it reads.</summary>
        private void Do(int first)
        {
            // Not by recursion: a chain of steps may be as long as the graph.
            var pending = new List<int> { first };
            while (pending.Count > 0)
            {
                int node = pending[^1];
                object unit = _groups[node] is { } group ? group : node;
                if (_graph[node].Operator is null || _done.Contains(unit))
                {
                    pending.RemoveAt(pending.Count - 1);
                    continue;
                }
                int waitingFor = pending.Count;
                foreach (int member in unit is FusionGroup own ? own.Nodes : (List<int>)[node])
                {
                    foreach (int input in Reads(member))
                    {
                        if (IsPending(input))
                            pending.Add(input);
                    }
                }
                if (pending.Count > waitingFor)
                {
                    if (!_begun.Add(unit))
                        throw new InvalidOperationException("Steps of a program wait for each other.");
                    continue;
                }
                pending.RemoveAt(pending.Count - 1);
                _done.Add(unit);
                _steps.Add(unit is FusionGroup fused
                    ? KernelBuilder.Build(_graph, fused, _isRequired)
                    : new OperatorStep<T>(_graph[node].Operator!, _graph[node].Inputs, node));
            }
        }

        private bool IsPending(int node) =>
            _graph[node].Operator is not null && !_done.Contains(_groups[node] is { } group ? group : node);
    }

    /// <summary>Computes the outputs; null for one that is known to be zero.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="results">Gets the outputs. Tensors that are there give outputs their memory.</param>
    public void Run(ReadOnlySpan<Tensor<T>> inputs, Span<Tensor<T>?> results)
    {
        if (_direct is null || !_direct.TryRun(inputs, results))
            RunSteps(inputs, results);
    }

    private void RunSteps(ReadOnlySpan<Tensor<T>> inputs, Span<Tensor<T>?> results)
    {
        var few = new Few<Tensor<T>?>();
        int count = _values.Length;
        Span<Tensor<T>?> values = few.Take(count);
        _values.CopyTo(values);
        inputs[.._inputs].CopyTo(values!);
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i] is { Rank: > 0 } memory && _outputs[i] >= _inputs)
                values[_outputs[i]] ??= memory;
        }
        Span<int> owners = count <= MostOnStack ? stackalloc int[count] : new int[count];
        Span<int> living = count <= MostOnStack ? stackalloc int[count] : new int[count];
        owners.Clear();
        living.Clear();
        foreach (Step<T> step in _steps)
        {
            step.Run(values);
            GiveBack(step, values, owners, living);
        }
        Take(values, results, owners, living);
    }

    /// <summary>
    /// Takes the results. Those that lie elsewhere are copied into the memory that they were given, and theirs is given
    /// back: operators of the library compute in memory of their own.
    /// </summary>
    private void Take(
        ReadOnlySpan<Tensor<T>?> values, Span<Tensor<T>?> results, ReadOnlySpan<int> owners, Span<int> living)
    {
        for (int i = 0; i < results.Length; i++)
        {
            Tensor<T>? result = _outputs[i] == Graph<T>.Zero ? null : values[_outputs[i]];
            if (results[i] is not { Rank: > 0 } memory || result is null || result == memory)
            {
                results[i] = result;
                continue;
            }
            result.CopyTo(memory.NewData);
            if (owners[_outputs[i]] is var owner and > 0 && --living[owner - 1] == 0)
                values[owner - 1]!.Recycle();
        }
    }

    /// <summary>
    /// Gives back the memory of dead values. A value may be a view of another: memory is the first one's, its owner's,
    /// and is dead when all its values are. Owners are counted from 1; inputs and constants have 0 and keep theirs.
    /// </summary>
    private static void GiveBack(Step<T> step, Span<Tensor<T>?> values, Span<int> owners, Span<int> living)
    {
        foreach (int output in step.Outputs)
        {
            int owner = output + 1;
            foreach (int input in step.MayGiveViews ? step.Inputs : [])
            {
                if (values[input]!.SharesMemory(values[output]!))
                    owner = owners[input];
            }
            owners[output] = owner;
            if (owner > 0)
                living[owner - 1]++;
        }
        foreach (int dead in step.Dead)
        {
            int owner = owners[dead];
            if (owner > 0 && --living[owner - 1] == 0)
                values[owner - 1]!.Recycle();
        }
    }

    private void MarkDead()
    {
        var isKept = new bool[_values.Length];
        foreach (int output in _outputs)
        {
            if (output != Graph<T>.Zero)
                isKept[output] = true;
        }
        for (int i = _steps.Length - 1; i >= 0; i--)
        {
            var dead = new List<int>();
            foreach (int value in (ReadOnlySpan<int>)[.. _steps[i].Inputs, .. _steps[i].Outputs])
            {
                if (!isKept[value])
                    dead.Add(value);
                isKept[value] = true;
            }
            _steps[i].Dead = [.. dead];
        }
    }
}
