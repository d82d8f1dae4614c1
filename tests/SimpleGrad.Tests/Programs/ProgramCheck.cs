using SimpleGrad.Tests.Compiler;

namespace SimpleGrad.Tests.Programs;

/// <summary>A program on a tape, and compiled on both executors.</summary>
internal static class ProgramCheck
{
    /// <summary>The results are those expected, however they are computed.</summary>
    /// <param name="function">The program, its derivatives included.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="expected">The results by other means.</param>
    /// <param name="tolerance">How far off an element may be, as a part of the largest of its result.</param>
    public static void Gives(
        Func<Variable<double>[], Variable<double>[]> function, Tensor<double>[] inputs, double[][] expected,
        double tolerance)
    {
        GivesEager(function, inputs, expected, tolerance);
        Comparison.OnBothExecutors(() =>
        {
            var compiled = TensorFunction.Of(function).Compile(Tested.Pipeline);
            for (int call = 1; call <= 2; call++)
                AssertClose($"Compiled, call {call}", expected, compiled.Invoke(inputs), tolerance);
        });
    }

    /// <summary>The results on a tape are those expected.</summary>
    public static void GivesEager(
        Func<Variable<double>[], Variable<double>[]> function, Tensor<double>[] inputs, double[][] expected,
        double tolerance) => AssertClose("Eager", expected, TensorFunction.Of(function).Invoke(inputs), tolerance);

    /// <summary>Compiled is as eager, on both executors.</summary>
    public static void IsAsEager(
        Func<Variable<double>[], Variable<double>[]> function, Tensor<double>[] inputs, double tolerance = 1e-11) =>
        Gives(
            function, inputs,
            [.. TensorFunction.Of(function).Invoke(inputs).Select(each => each.ToArray())], tolerance);

    /// <summary>The value of a program and its gradients by the first inputs.</summary>
    public static Func<Variable<double>[], Variable<double>[]> WithGradient(
        Func<Variable<double>[], Variable<double>> function, int wanted = 1) => x =>
    {
        Variable<double> value = function(x);
        return [value, .. value.Tape.Grad(value, x[..wanted], zeros: true)!];
    };

    private static void AssertClose(string how, double[][] expected, Tensor<double>[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double[] numbers = actual[i].ToArray();
            Assert.Equal(expected[i].Length, numbers.Length);
            double scale = expected[i].Max(Math.Abs);
            for (int j = 0; j < numbers.Length; j++)
            {
                if (!(Math.Abs(numbers[j] - expected[i][j]) <= tolerance * scale))
                    Assert.Fail($"{how}: result {i}, element {j} is {numbers[j]:R}, not {expected[i][j]:R}.");
            }
        }
    }
}
