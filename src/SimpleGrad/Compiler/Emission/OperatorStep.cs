using System.Numerics;

namespace SimpleGrad;

/// <summary>An operator as a step of its own, computed as it is eagerly.</summary>
internal sealed class OperatorStep<T>(ScheduledOperator<T> step) : Step<T>(step.Inputs, step.Outputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Operator<T> _operator = step.Operator;

    public override void Run(Span<Tensor<T>?> values, BoundIndices? indices)
    {
        var few = new Few<Tensor<T>>();
        Span<Tensor<T>> operands = few.Take(Inputs.Length);
        for (int i = 0; i < operands.Length; i++)
            operands[i] = values[Inputs[i]]!;
        Operator<T> op = indices is null ? _operator : _operator.WithIndices(indices);
        if (op.ResultCount > 1)
        {
            RunAll(op, operands, values);
            return;
        }
        Tensor<T> result = op.ComputeOn(operands);
        if (!_operator.IsView)
            KeepIfShared(result, operands);
        values[Outputs[0]] = result;
    }

    private void RunAll(Operator<T> op, ReadOnlySpan<Tensor<T>> operands, Span<Tensor<T>?> values)
    {
        var results = new Tensor<T>?[op.ResultCount];
        op.ComputeAll(operands, results);
        for (int i = 0; i < Outputs.Length; i++)
            values[Outputs[i]] = results[step.Results[i]];
    }

    /// <summary>
    /// The plan of memory takes it that an operator that is no view computes in memory of its own. One of the user's
    /// need not: memory that it gives out again stays out of the pool.
    /// </summary>
    private static void KeepIfShared(Tensor<T> result, ReadOnlySpan<Tensor<T>> operands)
    {
        foreach (Tensor<T> operand in operands)
        {
            if (operand.SharesMemory(result))
                result.HandOut();
        }
    }
}
