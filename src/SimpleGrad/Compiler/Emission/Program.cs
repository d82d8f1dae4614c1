using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A schedule made ready to run: steps that compute values on tensors, and memory that is given back between them.
/// </summary>
/// <remarks>Programs do not change, and any number of threads may run one at once.</remarks>
internal sealed class Program<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T>?[] _values; // at the start: inputs, constants, then what steps compute
    private readonly int _inputs;
    private readonly int[] _outputs;
    private readonly Step<T>[] _steps;
    private readonly GiveBack[][] _givesBack; // after each step
    private readonly ResultMemoryGroup[] _results;
    private readonly DirectCall<T>? _direct; // null where it takes steps

    /// <param name="schedule">The steps.</param>
    /// <param name="plan">The plan of their memory.</param>
    /// <param name="handsOut">Whether the results go to someone outside, so that their memory does not come
    /// back.</param>
    /// <param name="pipeline">How kernels are made ready to run, and what makes the programs that steps run.</param>
    public Program(Schedule<T> schedule, MemoryPlan plan, bool handsOut, CompilePipeline pipeline)
    {
        _inputs = schedule.InputCount;
        _outputs = schedule.Outputs.ToArray();
        _values = Array.ConvertAll(schedule.Values.ToArray(), value => value.Constant);
        _givesBack = plan.GivesBack.ToArray();
        _results = plan.Results;
        var isOutput = new bool[_values.Length];
        foreach (int output in _outputs)
        {
            if (output == Graph<T>.Zero)
                continue;
            MayGiveViews |= output < schedule.FirstComputed || isOutput[output];
            isOutput[output] = true;
        }
        _steps = new Step<T>[schedule.Steps.Length];
        for (int i = 0; i < _steps.Length; i++)
        {
            ScheduleStep<T> step = schedule.Steps[i];
            MayGiveViews |= step is ScheduledOperator<T> single
                && Array.Exists(single.Outputs, output => isOutput[output]);
            _steps[i] = step switch
            {
                ScheduledKernel<T> fused => new KernelStep<T>(
                    fused, schedule, Array.ConvertAll(fused.Outputs, output => handsOut && isOutput[output]),
                    pipeline.Emission),
                ScheduledBlocks<T> blocked => new BlockedKernels<T>(
                    blocked, schedule, Array.ConvertAll(blocked.Outputs, output => handsOut && isOutput[output]),
                    pipeline.Emission),
                ScheduledOperator<T> { Operator: IRunsProgram<T> operation } own => operation.StepOf(own, pipeline),
                ScheduledOperator<T> operation => new OperatorStep<T>(operation),
                _ => throw new InvalidOperationException("A schedule has a step of an unknown kind."),
            };
        }
        _direct = DirectCall<T>.Of(_steps, _inputs, _values, _outputs);
    }

    public int OutputCount => _outputs.Length;

    /// <summary>The values that are the outputs.</summary>
    public int[] Outputs => _outputs;

    /// <summary>How many steps it takes.</summary>
    public int StepCount => _steps.Length;

    /// <summary>For each value the constant that it is, or null; the inputs are the first values.</summary>
    public Tensor<T>?[] Constants => _values;

    /// <summary>The kernel over one row that the program is; null where it takes other steps.</summary>
    public KernelStep<T>? Kernel => _steps is [KernelStep<T> { Flat: not null } step] ? step : null;

    /// <summary>
    /// Whether an output may share memory with an input, a constant, or another output, or have gaps.
    /// </summary>
    public bool MayGiveViews { get; }

    /// <summary>Computes the outputs; null for one that is known to be zero.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="indices">The indices.</param>
    /// <param name="results">Gets the outputs. Tensors that are there give outputs their memory.</param>
    public void Run(
        ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<int>> indices, Span<Tensor<T>?> results)
    {
        BoundIndices? bound = indices.IsEmpty ? null : Indices.Bind(indices);
        RunBound(inputs, bound, results);
        bound?.Release();
    }

    /// <summary>Computes the outputs as a part of a call that has the indices.</summary>
    public void RunBound(ReadOnlySpan<Tensor<T>> inputs, BoundIndices? indices, Span<Tensor<T>?> results)
    {
        if (_direct is not null && _direct.TryRun(inputs, results))
            return;
        var few = new Few<Tensor<T>?>();
        Span<Tensor<T>?> values = few.Take(_values.Length);
        _values.CopyTo(values);
        inputs[.._inputs].CopyTo(values!);
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i] is { Rank: > 0 } memory && _outputs[i] >= _inputs)
                values[_outputs[i]] ??= memory;
        }
        for (int i = 0; i < _steps.Length; i++)
        {
            _steps[i].Run(values, indices);
            Return(_givesBack[i], values);
        }
        Take(values, results);
    }

    private static void Return(GiveBack[] all, ReadOnlySpan<Tensor<T>?> values)
    {
        foreach (GiveBack back in all)
        {
            Tensor<T> value = values[back.Value]!;
            bool isShared = false;
            foreach (int other in back.UnlessSharedWith)
                isShared |= values[other]!.SharesMemory(value);
            if (!isShared)
                value.Recycle();
        }
    }

    /// <summary>
    /// Takes the results. Those that lie elsewhere are copied into the memory that they were given, and theirs is given
    /// back: operators of the library compute in memory of their own.
    /// </summary>
    private void Take(ReadOnlySpan<Tensor<T>?> values, Span<Tensor<T>?> results)
    {
        bool anyCopied = false;
        for (int i = 0; i < results.Length; i++)
        {
            Tensor<T>? result = _outputs[i] == Graph<T>.Zero ? null : values[_outputs[i]];
            if (results[i] is not { Rank: > 0 } memory || result is null || result == memory)
            {
                results[i] = result;
                continue;
            }
            result.CopyTo(memory.NewData);
            anyCopied = true;
        }
        if (!anyCopied)
            return;
        foreach (ResultMemoryGroup group in _results)
        {
            bool areCopied = true;
            foreach (int output in group.Outputs)
                areCopied &= results[output] != values[_outputs[output]];
            if (areCopied)
                Return(group.GivesBack, values);
        }
    }
}
