using System.Numerics;

namespace SimpleGrad;

/// <summary>Finds what no schedule and no plan of its memory may have.</summary>
internal static class ScheduleVerifier
{
    /// <summary>Every value is computed once, and before it is read.</summary>
    /// <exception cref="InvalidOperationException">It is not so; the message says where.</exception>
    public static void Verify<T>(Schedule<T> schedule) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var isThere = new bool[schedule.Values.Length];
        isThere.AsSpan(0, schedule.FirstComputed).Fill(true);
        for (int step = 0; step < schedule.Steps.Length; step++)
        {
            foreach (int input in schedule.Steps[step].Inputs)
                Require(IsValue(input) && isThere[input], $"step {step} reads value {input} before it is computed");
            foreach (int output in schedule.Steps[step].Outputs)
            {
                Require(IsValue(output) && !isThere[output], $"step {step} computes value {output}, which is there");
                isThere[output] = true;
            }
            foreach (ScheduledKernel<T> kernel in schedule.Steps[step].Kernels)
                VerifyKernel(kernel, step, schedule);
            if (schedule.Steps[step] is ScheduledBlocks<T> blocked)
                VerifyBlocks(blocked, step, schedule);
        }
        foreach (int output in schedule.Outputs)
            Require(
                output == Graph<T>.Zero || IsValue(output) && isThere[output],
                $"value {output} is a result that no step computes");

