using System.Numerics;

namespace SimpleGrad;

/// <summary>A loop as a step of a program.</summary>
internal sealed class LoopRunStep<T>(ScheduledOperator<T> step, LoopProgram<T> program, int count, bool isReversed)
    : Step<T>(step.Inputs, step.Outputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Run(Span<Tensor<T>?> values, BoundIndices? indices)
    {
        Few<Tensor<T>> fewInputs = new();
        Few<Tensor<T>?> fewResults = new();
        Span<Tensor<T>> inputs = fewInputs.Take(Inputs.Length);
        Span<Tensor<T>?> results = fewResults.Take(Outputs.Length);
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = values[Inputs[i]]!;
        program.Run(count, isReversed, inputs, results, indices);
        for (int i = 0; i < results.Length; i++)
            values[Outputs[i]] = results[i];
    }
}
