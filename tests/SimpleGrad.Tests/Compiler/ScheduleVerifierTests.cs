namespace SimpleGrad.Tests.Compiler;

/// <summary>The verifier finds what schedules and plans of memory must not have.</summary>
public sealed class ScheduleVerifierTests
{
    private const int Lines = 60;

    /// <summary>Steps: an operator, a kernel, an operator, a kernel. Each computes one value, from the one before.
    /// </summary>
    private static readonly Schedule<double> _chain = Of(x => (x.CumSum(0).Exp() + x).CumSum(1) * 2);

    [Fact]
    public void The_chain_is_what_the_tests_take_it_for()
    {
        ScheduleVerifier.Verify(_chain);
        ScheduleVerifier.Verify(_chain, Plan());
        Assert.Equal(1, _chain.InputCount);
        Assert.Equal([1, 2, 3, 4], _chain.Steps.ToArray().SelectMany(step => step.Outputs));
        Assert.Equal([null, 1, 2, 3], Plan().GivesBack.ToArray().Select(each => each.FirstOrDefault()?.Value));
    }

    [Fact]
    public void A_value_is_computed_once_and_before_it_is_read()
    {
        ScheduleStep<double>[] steps = _chain.Steps.ToArray();
        Refuses("step 0 reads value 1 before it is computed", [steps[1], steps[0], steps[2], steps[3]], [4]);
        Refuses("step 1 computes value 1, which is there", [steps[0], steps[0], steps[1], steps[2], steps[3]], [4]);
        Refuses("value 4 is a result that no step computes", steps[..3], [4]);
        Refuses("value 5 is a result that no step computes", steps, [5]);
        Refuses("step 0 reads value -1", [new ScheduledOperator<double>(Operator(0), [-1], [1], [0])], [1]);
        Refuses(
            "step 0 computes value 0, which is there",
            [new ScheduledOperator<double>(Operator(0), [0], [0], [0])], [0]);
        var kernel = (ScheduledKernel<double>)steps[1];
        Kernel<double> at = kernel.Kernel;
        Refused("has not the inputs", kernel with { Sources = [new KernelSource(1, IsElements: false)] });
        Refused("does not compute value 2", kernel with { Summed = [[true, true]] });
        Refused("reads element 1 of value 1", Of([at.Inputs[0] with { Offset = 1 }, at.Inputs[1]], at.Outputs));
        Refused("stores element 1 of value 2", Of(at.Inputs, [at.Outputs[0] with { Place = new Place(0, 1) }]));
        Refused("stores element 0 of value 2", Of(at.Inputs, [at.Outputs[0], at.Outputs[0]]));

        ScheduledKernel<double> Of(Place[] inputs, Kernel<double>.Output[] outputs) =>
            kernel with { Kernel = new Kernel<double>(inputs, at.Numbers, at.Operations, outputs) };

        void Refused(string mistake, ScheduledKernel<double> step) =>
            Refuses($"step 1 {mistake}", [steps[0], step, steps[2], steps[3]], [4]);

        static Operator<double> Operator(int step) => ((ScheduledOperator<double>)_chain.Steps[step]).Operator;

        static void Refuses(string mistake, ScheduleStep<double>[] steps, int[] outputs) => Says(
            mistake,
            () => ScheduleVerifier.Verify(
                new Schedule<double>(_chain.Graph, _chain.Values.ToArray(), _chain.InputCount, outputs, steps)));
    }

    [Fact]
    public void No_memory_is_read_after_it_is_given_back() =>
        Refuses("step 0 gives back value 1, which is needed after it", back: (0, 1));

    [Fact]
    public void No_memory_is_given_back_twice() => Refuses("step 2 gives back value 1 again", back: (2, 1));

    [Fact]
    public void Results_live_to_the_end() =>
        Refuses("step 3 gives back value 4, which is needed after it", back: (3, 4));

    [Fact]
    public void Inputs_are_not_given_back() =>
        Refuses("step 3 gives back value 0, which no step has computed", back: (3, 0));