        bool IsValue(int value) => value >= 0 && value < isThere.Length;
    }

    /// <summary>
    /// Each kernel reads what comes from outside or what those before it computed for the block, and not over what is
    /// still needed; what leaves is not in a buffer, and nothing reads a sum before all blocks are done.
    /// </summary>
    private static void VerifyBlocks<T>(ScheduledBlocks<T> step, int number, Schedule<T> schedule)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var bufferOf = step.Locals.ToDictionary(local => local.Value, local => local.Buffer);
        HashSet<int> isThere = [.. step.Inputs], outputs = [.. step.Outputs];
        HashSet<int> computed = [.. step.Parts.SelectMany(kernel => kernel.Outputs)];
        var inBuffer = new Dictionary<int, int>(); // the value that was last written there
        foreach (ScheduledKernel<T> kernel in step.Parts)
        {
            Require(
                kernel.Shape.FlattenedLength == step.Length,
                $"step {number} has kernels over {step.Length} and {kernel.Shape.FlattenedLength} elements");
            foreach ((int input, bool isElements) in kernel.Sources)
            {
                Require(isThere.Contains(input), $"step {number} reads value {input} before it is computed in a block");
                int length = schedule.Values[input].Shape.FlattenedLength;
                Require(
                    isElements ? step.Length == 1 || !computed.Contains(input) : length == 1 || length == step.Length,
                    $"step {number} reads value {input}, which has no blocks");
                Require(
                    !bufferOf.TryGetValue(input, out int buffer) || inBuffer[buffer] == input,
                    $"step {number} reads value {input} from a buffer that was written over");
            }
            for (int i = 0; i < kernel.Outputs.Length; i++)
            {
                int output = kernel.Outputs[i];
                if (!bufferOf.TryGetValue(output, out int buffer))
                {
                    Require(outputs.Contains(output), $"step {number} computes value {output}, which is nowhere");
                    if (!kernel.Kernel.IsSum(i))
                        isThere.Add(output);
                    continue;
                }
                Require(!kernel.Kernel.IsSum(i), $"step {number} has value {output}, a sum, in a buffer");
                Require(
                    !outputs.Contains(output) && isThere.Add(output),
                    $"step {number} has value {output} in a buffer and elsewhere");
                Require(
                    !inBuffer.TryGetValue(buffer, out int before) || Array.IndexOf(kernel.Inputs, before) < 0,
                    $"step {number} computes value {output} where it reads");
                inBuffer[buffer] = output;
            }
        }
    }

    private static void VerifyKernel<T>(ScheduledKernel<T> step, int number, Schedule<T> schedule)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Kernel<T> kernel = step.Kernel;
        Require(
            step.Sources.Length == kernel.Sources && step.Outputs.Length == kernel.Targets
            && step.Summed.Length == kernel.Targets,
            $"step {number} has not the inputs and outputs of its kernel");
        foreach (KernelSource source in step.Sources)
            Require(
                source.IsElements || schedule.Values[source.Value].Shape.ExpandsTo(step.Shape),
                $"step {number} reads value {source.Value}, whose shape does not expand to {step.Shape}");
        foreach (Place input in kernel.Inputs)
        {
            (int value, bool isElements) = step.Sources[input.Operand];
            Require(
                input.Offset >= 0 && input.Offset < (isElements ? schedule.Values[value].Shape.FlattenedLength : 1),
                $"step {number} reads element {input.Offset} of value {value}, which it has not");
        }
        var isStored = new bool[step.Outputs.Length][];
        for (int i = 0; i < isStored.Length; i++)
            isStored[i] = new bool[
                step.Shape.FlattenedLength == 1 ? schedule.Values[step.Outputs[i]].Shape.FlattenedLength : 1];
        foreach (Kernel<T>.Output output in kernel.Outputs)
        {
            (int target, int offset) = output.Place;
            Require(
                offset >= 0 && offset < isStored[target].Length && !isStored[target][offset],
                $"step {number} stores element {offset} of value {step.Outputs[target]}, which is there or nowhere");
            isStored[target][offset] = true;
        }
        for (int i = 0; i < step.Outputs.Length; i++)
            Require(
                kernel.IsSum(i) == step.Summed[i] is not null && !isStored[i].Contains(false)
                && (kernel.IsSum(i) || step.Shape.FlattenedLength == 1
                    || schedule.Values[step.Outputs[i]].Shape == step.Shape),
                $"step {number} does not compute value {step.Outputs[i]} in its shape");
    }

    /// <summary>
    /// No memory is read after it is given back, or given back twice; results stay to the end, and all else that steps
    /// compute is given back; nothing is written over what is still needed.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is not so; the message says where.</exception>
    public static void Verify<T>(Schedule<T> schedule, MemoryPlan plan)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool[] isGone = new bool[plan.Buffers.Length], isWritten = new bool[plan.Buffers.Length];
        for (int value = 0; value < schedule.FirstComputed; value++)
            isWritten[plan.BufferOf[value]] = true;
        bool[][] needed = NeededBefore(schedule, plan);
        for (int step = 0; step < schedule.Steps.Length; step++)
        {
            foreach (int input in schedule.Steps[step].Inputs)
                Require(
                    !isGone[plan.BufferOf[input]], $"step {step} reads value {input}, whose memory was given back");
            foreach (int output in schedule.Steps[step].Outputs)
            {
                if (schedule.Steps[step] is { IsView: true, Inputs: [int viewed, ..] })
                    Require(
                        IsSame(plan.BufferOf[output], plan.BufferOf[viewed]),
                        $"step {step} computes value {output}, a view, apart from value {viewed}");
                else
                    VerifyWrite(step, output);
                isWritten[plan.BufferOf[output]] = true;
            }
            foreach (GiveBack back in plan.GivesBack[step])
                VerifyGiveBack(step, back);
        }
        for (int buffer = 0; buffer < isGone.Length; buffer++)
            Require(
                isGone[buffer] || plan.Buffers[buffer].FirstStep is null || needed[^1][buffer],
                $"the memory of value {plan.Buffers[buffer].Owner} is never given back");

        // What is no view is computed where nothing lies that this step or a later one reads.
        void VerifyWrite(int step, int output)
        {
            int buffer = plan.BufferOf[output];
            for (int other = 0; other < isGone.Length; other++)
                Require(
                    !IsSame(buffer, other) || !isWritten[other] || !needed[step][other],
                    $"step {step} writes value {output} over value {plan.Buffers[other].Owner}, which is needed");
        }

        void VerifyGiveBack(int step, GiveBack back)
        {
            int buffer = plan.BufferOf[back.Value];
            Require(!needed[step + 1][buffer], $"step {step} gives back value {back.Value}, which is needed after it");
            Require(!isGone[buffer], $"step {step} gives back value {back.Value} again");
            Require(
                plan.Buffers[buffer].FirstStep is not null && isWritten[buffer],
                $"step {step} gives back value {back.Value}, which no step has computed");
            isGone[buffer] = true;
            for (int other = 0; other < isGone.Length; other++)
                Require(
                    !IsSame(buffer, other) || !isWritten[other] || isGone[other]
                    || Array.IndexOf(back.UnlessSharedWith, plan.Buffers[other].Owner) >= 0,
                    $"step {step} gives back value {back.Value}, whose memory may be that of value "
                    + $"{plan.Buffers[other].Owner}");
        }

        bool IsSame(int buffer, int other) => plan.Buffers[buffer].Group == plan.Buffers[other].Group;
    }

    /// <summary>Which buffers are needed before each step, and at the end: by that step, a later one, or as a result.
    /// </summary>
    private static bool[][] NeededBefore<T>(Schedule<T> schedule, MemoryPlan plan)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var needed = new bool[schedule.Steps.Length + 1][];
        var current = new bool[plan.Buffers.Length];
        foreach (int output in schedule.Outputs)
        {
            if (output != Graph<T>.Zero)
                current[plan.BufferOf[output]] = true;
        }
        needed[^1] = (bool[])current.Clone();
        for (int step = needed.Length - 2; step >= 0; step--)
        {
            foreach (int input in schedule.Steps[step].Inputs)
                current[plan.BufferOf[input]] = true;
            needed[step] = (bool[])current.Clone();
        }
        return needed;
    }

    private static void Require(bool holds, string mistake)
    {
        if (!holds)
            throw new InvalidOperationException($"A schedule is wrong: {mistake}.");
    }
}
