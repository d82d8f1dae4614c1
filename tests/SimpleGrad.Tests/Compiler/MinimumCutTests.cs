namespace SimpleGrad.Tests.Compiler;

/// <summary>The cheapest cut, beside all cuts of small networks.</summary>
public sealed class MinimumCutTests
{
    [Fact]
    public void The_cut_is_the_cheapest_one_and_nearest_to_the_source()
    {
        var random = new Random(1);
        for (int network = 0; network < 2000; network++)
        {
            int vertices = random.Next(2, 8);
            var edges = new (int From, int To, double Capacity)[random.Next(3 * vertices)];
            for (int i = 0; i < edges.Length; i++)
                edges[i] = (random.Next(vertices), random.Next(vertices), random.Next(5));
            // Every set with the source, vertex 0, and without the sink, vertex 1.
            int[] sets = [.. Enumerable.Range(0, 1 << vertices).Where(set => (set & 3) == 1)];
            double least = sets.Min(CapacityOf);
            int nearest = sets.Where(set => CapacityOf(set) == least).Aggregate((a, b) => a & b);

            var cut = new MinimumCut(vertices);
            foreach ((int from, int to, double capacity) in edges)
                cut.Connect(from, to, capacity);
            bool[] isBefore = cut.Run(0, 1);
            Assert.Equal([.. Enumerable.Range(0, vertices).Select(i => (nearest >> i & 1) != 0)], isBefore);

            double CapacityOf(int set) =>
                edges.Where(edge => (set >> edge.From & 1) != 0 && (set >> edge.To & 1) == 0)
                    .Sum(edge => edge.Capacity);
        }
    }

    [Fact]
    public void A_way_without_a_bound_has_no_cut()
    {
        var cut = new MinimumCut(3);
        cut.Connect(0, 2, double.PositiveInfinity);
        cut.Connect(2, 1, double.PositiveInfinity);
        Assert.Contains("no cut", Assert.Throws<InvalidOperationException>(() => cut.Run(0, 1)).Message);
    }
}
