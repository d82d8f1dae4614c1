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
        new(_name, _arity, _body, _pack, new CompiledRun<T>(_name, _body));
}

/// <summary>A function of variables, compiled for the shapes that it meets.</summary>
internal sealed class CompiledRun<T>(string name, Func<Variable<T>[], Variable<T>[]> body) : ITensorRun<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Specializations<T> _specializations = new(shapes => new CompiledFunction<T>(
        name, PassPipeline.Run(Tracing.Run<T>(shapes, (_, x) => body(x))), memoryBudget: 0.5));

    public Tensor<T>[] Run(ReadOnlySpan<Tensor<T>> inputs)
    {
        Program<T> program = _specializations.ForCall(inputs).Outside;
        var results = new Tensor<T>?[program.OutputCount];
        Run(program, results, inputs);
        return results!;
    }

    public void RunInto(Tensor<T>?[] results, ReadOnlySpan<Tensor<T>> inputs)
    {
        CompiledFunction<T> function = _specializations.ForCall(inputs);
        ResultMemory.CheckFit(name, results, function.ResultShapes);
        foreach (Tensor<T>? result in results)
        {
            if (result is { Rank: > 0, IsOnTape: true })
                result.NoteWrite("InvokeInto");
        }
        Run(function.Outside, results, inputs);
    }

    private static void Run(Program<T> program, Tensor<T>?[] results, ReadOnlySpan<Tensor<T>> inputs)
    {
        if (program.MayGiveViews)
            RunApart(program, results, inputs);
        else
            program.Run(inputs, results);
        foreach (Tensor<T>? result in results)
            result!.HandOut();
    }

    /// <summary>Copies results that lie in an input, or in another result.</summary>
    private static void RunApart(Program<T> program, Tensor<T>?[] results, ReadOnlySpan<Tensor<T>> inputs)
    {
        Tensor<T>?[] values = [.. results];
        program.Run(inputs, values);
        for (int i = 0; i < values.Length; i++)
        {
            if (results[i] is not { Rank: > 0 })
                results[i] = ResultMemory.OfItsOwn(values[i]!, inputs, results.AsSpan(0, i));
        }
    }
}
