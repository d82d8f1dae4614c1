using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SimpleGrad.Tests.Architecture;

namespace SimpleGrad.Tests.Fitting;

/// <summary>The public API is a reviewed file: <c>src/SimpleGrad.Fit/PublicApi.txt</c>.</summary>
public sealed class PublicApiTests
{
    private const string Update = "SIMPLEGRAD_UPDATE_PUBLIC_API";

    private static readonly string _root = Path.Combine(Repository.Root, "src", "SimpleGrad.Fit");

    [Fact]
    public void Public_api_is_the_committed_one()
    {
        IReadOnlyList<string> actual = PublicApi.Lines(Compile());
        string committed = Path.Combine(_root, "PublicApi.txt");
        if (Environment.GetEnvironmentVariable(Update) == "1")
            File.WriteAllText(committed, string.Concat(actual.Select(line => line + "\n")));

        string[] expected = File.Exists(committed) ? File.ReadAllLines(committed) : [];
        Assert.True(
            actual.SequenceEqual(expected),
            $"The public API differs from src/SimpleGrad.Fit/PublicApi.txt. If this is meant, run the tests once with "
            + $"{Update}=1 and commit the file.\n"
            + string.Join('\n', expected.Except(actual).Select(line => $"- {line}")
                .Concat(actual.Except(expected).Select(line => $"+ {line}"))));
    }

    private static CSharpCompilation Compile()
    {
        const string Usings = """
            global using System;
            global using System.Collections.Generic;
            global using System.IO;
            global using System.Linq;
            global using System.Threading;
            """;
        var options = new CSharpParseOptions(LanguageVersion.CSharp14);
        var compilation = CSharpCompilation.Create(
            "SimpleGrad.Fit",
            Repository.SourceFiles(_root).Select(File.ReadAllText).Append(Usings)
                .Select(text => CSharpSyntaxTree.ParseText(text, options)),
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                .Where(path => Path.GetFileName(path) != "SimpleGrad.Fit.dll")
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        Assert.Empty(compilation.GetDiagnostics().Where(found => found.Severity == DiagnosticSeverity.Error));
        return compilation;
    }
}
