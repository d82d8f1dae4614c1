using System.Numerics;

namespace SimpleGrad;

/// <summary>A graph made ready to run: steps that compute values on tensors, and give memory back when it is dead.</summary>
/// <remarks>Programs do not change, and any number of threads may run one at once.</remarks>
internal sealed class Program<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T>?[] _constants;
    private readonly int[] _inputs;
    private readonly int[] _outputs;
    private readonly Step<T>[] _steps;

    private Program(Graph<T> graph, Step<T>[] steps)
    {
        _inputs = graph.Inputs.ToArray();
        _outputs = graph.Outputs.ToArray();
        _steps = steps;
        _constants = new Tensor<T>?[graph.Nodes.Length];
        for (int i = 0; i < _constants.Length; i++)
            _constants[i] = graph[i].Constant;
        MarkDead(graph);
    }

    public IReadOnlyList<Step<T>> Steps => _steps;

    public static Program<T> Of(Graph<T> graph)
    {
        bool[] isNeeded = graph.Needed();
        var steps = new List<Step<T>>();
        for (int i = 0; i < isNeeded.Length; i++)
        {
            if (isNeeded[i] && graph[i].Operator is { } op)
                steps.Add(new OperatorStep<T>(op, graph[i].Inputs, i));
        }
        return new Program<T>(graph, [.. steps]);
    }

    /// <summary>Computes the outputs; null for one that is known to be zero.</summary>
    public Tensor<T>?[] Run(ReadOnlySpan<Tensor<T>> inputs)
    {
        var values = (Tensor<T>?[])_constants.Clone();
        for (int i = 0; i < _inputs.Length; i++)
            values[_inputs[i]] = inputs[i];
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
        return results;
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
            foreach (int input in step.Inputs)
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

    private void MarkDead(Graph<T> graph)
    {
        var isKept = new bool[graph.Nodes.Length];
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