    [Fact]
    public void What_is_not_needed_is_given_back() =>
        Says("the memory of value 2 is never given back", () => ScheduleVerifier.Verify(_chain, Plan(without: 2)));

    [Fact]
    public void Nothing_is_written_over_what_is_needed()
    {
        // Step 3 reads value 3. It does not read value 2.
        Assert.StartsWith("A schedule is wrong: step 3 writes value 4 over value 3, which is needed", MistakeOver(3));
        Assert.DoesNotContain("writes", MistakeOver(2));

        static string MistakeOver(int value)
        {
            MemoryPlan plan = Plan();
            int[] bufferOf = plan.BufferOf.ToArray();
            bufferOf[4] = bufferOf[value];
            return Assert.Throws<InvalidOperationException>(() => ScheduleVerifier.Verify(
                _chain, new MemoryPlan(bufferOf, plan.Buffers.ToArray(), plan.GivesBack.ToArray(), []))).Message;
        }
    }

    [Fact]
    public void A_view_is_where_its_input_is()
    {
        Schedule<double> schedule = Of(x => x.CumSum(0).Transpose().CumSum(0));
        MemoryPlan plan = MemoryPlanning.Run(schedule);
        ScheduleVerifier.Verify(schedule, plan);
        Assert.Equal(plan.BufferOf[1], plan.BufferOf[2]);
        MemoryBuffer[] buffers = [.. plan.Buffers, new MemoryBuffer(2, 6, 1, 2, plan.Buffers.Length)];
        int[] bufferOf = plan.BufferOf.ToArray();
        bufferOf[2] = plan.Buffers.Length;
        Says(
            "step 1 computes value 2, a view, apart from value 1",
            () => ScheduleVerifier.Verify(schedule, new MemoryPlan(bufferOf, buffers, plan.GivesBack.ToArray(), [])));
    }

    [Fact]
    public void Memory_that_may_be_anothers_is_not_given_back_without_a_look()
    {
        Schedule<double> schedule = Of(x => x.CumSum(0).Transpose().Reshape(-1).CumSum(0));
        MemoryPlan plan = MemoryPlanning.Run(schedule);
        ScheduleVerifier.Verify(schedule, plan);
        GiveBack[][] givesBack = plan.GivesBack.ToArray();
        GiveBack back = Assert.Single(givesBack[2]);
        Assert.Equal((1, 3), (back.Value, Assert.Single(back.UnlessSharedWith)));
        givesBack[2] = [back with { UnlessSharedWith = [] }];
        Says(
            "step 2 gives back value 1, whose memory may be that of value 3",
            () => ScheduleVerifier.Verify(
                schedule, new MemoryPlan(plan.BufferOf.ToArray(), plan.Buffers.ToArray(), givesBack, [])));
    }

    private static Schedule<double> Of(Func<Variable<double>, Variable<double>> function) =>
        CompilePipeline.Default.ScheduleOf(
            CompilePipeline.Default.GraphOf<double>([[2, Lines]], (_, x) => [function(x[0])])).Schedule;

    /// <summary>The plan of the chain, with a further value given back, or without one.</summary>
    private static MemoryPlan Plan((int Step, int Value)? back = null, int? without = null)
    {
        MemoryPlan plan = MemoryPlanning.Run(_chain);
        GiveBack[][] givesBack = Array.ConvertAll(
            plan.GivesBack.ToArray(), step => Array.FindAll(step, each => each.Value != without));
        if (back is { } added)
            givesBack[added.Step] = [.. givesBack[added.Step], new GiveBack(added.Value, [])];
        return new MemoryPlan(plan.BufferOf.ToArray(), plan.Buffers.ToArray(), givesBack, plan.Results);
    }

    private static void Refuses(string mistake, (int Step, int Value) back) =>
        Says(mistake, () => ScheduleVerifier.Verify(_chain, Plan(back)));

    private static void Says(string mistake, Action verify) => Assert.StartsWith(
        $"A schedule is wrong: {mistake}", Assert.Throws<InvalidOperationException>(verify).Message);
}
