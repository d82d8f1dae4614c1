using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A loop made ready to run, for those of its results that are asked for: the body's program, step by step. Records are
/// written where they are to be; states alternate between two places.
/// </summary>
internal sealed class LoopProgram<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LoopBody<T> _body;
    private readonly int[] _results; // outputs of the body
    private readonly int[] _states; // those that are computed
    private readonly int[] _records; // outputs of the body
    private readonly int[] _sequences; // inputs of the body that it reads
    private readonly StepLoop<T>? _loop; // null where steps cannot stand inside emitted code
    private readonly LoopKernel<T>? _kernel; // null where the body is more than a kernel
    private readonly Program<T> _program; // from the body's inputs to the states and the records

    public LoopProgram(LoopBody<T> body, int[] results, CompilePipeline pipeline)
    {
        _body = body;
        _results = results;
        _records = Array.FindAll(results, result => result >= body.States);
        _states = Array.FindAll(results, result => result < body.States);
        Graph<T> graph = body.Graph, step;
        while (true)
        {
            step = graph.WithOutputs([.. _states.Select(Output), .. _records.Select(Output)]);
            bool[] isNeeded = step.Needed();
            int[] needed =
            [
                .. Enumerable.Range(0, body.States).Where(i => isNeeded[graph.Inputs[i]] || _states.Contains(i)),
            ];
            if (needed.Length > _states.Length)
            {
                _states = needed;
                continue;
            }
            _sequences =
            [
                .. Enumerable.Range(body.States, body.Sequences).Where(i => isNeeded[graph.Inputs[i]]),
            ];
            break;
        }
        _program = pipeline.ProgramOf(step);
        int[] lengths = [.. Enumerable.Range(0, graph.Inputs.Length).Select(i => body.InputShape(i).FlattenedLength)];
        Range sequences = body.States..(body.States + body.Sequences);
        if (DynamicCode.IsSupported && pipeline.Emission.EmitsCode
            && StepKernel<T>.Of(_program, lengths, _states, sequences) is { } kernel)
        {
            _loop = new StepLoop<T>(kernel, _program.Constants, pipeline.Emission.CallsFor);
        }
        _kernel = _loop is null ? LoopKernel<T>.Of(_program, lengths, _states, sequences) : null;

        int Output(int output) => graph.Outputs[output];
    }

    /// <summary>What a step takes, for an explanation.</summary>
    public string Summary => _loop is not null ? "inside one kernel, states in registers"
        : _kernel is not null ? "one kernel each" : $"{_program.StepCount} kernels and operators each";

    /// <param name="count">How many steps to make.</param>
    /// <param name="isReversed">Whether the last elements of sequences come first.</param>
    /// <param name="inputs">The first states, the sequences, and the parameters.</param>
    /// <param name="results">Gets the results.</param>
    /// <param name="indices">The indices in the place of those that the function takes; null where there are
    /// none.</param>
    public void Run(
        int count, bool isReversed, ReadOnlySpan<Tensor<T>> inputs, Span<Tensor<T>?> results,
        BoundIndices? indices = null)
    {
        Tensor<T>[] records = Array.ConvertAll(
            _records, record => Tensor<T>.Uninitialized(Batches.Of(count, _body.OutputShape(record))));
        var last = new Tensor<T>[_states.Length];
        if (count == 0)
        {
            for (int j = 0; j < last.Length; j++)
                last[j] = Apart(inputs[_states[j]]);
        }
        else if (_loop is not null)
        {
            for (int j = 0; j < last.Length; j++)
                last[j] = NewState(_states[j])!;
            _loop.Run(count, isReversed, inputs, last, records);
        }
        else if (_kernel is not null)
        {
            _kernel.Run(count, isReversed, inputs, last, records);
        }
        else
        {
            RunSteps(count, isReversed, inputs, indices, last, records);
        }
        for (int j = 0; j < results.Length; j++)
            results[j] = Array.IndexOf(_states, _results[j]) is var state and >= 0
                ? last[state] : records[Array.IndexOf(_records, _results[j])];
        for (int j = 0; j < last.Length; j++)
        {
            if (Array.IndexOf(_results, _states[j]) < 0)
                last[j].Release();
        }
    }

    private void RunSteps(
        int count, bool isReversed, ReadOnlySpan<Tensor<T>> inputs, BoundIndices? indices, Tensor<T>[] last,
        Tensor<T>[] records)
    {
        int states = _states.Length;
        Tensor<T>[] current = inputs.ToArray();
        var next = new Tensor<T>?[states + records.Length];
        var room = new Tensor<T>?[2, states];
        for (int i = 0; i < count; i++)
        {
            int at = isReversed ? count - 1 - i : i;
            foreach (int sequence in _sequences)
                current[sequence] = inputs[sequence].Element(at, _body.InputShape(sequence));
            for (int j = 0; j < states; j++)
                next[j] = room[i & 1, j] ??= NewState(_states[j]);
            for (int j = 0; j < records.Length; j++)
            {
                Shape shape = _body.OutputShape(_records[j]);
                next[states + j] = shape.Rank == 0 ? null : records[j].Element(at, shape);
            }
            _program.RunBound(current, indices, next);
            for (int j = 0; j < states; j++)
                current[_states[j]] = next[j]!;
            for (int j = 0; j < records.Length; j++)
            {
                if (records[j].Rank == 1)
                    records[j].NewData[at] = next[states + j]!.ScalarValue;
            }
        }
        for (int j = 0; j < states; j++)
        {
            last[j] = current[_states[j]] is { Rank: 0 } number ? Apart(number) : current[_states[j]];
            for (int k = 0; k < 2; k++)
            {
                if (room[k, j] is { } place && place != last[j])
                    place.Release();
            }
        }
    }

    /// <summary>A copy, since results have memory of their own.</summary>
    private static Tensor<T> Apart(Tensor<T> value) =>
        value.Rank == 0 ? new Tensor<T>(value.ScalarValue) : value.ToNew();

    /// <summary>
    /// Makes steps for as long as a condition holds, which may keep the states that it sees; the loop has no sequences.
    /// </summary>
    /// <returns>How many steps were made.</returns>
    public int RunWhile(
        Func<Tensor<T>[], bool> condition, ReadOnlySpan<Tensor<T>> inputs, Span<Tensor<T>?> results,
        BoundIndices? indices = null)
    {
        Tensor<T>[] current = inputs.ToArray();
        var next = new Tensor<T>?[_states.Length];
        int count = 0;
        while (condition(current[..next.Length]))
        {
            count = checked(count + 1);
            for (int i = 0; i < next.Length; i++)
            {
                next[i] = NewState(i);
                next[i]?.HandOut();
            }
            _program.RunBound(current, indices, next);
            for (int i = 0; i < next.Length; i++)
                current[i] = next[i]!;
        }
        for (int i = 0; i < results.Length; i++)
            results[i] = Apart(current[i]);
        return count;
    }

    /// <summary>Memory for a state; null for a number, which is an object of its own.</summary>
    private Tensor<T>? NewState(int state) =>
        _body.InputShape(state) is { Rank: > 0 } shape ? Tensor<T>.Uninitialized(shape) : null;
}
