namespace SimpleGrad.Docs.Tests;

[Collection(nameof(Run))]
public sealed class PageProgramTests
{
    [Fact]
    public void Blocks_continue_each_other_and_each_has_its_output() => Assert.Equal(
        ["3\n", "", "8 of 5\n"],
        PageProgram.Run("page", Blocks(
            "using System.Globalization;\nint x = 3;\nConsole.WriteLine(x);",
            "var pair = new Pair(x, 5);\nrecord Pair(int X, int Y) { public int Sum => X + Y; }",
            "Console.WriteLine($\"{pair.Sum} of {pair.Y.ToString(CultureInfo.InvariantCulture)}\");")));

    [Fact]
    public void A_mistake_is_named_with_its_line_on_the_page()
    {
        string mistake = Assert.Single(PageProgram.Mistakes("page.md", Blocks("int x = 3;\nx.Foo();")));
        Assert.StartsWith("page.md:11: CS1061:", mistake);
    }

    [Fact]
    public void A_warning_is_a_mistake() =>
        Assert.Contains("CS8602", Assert.Single(PageProgram.Mistakes(
            "page.md", Blocks("string? text = args.Length > 0 ? \"\" : null;\nConsole.WriteLine(text.Length);"))));

    private static PageBlock[] Blocks(params string[] codes) =>
        [.. codes.Select(code => new PageBlock(new FencedBlock("csharp", code, Mark.Run, 10), null))];
}
