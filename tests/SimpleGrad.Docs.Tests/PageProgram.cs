using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;
using SimpleGrad.Generator;

namespace SimpleGrad.Docs.Tests;

/// <summary>A program put together from the blocks of a page, compiled and run in this process.</summary>
internal static class PageProgram
{
    /// <summary>Ends the output of a block.</summary>
    private const string End = "\u001e";

    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions _options = new(LanguageVersion.CSharp14);

    private static readonly Lazy<MetadataReference[]> _references = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(file => MetadataReference.CreateFromFile(file)),
    ]);

    /// <summary>What is wrong with a program; nothing where it compiles, without warnings.</summary>
    public static IReadOnlyList<string> Mistakes(string page, IReadOnlyList<PageBlock> blocks) =>
        MistakesOf(Compile(page, blocks).GetDiagnostics());

    /// <summary>Runs a program in an empty folder.</summary>
    /// <returns>What each block prints.</returns>
    public static IReadOnlyList<string> Run(string page, IReadOnlyList<PageBlock> blocks)
    {
        using var assembly = new MemoryStream();
        EmitResult result = Compile(page, blocks).Emit(assembly);
        string[] mistakes = MistakesOf(result.Diagnostics);
        Assert.True(mistakes.Length == 0, string.Join('\n', mistakes));
        assembly.Position = 0;

        var context = new AssemblyLoadContext(page, isCollectible: true);
        TextWriter console = Console.Out;
        string before = Environment.CurrentDirectory;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("page");
        using var output = new StringWriter { NewLine = "\n" };
        try
        {
            Console.SetOut(output);
            Environment.CurrentDirectory = folder.FullName;
            MethodInfo main = context.LoadFromStream(assembly).EntryPoint!;
            main.Invoke(null, main.GetParameters().Length == 0 ? null : [Array.Empty<string>()]);
        }
        finally
        {
            Environment.CurrentDirectory = before;
            Console.SetOut(console);
            folder.Delete(recursive: true);
            context.Unload();
        }
        return output.ToString().Split(End)[..^1];
    }

    /// <summary>With the members of records that the package's generator writes.</summary>
    private static Compilation Compile(string page, IReadOnlyList<PageBlock> blocks)
    {
        CSharpGeneratorDriver.Create([new VariablesGenerator().AsSourceGenerator()], parseOptions: _options)
            .RunGeneratorsAndUpdateCompilation(CompileAlone(page, blocks), out Compilation all, out _);
        return all;
    }

    private static CSharpCompilation CompileAlone(string page, IReadOnlyList<PageBlock> blocks) =>
        CSharpCompilation.Create(
            "Page",
            [
                CSharpSyntaxTree.ParseText(ImplicitUsings, _options),
                CSharpSyntaxTree.ParseText(Source(page, blocks), _options, path: page),
            ],
            _references.Value,
            new CSharpCompilationOptions(
                OutputKind.ConsoleApplication, optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>
    /// The blocks one after the other. A file has its usings first and its types last: each goes there from its block.
    /// </summary>
    private static string Source(string page, IReadOnlyList<PageBlock> blocks)
    {
        StringBuilder usings = new(), statements = new(), types = new();
        foreach (PageBlock block in blocks)
        {
            CompilationUnitSyntax unit = SyntaxFactory.ParseCompilationUnit(block.Code.Text, options: _options);
            void Add(StringBuilder to, SyntaxNode node)
            {
                int line = node.SyntaxTree.GetLineSpan(node.FullSpan).StartLinePosition.Line;
                to.Append($"\n#line {block.Code.Line + line} \"{page}\"\n{node.ToFullString()}");
            }

            foreach (UsingDirectiveSyntax directive in unit.Usings)
                Add(usings, directive);
            foreach (MemberDeclarationSyntax member in unit.Members)
                Add(member is GlobalStatementSyntax ? statements : types, member);
            statements.Append($"\nConsole.Write(\"\\u{(int)End[0]:x4}\");");
        }
        return $"{usings}{statements}{types}";
    }

    private static string[] MistakesOf(IEnumerable<Diagnostic> diagnostics) =>
    [
        .. from diagnostic in diagnostics
           where diagnostic.Severity >= DiagnosticSeverity.Warning
           let at = diagnostic.Location.GetMappedLineSpan()
           select $"{at.Path}:{at.StartLinePosition.Line + 1}: {diagnostic.Id}: {diagnostic.GetMessage()}",
    ];
}
