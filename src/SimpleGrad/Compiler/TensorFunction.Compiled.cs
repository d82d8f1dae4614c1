using System.Numerics;

namespace SimpleGrad;

public sealed partial class TensorFunction<T, TResult>
{
    /// <summary>
    /// The same function compiled: it is traced when it is first invoked with inputs of some shapes, and again for
    /// others; all that it computes, derivatives too, is one program.
    /// </summary>
    /// <remarks>
    /// The function runs on variables without numbers, so it must not read values; it may branch on shapes. What it
    /// does beside computing its result is done once for each combination of shapes, not at each call.
    /// </remarks>
    public TensorFunction<T, TResult> Compiled() =>
        new(_name, _arity, _body, _pack, new CompiledRun<T>(_name, _body).Run);
}

/// <summary>A function of variables, compiled for the shapes that it meets.</summary>
internal sealed class CompiledRun<T>(string name, Func<Variable<T>[], Variable<T>[]> body)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Specializations<T> _specializations = new(shapes => new CompiledFunction<T>(
        name, PassPipeline.Run(Tracing.Run<T>(shapes, (_, x) => body(x))), memoryBudget: 0.5));

    public Tensor<T>[] Run(Tensor<T>[] inputs, Tensor<T>?[]? memory)
    {
        CompiledFunction<T> function = _specializations.ForCall<Tensor<T>>(inputs, static input => input.Shape);
        if (memory is not null)
        {
            TensorFunction<T, Tensor<T>[]>.CheckFit(name, memory, function.ResultShapes);
            foreach (Tensor<T>? result in memory)
            {
                if (result is { Rank: > 0 })
                    result.NoteWrite("InvokeInto");
            }
        }
        Tensor<T>?[] results = function.Compute(inputs, memory);
        foreach (Tensor<T>? result in results)
            result!.HandOut();
        return results!;
    }
}
