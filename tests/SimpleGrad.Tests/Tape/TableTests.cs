namespace SimpleGrad.Tests.TapeTests;

/// <summary>The tables of a tape, beside lists.</summary>
public sealed class TableTests
{
    [Fact]
    public void A_table_is_a_list_whose_removed_rows_are_forgotten()
    {
        var random = new Random(1);
        for (int run = 0; run < 200; run++)
        {
            var table = new Table<string?>();
            var list = new List<string?>();
            for (int step = 0; step < 60; step++)
            {
                int next = list.Count;
                switch (random.Next(6))
                {
                    case 0:
                        table.Truncate(next = random.Next(next + 1));
                        list.RemoveRange(next, list.Count - next);
                        break;
                    case 1 when random.Next(4) == 0:
                        table.Clear();
                        list.Clear();
                        break;
                    case 2:
                        int more = random.Next(40);
                        table.Reserve(more);
                        for (int i = 0; i < more; i++)
                            table.Add("reserved");
                        list.AddRange(Enumerable.Repeat("reserved", more));
                        break;
                    case 3:
                        ref string? row = ref table.Add();
                        Assert.Null(row);
                        row = $"{step}";
                        list.Add(row);
                        break;
                    default:
                        Assert.Equal(next, table.Add($"{step}"));
                        list.Add($"{step}");
                        break;
                }
                Assert.Equal(list, table.Slice(0, table.Count).ToArray());
                Assert.Equal(list.Skip(1), table.Slice(Math.Min(1, list.Count), Math.Max(0, list.Count - 1)).ToArray());
                for (int i = 0; i < list.Count; i++)
                    Assert.Equal(list[i], table[i]);
            }
        }
    }

    [Theory, InlineData(0, 1), InlineData(0, 40), InlineData(7, 2), InlineData(8, 100)]
    public void Reserved_rows_take_no_more_memory(int before, int more) => Allocations.AtMost(0, () =>
    {
        var table = new Table<string?>();
        for (int i = 0; i < before; i++)
            table.Add("row");
        table.Reserve(more);
        return Allocations.Of(() =>
        {
            for (int i = 0; i < more; i++)
                table.Add("reserved");
        });
    });
}
