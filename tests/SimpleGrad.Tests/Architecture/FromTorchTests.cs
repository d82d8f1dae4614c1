using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SimpleGrad.Tests.Architecture;

/// <summary>What docs/from-torch.md tells users to write compiles, and every name it gives is there.</summary>
public sealed partial class FromTorchTests
{
    private static readonly (string Torch, string Here)[] _rows =
    [
        .. from line in File.ReadLines(Path.Combine(Repository.Root, "docs", "from-torch.md"))
           let row = Row.Match(line)
           where row.Success && row.Groups[1].Value is not ("PyTorch" or "---")
           select (row.Groups[1].Value, row.Groups[2].Value),
    ];

    [Fact]
    public void Every_expression_compiles()
    {
        Assert.InRange(_rows.Length, 150, 500);
        Assert.All(_rows, row => Assert.Matches("^(`|not here|a class on )", row.Here));
        string[] found = Errors(
            [.. _rows.Where(row => row.Here[0] == '`').Select(row => Code.Match(row.Here).Groups[1].Value)]);
        Assert.True(found.Length == 0, string.Join('\n', found));
    }

    [Fact]
    public void A_wrong_expression_is_found()
    {
        Assert.Single(Errors(["x.Sine()"]));
        Assert.Single(Errors(["x.Sum(axis"])[..1]);
        Assert.Empty(Errors(["x.Sin()"]));
    }

    /// <summary>Names in the rest of a row that begin like a member do, such as <c>ArgMin</c>.</summary>
    [Fact]
    public void Every_name_is_one_of_the_api()
    {
        string api = File.ReadAllText(Path.Combine(LibrarySource.Root, "PublicApi.txt"));
        var names = _rows.SelectMany(row => Code.Matches(row.Here)).Select(code => code.Groups[1].Value)
            .Where(code => Member.IsMatch(code)).ToList();
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Matches($@"\b{name.Split('.')[^1]}\b", api));
    }

    private static string[] Errors(string[] expressions)
    {
        string program = $$"""
            using SimpleGrad;
            public static class Rows
            {
                public static void Of(
                    Variable<double> x, Variable<double> y, Variable<double> z, Variable<double> w, Tensor<int> index,
                    Tensor<double> t, Tape<double> tape, int axis, int k, int n, double p)
                {
                    object? result;
            {{string.Concat(expressions.Select(expression => $"        result = {expression};\n"))}}
                }
            }
            """;
        string[] lines = program.Split('\n');
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Rows",
            [CSharpSyntaxTree.ParseText(
                $"global using System; global using System.Linq;\n{program}",
                new CSharpParseOptions(LanguageVersion.CSharp14))],
            [.. LibrarySource.Compilation.References, LibrarySource.Compilation.ToMetadataReference()],
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        return
        [
            .. from error in compilation.GetDiagnostics()
               where error.Severity == DiagnosticSeverity.Error
               let line = error.Location.GetLineSpan().StartLinePosition.Line
               select $"{lines[line - 1].Trim()}: {error.GetMessage()}",
        ];
    }

    [GeneratedRegex(@"^\| (.+?) \| (.+) \|$")]
    private static partial Regex Row { get; }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code { get; }

    [GeneratedRegex(@"^(Tensor\.|Derivatives\.)?[A-Z]\w+$")]
    private static partial Regex Member { get; }
}
