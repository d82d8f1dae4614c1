namespace SimpleGrad.Tests.Architecture;

/// <summary>Rules of the house that no analyzer checks.</summary>
public sealed class SourceRulesTests
{
    private const int MostLines = 500;
    private const int MostColumns = 120;

    // Written in two parts, or this file would break its own rule.
    private static readonly string[] Unfinished =
        ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "NotImplemented" + "Exception"];

    [Fact]
    public void Source_files_keep_the_rules()
    {
        var problems = new[] { "src", "tests", "bench", "docs", "examples", "tools" }
            .SelectMany(folder => Repository.SourceFiles(Path.Combine(Repository.Root, folder)))
            .SelectMany(file => Problems(Path.GetRelativePath(Repository.Root, file), File.ReadAllText(file)))
            .ToList();

        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [Fact]
    public void The_rules_find_what_they_forbid()
    {
        Assert.Empty(Problems("good.cs", "class A;\n"));
        Assert.Equal(["a.cs: does not end with one newline"], Problems("a.cs", "class A;"));
        Assert.Equal(["a.cs: does not end with one newline"], Problems("a.cs", "class A;\n\n"));
        Assert.Equal(["a.cs: 501 lines, at most 500"], Problems("a.cs", string.Concat(Enumerable.Repeat("//\n", 501))));
        Assert.Equal(["a.cs:2: 121 columns, at most 120"], Problems("a.cs", $"//\n{new string('/', 121)}\n"));
        Assert.All(Unfinished, word => Assert.Equal([$"a.cs:1: {word}"], Problems("a.cs", $"// {word}\n")));
    }

    private static IEnumerable<string> Problems(string path, string text)
    {
        if (!text.EndsWith('\n') || text.EndsWith("\n\n", StringComparison.Ordinal))
        {
            yield return $"{path}: does not end with one newline";
        }

        var lines = text.TrimEnd('\n').Split('\n');
        if (lines.Length > MostLines)
        {
            yield return $"{path}: {lines.Length} lines, at most {MostLines}";
        }

        foreach (var (index, line) in lines.Index())
        {
            if (line.Length > MostColumns)
            {
                yield return $"{path}:{index + 1}: {line.Length} columns, at most {MostColumns}";
            }

            foreach (var word in Unfinished.Where(word => line.Contains(word, StringComparison.Ordinal)))
            {
                yield return $"{path}:{index + 1}: {word}";
            }
        }
    }
}
