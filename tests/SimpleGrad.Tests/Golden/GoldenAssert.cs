namespace SimpleGrad.Tests.Golden;

internal static class GoldenAssert
{
    /// <summary>
    /// Compares with the expected numbers: NaN to NaN, an infinity to the same infinity, and finite numbers up to the
    /// rounding that another order of the same operations makes: 1e-9 of the number itself, and 1e-12 of the greatest
    /// number of the tensor for those that cancellation makes small.
    /// </summary>
    public static void Close(GoldenTensor expected, Tensor<double> actual, string what)
    {
        if (!actual.Shape.SequenceEqual(expected.Shape))
            Assert.Fail($"{what} has shape {actual.Shape}, not ({string.Join(", ", expected.Shape)}).");
        double[] values = actual.ToArray();
        double scale = Math.Max(1, expected.Data.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max());
        for (int i = 0; i < values.Length; i++)
        {
            double a = values[i], b = expected.Data[i];
            bool close = double.IsFinite(b) ? Math.Abs(a - b) <= 1e-12 * scale + 1e-9 * Math.Abs(b) : a.Equals(b);
            if (!close)
                Assert.Fail(
                    $"""
                    {what}[{i}] is {a:R}, not {b:R}.
                    actual   {string.Join(", ", values)}
                    expected {string.Join(", ", expected.Data)}
                    """);
        }
    }

    /// <summary>Compares gradients; a known zero equals zeros unless <paramref name="strict"/>.</summary>
    public static void Close(GoldenTensor?[] expected, Variable<double>?[] actual, bool strict, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            string which = $"{what} of input {i}";
            if (expected[i] is { } tensor && actual[i] is { } variable)
                Close(tensor, variable.Value, which);
            else if (expected[i] is { } missing)
                Assert.True(!strict && missing.Data.All(x => Math.Abs(x) <= 1e-12), $"{which} is a known zero.");
            else if (actual[i] is { } surplus)
                Assert.True(!strict && surplus.Value.ToArray().All(value => value == 0), $"{which} is no known zero.");
        }
    }
}
