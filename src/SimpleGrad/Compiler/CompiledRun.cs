using System.Numerics;

namespace SimpleGrad;

/// <summary>A function of variables, compiled for the shapes that it meets.</summary>
internal sealed class CompiledRun<T>(
    string name, Func<Variable<T>[], Tensor<int>[], Variable<T>[]> body, CompilePipeline pipeline)
    : ITensorRun<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Specializations<T> _specializations = new(shapes =>
    {
        Tensor<int>[] indices = IndexInput.Tensors(shapes.Indices);
        return new CompiledFunction<T>(
            name, pipeline.GraphOf<T>(shapes.Inputs, (_, x) => body(x, indices)), indices, memoryBudget: 0.5, pipeline);
    });

    /// <summary>The shapes of the last call; null before the first.</summary>
    public InputShapes? LastShapes => _specializations.LastShapes;

    public string Explain(InputShapes shapes, bool passes) => Explanation<T>.Of(
        _specializations.For(shapes), [.. shapes.Inputs.Select((_, i) => $"x{i}")],
        passes ? shown => shown.GraphOf<T>(
            shapes.Inputs, (_, x) => body(x, IndexInput.Tensors(shapes.Indices))) : null,
        pattern: null, wanted: null, order: 0);

    public Tensor<T>[] Run(ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<int>> indices)
    {
        Program<T> program = _specializations.ForCall(inputs, indices).Outside;
        var results = new Tensor<T>?[program.OutputCount];
        try
        {
            Run(program, results, inputs, indices);
            return results!;
        }
        catch (CoincidingEigenvaluesException)
        {
            // Which limits are needed there depends on the values, so that no program has them.
            return new TapeRun<T>(name, body).Run(inputs, indices);
        }
    }

    public void RunInto(Tensor<T>?[] results, ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<int>> indices)
    {
        CompiledFunction<T> function = _specializations.ForCall(inputs, indices);
        ResultMemory.CheckFit(name, results, function.ResultShapes);
        foreach (Tensor<T>? result in results)
        {
            if (result is { Rank: > 0, IsOnTape: true })
                result.NoteWrite("InvokeInto");
        }
        try
        {
            Run(function.Outside, results, inputs, indices);
        }
        catch (CoincidingEigenvaluesException)
        {
            new TapeRun<T>(name, body).RunInto(results, inputs, indices);
        }
    }

    private static void Run(
        Program<T> program, Tensor<T>?[] results, ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<int>> indices)
    {
        if (program.MayGiveViews)
            RunApart(program, results, inputs, indices);
        else
            program.Run(inputs, indices, results);
        foreach (Tensor<T>? result in results)
            result!.HandOut();
    }

    /// <summary>Copies results that lie in an input, or in another result.</summary>
    private static void RunApart(
        Program<T> program, Tensor<T>?[] results, ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<int>> indices)
    {
        Tensor<T>?[] values = [.. results];
        program.Run(inputs, indices, values);
        for (int i = 0; i < values.Length; i++)
        {
            if (results[i] is not { Rank: > 0 })
                results[i] = ResultMemory.OfItsOwn(values[i]!, inputs, results.AsSpan(0, i));
        }
    }
}
