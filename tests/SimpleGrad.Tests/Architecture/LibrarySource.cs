using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SimpleGrad.OperatorGenerator;

namespace SimpleGrad.Tests.Architecture;

/// <summary>The library's sources, compiled in memory once for all the tests that look at them.</summary>
internal static class LibrarySource
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    public static string Root { get; } = Path.Combine(Repository.Root, "src", "SimpleGrad");

    private static readonly CSharpParseOptions Parsing = new(
        LanguageVersion.CSharp14,
        preprocessorSymbols: ["NET", "NET10_0", .. Enumerable.Range(5, 6).Select(v => $"NET{v}_0_OR_GREATER")]);

    // The test host already runs on every assembly that the library refers to. Only the built library must stay away,
    // or each of its types would be there twice.
    private static readonly IReadOnlyList<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) != "SimpleGrad.dll")
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private static readonly Lazy<CSharpCompilation> Library = new(() => Compile(Files()));

    public static CSharpCompilation Compilation => Library.Value;

    /// <summary>Compiles the library with further files.</summary>
    public static CSharpCompilation With(params IEnumerable<(string Path, string Text)> files) =>
        Compile(Files().Concat(files));

    /// <summary>Compiles files as the library's project does, and fails the test when they have errors.</summary>
    public static CSharpCompilation Compile(IEnumerable<(string Path, string Text)> files)
    {
        CSharpCompilation compilation = Parse(files);
        var errors = Errors(compilation).ToList();
        Assert.True(errors.Count == 0, $"The sources do not compile:\n{string.Join('\n', errors)}");
        return compilation;
    }

    /// <summary>The errors in files.</summary>
    public static IEnumerable<string> Errors(params IEnumerable<(string Path, string Text)> files) =>
        Errors(Parse(files));

    private static IEnumerable<string> Errors(CSharpCompilation compilation) =>
        from found in compilation.GetDiagnostics()
        where found.Severity == DiagnosticSeverity.Error
        select found.ToString();

    private static CSharpCompilation Parse(IEnumerable<(string Path, string Text)> files)
    {
        var trees = files.Append((Path: "ImplicitUsings.cs", Text: ImplicitUsings))
            .Select(file => CSharpSyntaxTree.ParseText(file.Text, Parsing, file.Path));

        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            allowUnsafe: true,
            nullableContextOptions: NullableContextOptions.Enable);

        return WithOperators(CSharpCompilation.Create("SimpleGrad", trees, References, options));
    }

    private static IEnumerable<(string Path, string Text)> Files() =>
        Repository.SourceFiles(Root).Select(file => (file, File.ReadAllText(file)));

    /// <summary>Adds what is generated, in the folder that it is generated for.</summary>
    private static CSharpCompilation WithOperators(CSharpCompilation compilation)
    {
        GeneratorDriver driver = CSharpGeneratorDriver
            .Create(
                [new ElementwiseGenerator().AsSourceGenerator(), new TensorMethodGenerator().AsSourceGenerator()],
                parseOptions: Parsing)
            .RunGenerators(compilation);
        return compilation.AddSyntaxTrees(driver.GetRunResult().GeneratedTrees.Select(tree => tree.WithFilePath(
            Path.Combine(
                Root, Path.GetFileName(Path.GetDirectoryName(tree.FilePath)!), Path.GetFileName(tree.FilePath)))));
    }
}
