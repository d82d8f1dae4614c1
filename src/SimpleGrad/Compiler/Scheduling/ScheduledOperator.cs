using System.Numerics;

namespace SimpleGrad;

/// <summary>An operator by itself, computed as it is eagerly.</summary>
/// <param name="Operator">The operator.</param>
/// <param name="Inputs">The values that it reads.</param>
/// <param name="Outputs">The values that it computes.</param>
/// <param name="Results">Which of the operator's results these are.</param>
internal sealed record ScheduledOperator<T>(Operator<T> Operator, int[] Inputs, int[] Outputs, int[] Results)
    : ScheduleStep<T>(Inputs, Outputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override IReadOnlyList<ScheduledKernel<T>> Kernels => [];

    public override bool IsView => Operator.IsView;

    public override ScheduledOperator<T> Renumbered(Func<int, int> valueOf) =>
        this with { Inputs = Renumbered(Inputs, valueOf), Outputs = Renumbered(Outputs, valueOf) };
}
