using System.Numerics;

namespace SimpleGrad;

/// <summary>Plans the memory of a schedule.</summary>
internal static class MemoryPlanning
{
    public static MemoryPlan Run<T>(Schedule<T> schedule) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int[] bufferOf, MemoryBuffer[] buffers) = BuffersOf(schedule);
        int steps = schedule.Steps.Length;
        List<MemoryBuffer>[] dying = Lists(steps), groups = Lists(buffers.Length);
        foreach (MemoryBuffer buffer in buffers)
        {
            groups[buffer.Group].Add(buffer);
            if (buffer.LastStep is { } last)
                dying[last].Add(buffer);
        }
        var givesBack = new GiveBack[steps][];
        for (int step = 0; step < steps; step++)
            givesBack[step] = AllBack(dying[step], groups, step);
        return new MemoryPlan(bufferOf, buffers, givesBack, ResultsOf(schedule, bufferOf, buffers, groups));

        static List<MemoryBuffer>[] Lists(int count)
        {
            var lists = new List<MemoryBuffer>[count];
            for (int i = 0; i < count; i++)
                lists[i] = [];
            return lists;
        }
    }

    /// <summary>The buffers, and for each value the one that it is in.</summary>
    private static (int[] BufferOf, MemoryBuffer[] Buffers) BuffersOf<T>(Schedule<T> schedule)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var bufferOf = new int[schedule.Values.Length];
        var buffers = new List<MemoryBuffer>(bufferOf.Length);
        bufferOf.AsSpan().Fill(MemoryPlan.NoBuffer);
        var isRowMajor = new bool[bufferOf.Length]; // for sure
        for (int value = 0; value < schedule.FirstComputed; value++)
        {
            isRowMajor[value] = schedule.Values[value].Constant is { IsContiguous: true };
            Add(value, step: null, group: buffers.Count);
        }
        for (int step = 0; step < schedule.Steps.Length; step++)
        {
            foreach (int input in schedule.Steps[step].Inputs)
                Use(input, step);
            switch (schedule.Steps[step])
            {
                case ScheduledOperator<T>
                {
                    Operator.IsView: true, Inputs: [int input, ..], Outputs: [int output]
                } view:
                    if (view.Operator.MayCopy && !isRowMajor[input])
                    {
                        Add(output, step, buffers[bufferOf[input]].Group);
                        break;
                    }
                    bufferOf[output] = bufferOf[input];
                    isRowMajor[output] = view.Operator.MayCopy;
                    Use(output, step);
                    break;
                case { } other:
                    foreach (int computed in other.Outputs)
                    {
                        isRowMajor[computed] = other.Kernels.Count > 0;
                        Add(computed, step, buffers.Count);
                    }
                    break;
            }
        }
        foreach (int output in schedule.Outputs)
        {
            if (output != Graph<T>.Zero)
                buffers[bufferOf[output]] = buffers[bufferOf[output]] with { LastStep = null };
        }
        return (bufferOf, [.. buffers]);

        void Add(int value, int? step, int group)
        {
            bufferOf[value] = buffers.Count;
            buffers.Add(new MemoryBuffer(value, schedule.Values[value].Shape.FlattenedLength, step, step, group));
        }

        void Use(int value, int step)
        {
            MemoryBuffer buffer = buffers[bufferOf[value]];
            if (buffer.FirstStep is not null)
                buffers[bufferOf[value]] = buffer with { LastStep = step };
        }
    }

    /// <summary>
    /// Gives back what dies after a step, or at the end. Of buffers that are the same memory the last one does.
    /// </summary>
    private static GiveBack[] AllBack(List<MemoryBuffer> dying, List<MemoryBuffer>[] groups, int step)
    {
        var all = new GiveBack[dying.Count];
        for (int i = 0; i < all.Length; i++)
        {
            var needed = new List<int>();
            foreach (MemoryBuffer other in groups[dying[i].Group])
            {
                int index = dying.IndexOf(other);
                if (index > i || index < 0 && (other.FirstStep ?? -1) <= step && (other.LastStep ?? step + 1) > step)
                    needed.Add(other.Owner);
            }
            all[i] = new GiveBack(dying[i].Owner, [.. needed]);
        }
        return all;
    }

    private static ResultMemoryGroup[] ResultsOf<T>(
        Schedule<T> schedule, int[] bufferOf, MemoryBuffer[] buffers, List<MemoryBuffer>[] groups)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var results = new List<ResultMemoryGroup>();
        var outputsOf = new Dictionary<int, List<int>>(); // by group, in the order of their first outputs
        for (int i = 0; i < schedule.Outputs.Length; i++)
        {
            if (schedule.Outputs[i] is var value and not Graph<T>.Zero)
            {
                int group = buffers[bufferOf[value]].Group;
                if (!outputsOf.TryGetValue(group, out List<int>? outputs))
                    outputsOf.Add(group, outputs = []);
                outputs.Add(i);
            }
        }
        foreach (List<int> outputs in outputsOf.Values)
        {
            var computed = new List<MemoryBuffer>();
            foreach (int output in outputs)
            {
                MemoryBuffer buffer = buffers[bufferOf[schedule.Outputs[output]]];
                if (buffer.FirstStep is not null && !computed.Contains(buffer))
                    computed.Add(buffer);
            }
            if (computed.Count > 0)
                results.Add(new ResultMemoryGroup([.. outputs], AllBack(computed, groups, schedule.Steps.Length)));
        }
        return [.. results];
    }
}
