using System.Numerics;

namespace SimpleGrad;

/// <summary>A loop with a condition as a step of a program.</summary>
internal sealed class WhileRunStep<T>(
    ScheduledOperator<T> step, LoopProgram<T> program, Func<Tensor<T>[], bool> condition)
    : Step<T>(step.Inputs, step.Outputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Run(Span<Tensor<T>?> values, BoundIndices? indices)
    {
        var inputs = new Tensor<T>[Inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = values[Inputs[i]]!;
        var states = new Tensor<T>?[step.Operator.ResultCount];
        program.RunWhile(condition, inputs, states, indices);
        for (int i = 0; i < Outputs.Length; i++)
            values[Outputs[i]] = states[step.Results[i]];
    }
}
