namespace SimpleGrad.Tests.Kernels;

/// <summary>The order of numbers against a comparing sort, at lengths on both sides of every choice.</summary>
public sealed class SortingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(5000)]
    public void Order_is_stable_and_NaN_is_greatest(int length)
    {
        var random = new Random(length);
        double[] special = [0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1, -1, 1e-310];
        double[] line = [.. Enumerable.Range(0, length).Select(
            i => random.Next(3) == 0 ? special[random.Next(special.Length)] : random.Next(-40, 40) / 7.0)];
        float[] singles = [.. line.Select(x => (float)x)];
        foreach (bool descending in new[] { false, true })
        {
            int[] places = new int[length];
            Sorting.Order<double>(line, places, descending);
            Assert.Equal(Expected(line, descending), places);
            Sorting.Order<float>(singles, places, descending);
            Assert.Equal(Expected([.. singles.Select(x => (double)x)], descending), places);
        }
    }

    private static int[] Expected(double[] line, bool descending)
    {
        var order = Comparer<double>.Create((x, y) =>
            x < y ? -1 : x > y ? 1 : x == y ? 0 : double.IsNaN(x).CompareTo(double.IsNaN(y)));
        IEnumerable<int> places = Enumerable.Range(0, line.Length);
        return [.. descending
            ? places.OrderByDescending(i => line[i], order)
            : places.OrderBy(i => line[i], order)];
    }
}
