using System.Numerics;

namespace SimpleGrad;

/// <summary>A step of a schedule: it computes some values from others.</summary>
/// <param name="Inputs">The values that the step reads.</param>
/// <param name="Outputs">The values that the step computes.</param>
internal abstract record ScheduleStep<T>(int[] Inputs, int[] Outputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The kernels that it consists of.</summary>
    public abstract IReadOnlyList<ScheduledKernel<T>> Kernels { get; }

    /// <summary>Values that are there inside the step only.</summary>
    public virtual IEnumerable<int> LocalValues => [];

    /// <summary>Whether it makes a view of its first input.</summary>
    public virtual bool IsView => false;

    /// <summary>The same step over other numbers of values.</summary>
    public abstract ScheduleStep<T> Renumbered(Func<int, int> valueOf);

    protected static int[] Renumbered(int[] values, Func<int, int> valueOf) =>
        Array.ConvertAll(values, value => valueOf(value));
}
