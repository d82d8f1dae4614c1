using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A graph made ready to run: steps that compute values on tensors, and give memory back when it is dead.
/// </summary>
/// <remarks>Programs do not change, and any number of threads may run one at once.</remarks>
internal sealed class Program<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T>?[] _values; // at the start: inputs, constants, then what steps compute
    private readonly int _inputs;
    private readonly int[] _outputs;
    private readonly Step<T>[] _steps;

    private Program(Graph<T> graph, Step<T>[] steps, bool handsOut)
    {
        var places = new int[graph.Nodes.Length];
        places.AsSpan().Fill(-1);
        int count = 0;
        foreach (int input in graph.Inputs)
            places[input] = count++;
        _inputs = count;
        foreach (int node in steps.SelectMany(step => step.Inputs).Concat(graph.Outputs.ToArray()))
        {
            if (node >= 0 && graph[node].Constant is not null && places[node] < 0)
                places[node] = count++;
        }
        foreach (int node in steps.SelectMany(step => step.Outputs))
            places[node] = count++;
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
        MarkDead();
        foreach (Step<T> step in handsOut ? steps : [])
            step.HandedOut = Array.ConvertAll(step.Outputs, _outputs.Contains);
    }

    public IReadOnlyList<Step<T>> Steps => _steps;

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
        private IEnumerable<int> Reads(int node)
        {
            if (_groups[node] is { } own)
            {
                return from input in _graph[node].Inputs
                       let source = Fusion<T>.Source(_graph, input)
                       where _groups[source] != own || _graph[source].Operator is ISum
                       where !_graph[source].IsUniform(out _)
                       select source;
            }
            return _isRequired[node] ? _graph[node].Inputs : [];
        }

        /// <summary>Schedules what computes a value, after all that it reads.</summary>
        private void Do(int first)
        {
            // Not by recursion: a chain of steps may be as long as the graph.
            var pending = new Stack<int>([first]);
            while (pending.TryPeek(out int node))
            {
                object unit = _groups[node] is { } group ? group : node;
                if (_graph[node].Operator is null || _done.Contains(unit))
                {
                    pending.Pop();
                    continue;
                }
                IEnumerable<int> members = unit is FusionGroup own ? own.Nodes : [node];
                int[] before = [.. members.SelectMany(Reads).Where(IsPending)];
                foreach (int input in before)
                    pending.Push(input);
                if (before.Length > 0)
                {
                    if (!_begun.Add(unit))
                        throw new InvalidOperationException("Steps of a program wait for each other.");
                    continue;
                }
                pending.Pop();
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
    /// <param name="memory">Tensors whose memory outputs get where they can; null for new memory.</param>
    public Tensor<T>?[] Run(ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<T>?> memory = default)
    {
        var values = new Tensor<T>?[_values.Length];
        _values.CopyTo(values);
        inputs[.._inputs].CopyTo(values!);
        for (int i = 0; i < memory.Length; i++)
        {
            if (_outputs[i] >= _inputs)
                values[_outputs[i]] ??= memory[i];
        }
        Span<int> owners = stackalloc int[0];
        if (_steps.Length > 1)
            owners = new int[2 * values.Length];
        Span<int> living = owners[(owners.Length / 2)..];
        owners = owners[..(owners.Length / 2)];
        foreach (Step<T> step in _steps)
        {
            step.Run(values);
            if (owners.Length > 0)
                GiveBack(step, values, owners, living);
        }
        var results = new Tensor<T>?[_outputs.Length];
        for (int i = 0; i < results.Length; i++)
            results[i] = _outputs[i] == Graph<T>.Zero ? null : values[_outputs[i]];
        if (owners.Length > 0)
            CopyInto(memory, results, values, owners, living);
        return results;
    }

    /// <summary>
    /// Copies results that lie elsewhere into the memory that they were given, and gives theirs back: operators of the
    /// library compute in memory of their own.
    /// </summary>
    private void CopyInto(
        ReadOnlySpan<Tensor<T>?> memory, Tensor<T>?[] results, Tensor<T>?[] values, Span<int> owners,
        Span<int> living)
    {
        for (int i = 0; i < memory.Length; i++)
        {
            if (memory[i] is not { Rank: > 0 } place || results[i] is not { } result || result == place
                || result.Shape != place.Shape || owners[_outputs[i]] is var owner && owner == 0)
                continue;
            result.CopyTo(place.NewData);
            results[i] = place;
            if (--living[owner - 1] == 0)
                values[owner - 1]!.Recycle();
        }
    }

    /// <summary>
    /// Gives back the memory of dead values. A value may be a view of another: memory is the first one's, its owner's,
    /// and is dead when all its values are. Owners are counted from 1; inputs and constants have 0 and keep theirs.
    /// </summary>
    private static void GiveBack(Step<T> step, Tensor<T>?[] values, Span<int> owners, Span<int> living)
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
