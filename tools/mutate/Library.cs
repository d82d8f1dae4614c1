using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using SimpleGrad.OperatorGenerator;

namespace SimpleGrad.Mutate;

/// <summary>The library's sources, and how to compile them as the build does.</summary>
internal sealed class Library
{
    private static readonly CSharpParseOptions _options = new(LanguageVersion.CSharp14);

    private readonly SyntaxTree[] _trees; // those that are written by hand
    private readonly CSharpCompilation _compilation;

    /// <param name="root">The folder of the repository.</param>
    /// <param name="tests">The folder with the tests' program, for the packages that the library refers to.</param>
    public Library(string root, string tests)
    {
        Source = Path.Combine(root, "src", "SimpleGrad");
        string generated = Path.Combine(Source, "obj", "Release", "net10.0"); // global usings and attributes
        SyntaxTree[] trees =
        [
            .. Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
                .Where(file => !Path.GetRelativePath(Source, file).StartsWith("obj", StringComparison.Ordinal)
                    && !Path.GetRelativePath(Source, file).StartsWith("bin", StringComparison.Ordinal))
                .Concat(Directory.EnumerateFiles(generated, "*.cs"))
                .Order(StringComparer.Ordinal)
                .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), _options, file)),
        ];
        string platform = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        string[] packages = [Path.Combine(tests, "System.Numerics.Tensors.dll")];
        var written = CSharpCompilation.Create(
            "SimpleGrad", trees,
            platform.Split(Path.PathSeparator).Where(IsOfTheRuntime).Concat(packages)
                .Select(file => MetadataReference.CreateFromFile(file)),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Enable));
        GeneratorDriver driver = CSharpGeneratorDriver
            .Create(
                [new ElementwiseGenerator().AsSourceGenerator(), new TensorMethodGenerator().AsSourceGenerator()],
                parseOptions: _options).RunGenerators(written);
        _trees = trees;
        _compilation = written.AddSyntaxTrees(driver.GetRunResult().GeneratedTrees);

        static bool IsOfTheRuntime(string file) =>
            Path.GetFileName(file) is var name && !name.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal)
            && !name.StartsWith("mutate", StringComparison.Ordinal)
            && !name.StartsWith("SimpleGrad", StringComparison.Ordinal);
    }

    /// <summary>The folder with the sources.</summary>
    public string Source { get; }

    public IEnumerable<SyntaxTree> Trees =>
        _trees.Where(tree => !tree.FilePath.StartsWith(
            Path.Combine(Source, "obj"), StringComparison.Ordinal));

    /// <summary>The path of a source from the library's folder, with slashes.</summary>
    public string NameOf(SyntaxTree tree) => Path.GetRelativePath(Source, tree.FilePath).Replace('\\', '/');

    /// <summary>
    /// Compiles the library with other trees in the place of some, and a further one; false where that gives errors.
    /// </summary>
    public bool TryCompile(
        IEnumerable<(SyntaxTree Old, SyntaxTree New)> changes, string path, out string errors, string further = "")
    {
        CSharpCompilation changed = _compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText(further, _options));
        foreach ((SyntaxTree old, SyntaxTree @new) in changes)
            changed = changed.ReplaceSyntaxTree(old, @new);
        using var image = new MemoryStream();
        EmitResult result = changed.Emit(image);
        errors = string.Join(
            '\n', result.Diagnostics.Where(each => each.Severity == DiagnosticSeverity.Error).Take(20));
        if (result.Success)
            File.WriteAllBytes(path, image.ToArray());
        return result.Success;
    }
}
