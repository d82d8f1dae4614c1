using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SimpleGrad.Tests.Architecture;

/// <summary>Programs as users write them, to see what the compiler says of them.</summary>
internal static class UserProgram
{
    /// <summary>The errors and warnings of a program of one file.</summary>
    public static IEnumerable<Diagnostic> Problems(string source, params string[] symbols)
    {
        CSharpParseOptions options = CSharpParseOptions.Default.WithPreprocessorSymbols(symbols)
            .WithFeatures([KeyValuePair.Create("FileBasedProgram", "true")]);
        string assemblies = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        return CSharpCompilation.Create(
            "Program",
            [
                CSharpSyntaxTree.ParseText(source, options),
                CSharpSyntaxTree.ParseText(
                    "global using System; global using System.IO; global using System.Linq;", options),
            ],
            assemblies.Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(
                OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable))
            .GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(problem => problem.Severity >= DiagnosticSeverity.Warning);
    }
}
