using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// Brings kernels over equally many elements together, and makes one step of them that runs in blocks.
/// </summary>
/// <remarks>
/// <code>
/// steps   a  view  b  product  c  d        a, b, c and d over n elements; d reads the product, which reads a
/// become  view  [a  b  c]  product  d      views and small results that need no kernel of the run come before it
/// </code>
/// A step that cannot come before the run, nor be in it, is skipped, and so is what waits for it; a run ends when
/// enough was skipped, so that the time is in proportion to the steps.
/// </remarks>
internal sealed class Blocking<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxSkipped = 64;
    private const int MaxHoisted = 64; // of results that are as long as a run is: they need memory at one time
    private const int CacheBytes = 512 * 1024; // half of a common second-level cache
    private const int ShortestBlock = 256; // elements; below, the calls of the kernels would count

    private readonly Schedule<T> _schedule;
    private readonly int[] _uses; // of a value by steps, and as a result
    private readonly int[] _runOf, _sumOf, _skippedIn; // for a value the last run that it was in, in that way
    private readonly Stack<ScheduleStep<T>> _skipped = [];
    private int _next;
    private int _run;

    private Blocking(Schedule<T> schedule)
    {
        _schedule = schedule;
        _uses = new int[schedule.Values.Length];
        _runOf = new int[_uses.Length];
        _sumOf = new int[_uses.Length];
        _skippedIn = new int[_uses.Length];
        foreach (ScheduleStep<T> step in schedule.Steps)
        {
            foreach (int input in step.Inputs.Distinct())
                _uses[input]++;
        }
        foreach (int output in schedule.Outputs)
        {
            if (output != Graph<T>.Zero)
                _uses[output]++;
        }
    }

    private enum Turn
    {
        BeforeRun,
        InRun,
        AfterRun,
    }

    public static Schedule<T> Run(Schedule<T> schedule)
    {
        var blocking = new Blocking<T>(schedule);
        var result = new List<ScheduleStep<T>>(schedule.Steps.Length);
        while (blocking.Take() is { } step)
        {
            if (step is ScheduledKernel<T> fused && blocking.IsFlat(fused))
                blocking.AddRun(fused, result);
            else
                result.Add(step);
        }
        return result.Count == schedule.Steps.Length ? schedule : schedule.WithSteps(result);
    }

    private ScheduleStep<T>? Take() =>
        _skipped.TryPop(out ScheduleStep<T>? step) ? step
        : _next < _schedule.Steps.Length ? _schedule.Steps[_next++]
        : null;

    /// <summary>Whether a kernel sees its operands as one row: each has as many elements as it, or
    /// one, or only certain elements of it are read.</summary>
    private bool IsFlat(ScheduledKernel<T> step)
    {
        int length = step.Shape.FlattenedLength;
        return length > 0 && step.SumsAll && Array.TrueForAll(
            step.Sources,
            source => source.IsElements || LengthOf(source.Value) == 1 || LengthOf(source.Value) == length);
    }

    private int LengthOf(int value) => _schedule.Values[value].Shape.FlattenedLength;

    /// <summary>Adds the run that begins with a kernel, after what comes before it.</summary>
    private void AddRun(ScheduledKernel<T> first, List<ScheduleStep<T>> result)
    {
        _run++;
        int hoisted = 0;
        var run = new List<ScheduledKernel<T>>();
        var skipped = new List<ScheduleStep<T>>();
        ScheduleStep<T>? next = first;
        while (next is { } step)
        {
            switch (TurnOf(step, first.Shape.FlattenedLength, ref hoisted))
            {
                case Turn.BeforeRun:
                    result.Add(step);
                    break;
                case Turn.InRun:
                    var kernel = (ScheduledKernel<T>)step;
                    run.Add(kernel);
                    for (int i = 0; i < kernel.Outputs.Length; i++)
                        (kernel.Summed[i] is null ? _runOf : _sumOf)[kernel.Outputs[i]] = _run;
                    break;
                default:
                    skipped.Add(step);
                    foreach (int output in step.Outputs)
                        _skippedIn[output] = _run;
                    break;
            }
            next = skipped.Count < MaxSkipped ? Take() : null;
        }
        for (int i = skipped.Count - 1; i >= 0; i--)
            _skipped.Push(skipped[i]);
        result.Add(run.Count == 1 ? first : Blocked(run));
    }

    private Turn TurnOf(ScheduleStep<T> step, int length, ref int hoisted)
    {
        bool readsRun = false;
        foreach (int input in step.Inputs)
        {
            if (_skippedIn[input] == _run || _sumOf[input] == _run)
                return Turn.AfterRun;
            readsRun |= _runOf[input] == _run;
        }
        if (step is ScheduledKernel<T> fused && IsFlat(fused))
            return fused.Shape.FlattenedLength == length && !(length > 1 && ReadsElementsOfRun(fused))
                ? Turn.InRun : Turn.AfterRun;
        if (readsRun)
            return Turn.AfterRun;
        bool isSmall = Array.TrueForAll(step.Outputs, output => LengthOf(output) <= length);
        return step.IsView || isSmall && hoisted++ < MaxHoisted ? Turn.BeforeRun : Turn.AfterRun;
    }

    private bool ReadsElementsOfRun(ScheduledKernel<T> step) =>
        Array.Exists(step.Sources, source => source.IsElements && _runOf[source.Value] == _run);

    private ScheduledBlocks<T> Blocked(List<ScheduledKernel<T>> run)
    {
        int length = run[0].Shape.FlattenedLength;
        var reads = new Dictionary<int, int>(); // how many kernels of the run read a value
        var lastRead = new Dictionary<int, int>();
        for (int i = 0; i < run.Count; i++)
        {
            foreach (int input in run[i].Inputs.Distinct())
            {
                reads[input] = reads.GetValueOrDefault(input) + 1;
                lastRead[input] = i;
            }
        }
        var outputs = new List<int>();
        var locals = new List<ScheduledBlocks<T>.Local>();
        var free = new Stack<int>();
        var dying = new List<int>[run.Count];
        int buffers = 0, streams = 0;
        for (int i = 0; i < run.Count; i++)
        {
            streams = Math.Max(streams, run[i].Inputs.Length + run[i].Outputs.Length);
            foreach (int output in run[i].Outputs)
            {
                bool isLocal = _runOf[output] == _run && LengthOf(output) == length
                    && reads.GetValueOrDefault(output) == _uses[output];
                if (!isLocal)
                {
                    outputs.Add(output);
                    continue;
                }
                int buffer = free.Count > 0 ? free.Pop() : buffers++;
                locals.Add(new ScheduledBlocks<T>.Local(output, buffer));
                (dying[lastRead[output]] ??= []).Add(buffer);
            }
            // A kernel may compute elements twice, so its results are not where it reads.
            foreach (int buffer in dying[i] ?? [])
                free.Push(buffer);
        }
        int[] inputs = [.. reads.Keys.Where(input => _runOf[input] != _run)];
        return new ScheduledBlocks<T>(
            [.. run], inputs, [.. outputs], [.. locals], BlockLength(length, buffers + streams));
    }

    /// <summary>The longest block of which this many rows fit the cache.</summary>
    private static int BlockLength(int length, int rows)
    {
        const int Line = 64; // elements: whole vectors, and whole lines of the cache
        int fitting = CacheBytes / Unsafe.SizeOf<T>() / Math.Max(1, rows) / Line * Line;
        return Math.Min(length, Math.Clamp(fitting, ShortestBlock, Kernel<T>.SumLength));
    }
}
