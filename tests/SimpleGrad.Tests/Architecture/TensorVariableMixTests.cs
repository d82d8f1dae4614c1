using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SimpleGrad.Tests.Architecture;

/// <summary>
/// A tensor that was captured in a propagate rule does not compile: the tutorial's chapter on aggregates has the
/// program and the message.
/// </summary>
public sealed class TensorVariableMixTests
{
    private static readonly string _chapter =
        File.ReadAllText(Path.Combine(Repository.Root, "docs", "tutorial", "07-aggregates.cs"));

    [Fact]
    public void A_tensor_times_a_variable_is_the_error_that_the_tutorial_shows()
    {
        Diagnostic error = Assert.Single(Problems("TYPE_ERROR"));

        Assert.Equal("CS0019", error.Id);
        Assert.Equal(
            "Operator '*' cannot be applied to operands of type 'Variable<float>' and 'Tensor<float>'",
            error.GetMessage());
        Assert.Contains($"//     error {error.Id}: {error.GetMessage()}\n", _chapter);
    }

    [Fact]
    public void Without_it_the_chapter_compiles() => Assert.Empty(Problems());

    private static IEnumerable<Diagnostic> Problems(params string[] symbols)
    {
        CSharpParseOptions options = CSharpParseOptions.Default.WithPreprocessorSymbols(symbols)
            .WithFeatures([KeyValuePair.Create("FileBasedProgram", "true")]);
        string assemblies = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        return CSharpCompilation.Create(
            "Chapter",
            [
                CSharpSyntaxTree.ParseText(_chapter, options),
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
