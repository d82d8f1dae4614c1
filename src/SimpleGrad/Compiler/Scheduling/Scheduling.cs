using System.Numerics;

namespace SimpleGrad;

/// <summary>Puts the kernels and the operators of a graph into an order in which they can run.</summary>
internal sealed class Scheduling<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Graph<T> _graph;
    private readonly FusionGroups<T> _groups;
    private readonly bool[] _isRequired; // in memory
    private readonly List<ScheduleStep<T>> _steps = []; // over the numbers of nodes
    private readonly HashSet<object> _done = []; // groups, and nodes outside groups
    private readonly HashSet<object> _begun = [];

    private Scheduling(FusionGroups<T> groups)
    {
        _graph = groups.Graph;
        _groups = groups;
        _isRequired = new bool[_graph.Nodes.Length];
        foreach (int output in _graph.Outputs)
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

    public static Schedule<T> Run(FusionGroups<T> groups)
    {
        var scheduling = new Scheduling<T>(groups);
        foreach (int output in groups.Graph.Outputs)
        {
            if (output != Graph<T>.Zero)
                scheduling.Add(output);
        }
        return scheduling.Numbered();
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
                reads.Add(Fusion<T>.Memory(_graph, source));
        }
        return reads;
    }

    /// <summary>Adds the step that computes a value, after those of all that it reads.</summary>
    private void Add(int first)
    {
        // Not by recursion: a chain of steps may be as long as the graph.
        var pending = new List<int> { first };
        while (pending.Count > 0)
        {
            int node = pending[^1];
            object unit = UnitOf(node);
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
                    throw new InvalidOperationException("Steps of a schedule wait for each other.");
                continue;
            }
            pending.RemoveAt(pending.Count - 1);
            _done.Add(unit);
            _steps.Add(unit is FusionGroup fused
                ? Lowering.Run(_graph, fused, _isRequired)
                : Single(node));
        }
    }

    /// <summary>The step of an operator, with those of its results that something reads.</summary>
    private ScheduledOperator<T> Single(int node)
    {
        int[] outputs =
        [
            .. _graph.SiblingsOf(node).ToArray().Where(each => _isRequired[each]).OrderBy(each => _graph[each].Output),
        ];
        return new ScheduledOperator<T>(
            _graph[node].Operator!, _graph[node].Inputs, outputs,
            Array.ConvertAll(outputs, each => _graph[each].Output));
    }

    /// <summary>What computes a node: a group, or an operator, for which its first result stands.</summary>
    private object UnitOf(int node) => _groups[node] is { } group ? group
        : _graph[node].HasSiblings ? _graph.SiblingsOf(node)[0]
        : node;

    private bool IsPending(int node) =>
        _graph[node].Operator is not null && !_done.Contains(UnitOf(node));

    /// <summary>Goes over from numbers of nodes to those of the values that are in memory.</summary>
    private Schedule<T> Numbered()
    {
        int[] valueOf = new int[_graph.Nodes.Length];
        valueOf.AsSpan().Fill(-1);
        var values = new List<ScheduledValue<T>>();
        foreach (int input in _graph.Inputs)
            Number(input);
        foreach (ScheduleStep<T> step in _steps)
            NumberConstants(step.Inputs);
        NumberConstants(_graph.Outputs);
        foreach (ScheduleStep<T> step in _steps)
        {
            foreach (int node in step.Outputs)
                Number(node);
        }
        int[] outputs = Array.ConvertAll(
            _graph.Outputs.ToArray(), output => output == Graph<T>.Zero ? Graph<T>.Zero : valueOf[output]);
        return new Schedule<T>(
            _graph, [.. values], _graph.Inputs.Length, outputs,
            [.. _steps.Select(step => step.Renumbered(node => valueOf[node]))]);

        void Number(int node)
        {
            valueOf[node] = values.Count;
            values.Add(new ScheduledValue<T>(node, _graph[node].Shape, _graph[node].Constant));
        }

        void NumberConstants(ReadOnlySpan<int> nodes)
        {
            foreach (int node in nodes)
            {
                if (node >= 0 && _graph[node].Constant is not null && valueOf[node] < 0)
                    Number(node);
            }
        }
    }
}
