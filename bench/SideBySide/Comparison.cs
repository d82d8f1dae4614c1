using System.Globalization;

namespace SimpleGrad.Bench.SideBySide;

/// <summary>Whether both sides have computed the same.</summary>
internal static class Comparison
{
    /// <summary>What is different, or null.</summary>
    public static string? Difference(object? ours, object? peers, string dtype)
    {
        (int[] Shape, double[] Values)[] a = [.. Flatten(ours)], b = [.. Flatten(peers)];
        if (a.Length != b.Length)
            return $"{a.Length} results against {b.Length}";
        double tolerance = dtype == "f32" ? 1e-4 : 1e-9;
        for (int i = 0; i < a.Length; i++)
        {
            if (!a[i].Shape.SequenceEqual(b[i].Shape))
                return $"shape {Input.Text(a[i].Shape)} against {Input.Text(b[i].Shape)}";
            double error = Error(a[i].Values, b[i].Values);
            if (!(error <= tolerance))
                return string.Create(CultureInfo.InvariantCulture, $"results differ by {error:G3}");
        }
        return null;
    }

    /// <summary>The largest difference, in parts of the peer's largest number.</summary>
    private static double Error(double[] ours, double[] peers)
    {
        double largest = 0, error = 0;
        for (int i = 0; i < ours.Length; i++)
        {
            double a = ours[i], b = peers[i];
            if (a.Equals(b))
                continue;
            if (!double.IsFinite(a) || !double.IsFinite(b))
                return double.PositiveInfinity;
            error = Math.Max(error, Math.Abs(a - b));
        }
        foreach (double b in peers)
            largest = double.IsFinite(b) ? Math.Max(largest, Math.Abs(b)) : largest;
        return error == 0 ? 0 : error / Math.Max(largest, 1e-30);
    }

    private static IEnumerable<(int[] Shape, double[] Values)> Flatten(object? result) => result switch
    {
        Variable<float> x => [Read(x.Value, value => value)],
        Variable<double> x => [Read(x.Value, value => value)],
        Tensor<float> x => [Read(x, value => value)],
        Tensor<double> x => [Read(x, value => value)],
        Tensor<int> x => [Read(x, value => value)],
        Peer x => [Read(x)],
        IEnumerable<object?> many => many.SelectMany(Flatten),
        _ => throw new ArgumentException($"Nothing to compare in {result?.GetType().Name ?? "null"}.", nameof(result)),
    };

    private static (int[] Shape, double[] Values) Read<T>(Tensor<T> x, Converter<T, double> convert)
        where T : unmanaged
    {
        T[] values = new T[x.Length];
        x.CopyTo(values);
        return (x.Shape.ToArray(), Array.ConvertAll(values, convert));
    }

    private static (int[] Shape, double[] Values) Read(Peer x) =>
        ([.. x.shape.Select(length => (int)length)],
            x.detach().to(torch.float64).contiguous().data<double>().ToArray());
}
