using System.Numerics;

namespace SimpleGrad;

/// <summary>A step of a schedule: it computes some values from others.</summary>
/// <param name="Inputs">The values that the step reads.</param>
/// <param name="Outputs">The values that the step computes.</param>
internal abstract record ScheduleStep<T>(int[] Inputs, int[] Outputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
