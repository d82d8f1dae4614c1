using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SimpleGrad.Tests.Architecture;

/// <summary>Finds the uses of a declaration that lies in a higher folder than the file that uses it.</summary>
/// <remarks>Documentation comments are not looked at: they may point a reader upwards.</remarks>
internal sealed class FolderDirection
{
    /// <summary>The library's folders, the lowest first.</summary>
    private static readonly string[] Folders =
    [
        "Tensors", "Kernels", "Sparse", "Tape", "Operators", "Mutation", "Derivatives",
        "Compiler/Caches", "Compiler/Graphs", "Compiler/Passes", "Compiler/Partition", "Compiler/Fusion",
        "Compiler/Scheduling", "Compiler/Emission", "Compiler/Lanes", "Compiler/Loops", "Compiler",
    ];

    private readonly string _root;
    private readonly SortedSet<string> _violations = new(StringComparer.Ordinal);

    private FolderDirection(string root) => _root = root;

    public static IReadOnlyCollection<string> Violations(CSharpCompilation compilation, string root)
    {
        var check = new FolderDirection(root);
        foreach (var tree in compilation.SyntaxTrees.Where(tree => check.Folder(tree) is not null))
        {
            check.CheckFile(tree, compilation.GetSemanticModel(tree));
        }

        return check._violations;
    }

    /// <summary>
    /// The types of which parts lie in two folders. Only <c>Variable</c> and <c>Tensor</c> may: operators are their
    /// methods, and are where operators are.
    /// </summary>
    public static IReadOnlyCollection<string> SplitTypes(CSharpCompilation compilation, string root)
    {
        var check = new FolderDirection(root);
        return
        [
            .. from type in compilation.GetSymbolsWithName(_ => true, SymbolFilter.Type).OfType<INamedTypeSymbol>()
               where type.Name is not ("Variable" or "Tensor" or "TensorArithmetic")
               let folders = type.DeclaringSyntaxReferences.Select(part => check.Folder(part.SyntaxTree)).Distinct()
               where folders.Count() > 1
               select $"{type.ToDisplayString()} has parts in {string.Join(" and ", folders.Order())}",
        ];
    }

    private void CheckFile(SyntaxTree tree, SemanticModel model)
    {
        var folder = Folder(tree)!;
        if (Rank(folder) < 0)
        {
            _violations.Add($"{RelativePath(tree)}:1: not in one of the folders {string.Join(", ", Folders)}");
            return;
        }

        foreach (var node in tree.GetRoot(TestContext.Current.CancellationToken).DescendantNodes())
        {
            foreach (var symbol in Uses(node, model))
            {
                var declared = DeclaringFolder(symbol);
                if (IsRecursion(symbol))
                    continue;
                if (declared is not null && Rank(declared) > Rank(folder))
                {
                    var line = node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
                    _violations.Add(
                        $"{RelativePath(tree)}:{line}: {symbol.ToDisplayString()} is declared in {declared}, "
                        + $"above {folder}");
                }
            }
        }
    }

    /// <summary>Whether a use leads into a program inside a program: a loop's step, the block of lanes.</summary>
    private static bool IsRecursion(ISymbol symbol) =>
        (symbol as ITypeSymbol ?? symbol.ContainingType)?.Name == "CompilePipeline";

    /// <summary>The symbols that a node uses, those without a name of their own (operators, conversions) too.</summary>
    private static IEnumerable<ISymbol> Uses(SyntaxNode node, SemanticModel model)
    {
        if (node is not (ExpressionSyntax or ConstructorInitializerSyntax or AttributeSyntax))
        {
            return [];
        }

        var info = model.GetSymbolInfo(node);
        IEnumerable<ISymbol> named = info.Symbol is null ? info.CandidateSymbols : [info.Symbol];
        var conversion = node is ExpressionSyntax expression ? model.GetConversion(expression).MethodSymbol : null;
        return conversion is null ? named : named.Append(conversion);
    }

    /// <summary>
    /// The lowest folder that declares the symbol, or null where it is not the library's. A member of a partial type
    /// lies where that member is written, whichever other parts the type has.
    /// </summary>
    private string? DeclaringFolder(ISymbol symbol)
    {
        if (symbol is not (ITypeSymbol or IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol)
            or ITypeParameterSymbol)
        {
            return null;
        }

        var definition = (symbol as IMethodSymbol)?.ReducedFrom ?? symbol.OriginalDefinition;
        if (definition.DeclaringSyntaxReferences.IsEmpty)
        {
            // What the compiler adds, like a default constructor, is where its type is.
            return definition.ContainingType is { } type ? DeclaringFolder(type) : null;
        }

        return definition.DeclaringSyntaxReferences
            .Select(reference => Folder(reference.SyntaxTree))
            .OfType<string>()
            .MinBy(Rank);
    }

    private string? Folder(SyntaxTree tree)
    {
        var path = RelativePath(tree);
        return path.StartsWith("..", StringComparison.Ordinal) || !Path.IsPathRooted(tree.FilePath)
            ? null
            : path[..Math.Max(path.LastIndexOf('/'), 0)];
    }

    private string RelativePath(SyntaxTree tree) => Path.GetRelativePath(_root, tree.FilePath).Replace('\\', '/');

    private static int Rank(string folder) => Array.IndexOf(Folders, folder);
}
