using System.Numerics;

namespace SimpleGrad;

/// <summary>A function of variables, compiled for the shapes that it meets.</summary>
internal sealed class CompiledRun<T>(string name, Func<Variable<T>[], Variable<T>[]> body, CompilePipeline pipeline)
    : ITensorRun<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Specializations<T> _specializations = new(shapes => new CompiledFunction<T>(
        name, pipeline.GraphOf<T>(shapes, (_, x) => body(x)), memoryBudget: 0.5, pipeline));

    /// <summary>The shapes of the last call; null before the first.</summary>
    public Shape[]? LastShapes => _specializations.LastShapes;

    public string Explain(Shape[] shapes, bool passes) => Explanation<T>.Of(
        _specializations.For(shapes), [.. shapes.Select((_, i) => $"x{i}")],
        passes ? shown => shown.GraphOf<T>(shapes, (_, x) => body(x)) : null, pattern: null, wanted: null, order: 0);

    public Tensor<T>[] Run(ReadOnlySpan<Tensor<T>> inputs)
    {
        Program<T> program = _specializations.ForCall(inputs).Outside;
        var results = new Tensor<T>?[program.OutputCount];
        try
        {
            Run(program, results, inputs);
            return results!;
        }
        catch (CoincidingEigenvaluesException)
        {
            // Which limits are needed there depends on the values, so that no program has them.
            return new TapeRun<T>(name, body).Run(inputs);
        }
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
        try
        {
            Run(function.Outside, results, inputs);
        }
        catch (CoincidingEigenvaluesException)
        {
            new TapeRun<T>(name, body).RunInto(results, inputs);
        }
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
