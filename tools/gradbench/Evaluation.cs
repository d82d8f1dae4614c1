using System.Text.Json;

namespace SimpleGrad.GradBench;

/// <summary>A function of an eval with the input that was read for it.</summary>
/// <param name="Run">Computes the result; this is timed. The first run compiles too.</param>
/// <param name="Write">Writes the last result.</param>
internal sealed record Evaluation(Action Run, Action<Utf8JsonWriter> Write)
{
    public static Evaluation Of<T>(Func<T> run, Action<Utf8JsonWriter, T> write)
    {
        T result = default!;
        return new Evaluation(() => result = run(), json => write(json, result));
    }

    /// <summary>A compiled function of tensors whose result number <paramref name="result"/> is the output.</summary>
    public static Evaluation Of<TResult>(
        TensorFunction<double, TResult> function, int results, int result, params Tensor<double>[] inputs)
    {
        TensorFunction<double, TResult> compiled = function.Compile();
        var memory = new Tensor<double>?[results];
        return new Evaluation(() => compiled.InvokeInto(memory, inputs), json => json.Write(memory[result]!));
    }

    /// <summary>A compiled function with one result.</summary>
    public static Evaluation Of(TensorFunction<double, Tensor<double>> function, params Tensor<double>[] inputs) =>
        Of(function, 1, 0, inputs);
}
