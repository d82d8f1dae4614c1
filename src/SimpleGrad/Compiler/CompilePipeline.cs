using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// The compiler from end to end: every stage in its order, what it takes and what it gives. All that is compiled goes
/// through here.
/// </summary>
/// <remarks>
/// <code>
/// function ── trace ── simplify ── common subexpressions ──────────────► Graph
/// Graph ── joint differentiation ── partition (minimum cut) ───────────► Partition: what the forward saves
/// Graph ── last axis, scalar replacement ── lanes ── fusion ── schedule ── blocks ── memory plan ► what runs, and
///     where: Schedule, MemoryPlan ── emit ─────────────────────────────► Program
/// Partition and a pattern ── trace of the sweep ── as for a function ──► Graph of one propagate
/// </code>
/// What each stage gives is immutable, can be printed (<see cref="StagePrinter"/>) and can be verified
/// (<see cref="GraphVerifier"/>, <see cref="ScheduleVerifier"/>). A <see cref="CompiledFunction{T}"/> asks for each
/// product when it first needs it, and keeps it.
/// </remarks>
/// <param name="observer">Sees what each stage gives; null for nobody.</param>
internal sealed class CompilePipeline(IStageObserver? observer = null)
{
    /// <summary>The pipeline of all that users compile.</summary>
    public static CompilePipeline Default { get; } = new();

    /// <summary>How the last stage makes kernels ready to run.</summary>
    public EmissionOptions Emission { get; init; } = new();

    /// <summary>From a function to its graph.</summary>
    /// <param name="shapes">The shapes of the function's inputs.</param>
    /// <param name="function">The function; a result of null is known to be zero.</param>
    /// <param name="hint">What to do about a variable of another tape, for the error; null for what is usual.</param>
    public Graph<T> GraphOf<T>(
        ReadOnlySpan<Shape> shapes, Func<Tape<T>, Variable<T>[], Variable<T>?[]> function, string? hint = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Improved(Tracing.Run(shapes, function, hint));

    /// <summary>
    /// From the two halves of a function to the graph of its propagate, for one pattern of known zeros: the trace is
    /// that of the reverse sweep.
    /// </summary>
    /// <param name="partition">What is saved for propagate.</param>
    /// <param name="known">Which gradients of the entry's outputs are there.</param>
    /// <param name="wanted">Which gradients of the function's inputs are wanted.</param>
    public Graph<T> PropagateOf<T>(Partition<T> partition, bool[] known, bool[] wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Improved(Differentiation.Propagate(partition, known, wanted));

    /// <summary>From a function without known zeros to the graph of its gradients, nothing being saved.</summary>
    /// <param name="graph">The function.</param>
    /// <param name="known">Which gradients of its results are there.</param>
    /// <param name="wanted">Which gradients of its inputs are wanted.</param>
    public Graph<T> GradientsOf<T>(Graph<T> graph, bool[] known, bool[] wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Improved(Differentiation.Gradients(graph, known, wanted));

    private Graph<T> Improved<T>(Graph<T> trace) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        observer?.See("trace", trace);
        return Simplified(trace, observer);
    }

    /// <summary>The passes that every graph goes through, whatever it is of.</summary>
    private static Graph<T> Simplified<T>(Graph<T> graph, IStageObserver? observer = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Graph<T> simple = Simplification.Run(graph);
        observer?.See("simplify", simple);
        Graph<T> all = CommonSubexpressions.Run(simple);
        observer?.See("common subexpressions", all);
        return all;
    }

    /// <summary>From a graph to what its forward saves for propagate, and what propagate computes again.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="memoryBudget">Between recomputing what can be (0) and saving all that propagate reads (1).</param>
    public Partition<T> PartitionOf<T>(Graph<T> graph, double memoryBudget)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        JointGraph<T> traced = Differentiation.Joint(graph);
        JointGraph<T> joint = traced with { Graph = Simplified(traced.Graph) };
        observer?.See(joint);
        Partition<T> partition = Partitioning.Run(joint, memoryBudget);
        observer?.See(partition);
        return partition;
    }

    /// <summary>
    /// From a graph to steps, of which those over the same elements, or over the same lanes, run in blocks, and to the
    /// plan of their memory.
    /// </summary>
    public (Schedule<T> Schedule, MemoryPlan Plan) ScheduleOf<T>(Graph<T> graph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Graph<T> replaced = Prepared(graph), inBlocks = Lanes<T>.Run(replaced, Default.Scheduled);
        if (inBlocks != replaced)
        {
            observer?.See("lanes", inBlocks);
            foreach (LaneBlock<T> block in Lanes<T>.BlocksOf(inBlocks))
                observer?.See(block);
        }
        return Scheduled(inBlocks);
    }

    private (Schedule<T> Schedule, MemoryPlan Plan) Scheduled<T>(Graph<T> graph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        FusionGroups<T> groups = Fusion<T>.Run(graph);
        observer?.See(groups);
        Schedule<T> steps = Scheduling<T>.Run(groups);
        observer?.See("schedule", steps);
        Schedule<T> schedule = Blocking<T>.Run(steps);
        if (schedule != steps)
            observer?.See("blocks", schedule);
        MemoryPlan plan = MemoryPlanning.Run(schedule);
        observer?.See(schedule, plan);
        return (schedule, plan);
    }

    private Graph<T> Prepared<T>(Graph<T> graph) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        return After("scalar replacement", ScalarReplacement<T>.Run, After("last axis", LastAxis<T>.Run, graph));

        Graph<T> After(string stage, Func<Graph<T>, Graph<T>> pass, Graph<T> before)
        {
            Graph<T> after = pass(before);
            if (after == before)
                return before; // nothing to see
            after = Simplified(after);
            observer?.See(stage, after);
            return after;
        }
    }

    /// <summary>From a graph to a program.</summary>
    /// <param name="graph">What to compute.</param>
    /// <param name="handsOut">Whether the results go to someone outside, so that their memory does not come
    /// back.</param>
    public Program<T> ProgramOf<T>(Graph<T> graph, bool handsOut = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (Schedule<T> schedule, MemoryPlan plan) = ScheduleOf(graph);
        return new Program<T>(schedule, plan, handsOut, this);
    }
}
