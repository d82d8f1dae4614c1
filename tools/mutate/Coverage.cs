using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace SimpleGrad.Mutate;

/// <summary>
/// Which classes of tests reach which statements: a build of the library in which each statement notes that it ran.
/// </summary>
internal sealed class Coverage
{
    private const string Variable = "SIMPLEGRAD_COVERAGE";

    private readonly List<(SyntaxTree Tree, TextSpan Span)> _statements = [];
    private readonly List<(TestClass Tests, byte[] Hits)> _runs = [];

    /// <param name="library">The library.</param>
    /// <param name="program">Its tests.</param>
    /// <param name="work">The folder in which the coverage is kept.</param>
    /// <param name="keeps">Whether what is there from an earlier run, of the same sources, is used again.</param>
    /// <param name="say">Tells how far it is.</param>
    public static Coverage Measure(
        Library library, TestProgram program, string work, bool keeps, Action<string> say)
    {
        var coverage = new Coverage();
        var changes = new List<(SyntaxTree, SyntaxTree)>();
        foreach (SyntaxTree tree in library.Trees)
        {
            var rewriter = new Probes(tree, coverage._statements);
            SyntaxNode root = rewriter.Visit(tree.GetRoot());
            changes.Add((tree, CSharpSyntaxTree.ParseText(
                root.ToFullString(), (CSharpParseOptions)tree.Options, tree.FilePath)));
        }
        string probe = Probe(coverage._statements.Count);
        if (!library.TryCompile(changes, program.Library, out string errors, probe))
            throw new InvalidOperationException($"The library with probes does not compile:\n{errors}");
        string folder = Path.Combine(work, "coverage");
        if (!keeps && Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        foreach (string name in program.Classes())
        {
            string hits = Path.Combine(folder, $"{name}.bin"), time = Path.Combine(folder, $"{name}.txt");
            if (!File.Exists(time))
            {
                bool passes = program.Passes(
                    [name], TimeSpan.FromMinutes(15), out TimeSpan computed, (Variable, hits));
                say($"{name}: {computed.TotalSeconds:F1} s{(passes ? "" : ", fails and is left out")}");
                if (!passes)
                    continue;
                File.WriteAllText(time, computed.ToString("c", CultureInfo.InvariantCulture));
            }
            if (File.Exists(hits) && new FileInfo(hits).Length == coverage._statements.Count)
                coverage._runs.Add((
                    new TestClass(name, TimeSpan.Parse(File.ReadAllText(time), CultureInfo.InvariantCulture)),
                    File.ReadAllBytes(hits)));
        }
        return coverage;
    }

    /// <summary>The classes whose tests reach a mutant: those of its folder first, and quick ones before others.
    /// </summary>
    public TestClass[] Of(Mutant mutant, string folder)
    {
        int statement = -1;
        for (int i = 0; i < _statements.Count; i++)
        {
            (SyntaxTree tree, TextSpan span) = _statements[i];
            if (tree == mutant.Tree && span.Contains(mutant.Span)
                && (statement < 0 || span.Length < _statements[statement].Span.Length))
                statement = i;
        }
        // What is outside of statements runs once, before any test, or is a constant.
        return
        [
            .. _runs.Where(run => statement < 0 || run.Hits[statement] != 0).Select(run => run.Tests)
                .OrderBy(tests => IsOfFolder(tests) ? 0 : 1).ThenBy(tests => tests.Time),
        ];

        bool IsOfFolder(TestClass tests) =>
            tests.Name.StartsWith($"SimpleGrad.Tests.{folder.TrimEnd('s')}", StringComparison.Ordinal)
            && tests.Time < TimeSpan.FromSeconds(20);
    }

    private static string Probe(int count) => $$"""
        internal static class MutateProbe
        {
            private static readonly byte[] _hits = new byte[{{count}}];

            static MutateProbe()
            {
                if (System.Environment.GetEnvironmentVariable("{{Variable}}") is { } file)
                    System.AppDomain.CurrentDomain.ProcessExit += (_, _) => System.IO.File.WriteAllBytes(file, _hits);
            }

            public static void Hit(int statement) => _hits[statement] = 1;
        }
        """;

    /// <summary>Puts a probe before each statement of a block, and before the expression of a short body.</summary>
    private sealed class Probes(
        SyntaxTree tree, List<(SyntaxTree Tree, TextSpan Span)> statements)
        : CSharpSyntaxRewriter
    {
        public override SyntaxNode VisitBlock(BlockSyntax node)
        {
            var all = new List<StatementSyntax>();
            foreach (StatementSyntax statement in node.Statements)
            {
                if (statement is not LocalFunctionStatementSyntax)
                    all.Add(Hit(statement));
                all.Add((StatementSyntax)Visit(statement));
            }
            return node.WithStatements(SyntaxFactory.List(all));
        }

        public override SyntaxNode? VisitIfStatement(IfStatementSyntax node)
        {
            var visited = (IfStatementSyntax)base.VisitIfStatement(node)!;
            return visited.WithStatement(Embedded(node.Statement, visited.Statement));
        }

        public override SyntaxNode? VisitElseClause(ElseClauseSyntax node)
        {
            var visited = (ElseClauseSyntax)base.VisitElseClause(node)!;
            return visited.WithStatement(Embedded(node.Statement, visited.Statement));
        }

        public override SyntaxNode? VisitForStatement(ForStatementSyntax node)
        {
            var visited = (ForStatementSyntax)base.VisitForStatement(node)!;
            return visited.WithStatement(Embedded(node.Statement, visited.Statement));
        }

        public override SyntaxNode? VisitForEachStatement(ForEachStatementSyntax node)
        {
            var visited = (ForEachStatementSyntax)base.VisitForEachStatement(node)!;
            return visited.WithStatement(Embedded(node.Statement, visited.Statement));
        }

        public override SyntaxNode? VisitWhileStatement(WhileStatementSyntax node)
        {
            var visited = (WhileStatementSyntax)base.VisitWhileStatement(node)!;
            return visited.WithStatement(Embedded(node.Statement, visited.Statement));
        }

        public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node)
        {
            var visited = (MethodDeclarationSyntax)base.VisitMethodDeclaration(node)!;
            if (visited.ExpressionBody is not { } body || visited.Modifiers.Any(SyntaxKind.AsyncKeyword))
                return visited;
            bool isVoid = node.ReturnType is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword };
            return visited.WithExpressionBody(null).WithSemicolonToken(default)
                .WithBody(Long(node.ExpressionBody!, body, isVoid));
        }

        public override SyntaxNode? VisitPropertyDeclaration(PropertyDeclarationSyntax node)
        {
            var visited = (PropertyDeclarationSyntax)base.VisitPropertyDeclaration(node)!;
            if (visited.ExpressionBody is not { } body)
                return visited;
            AccessorDeclarationSyntax get = SyntaxFactory.AccessorDeclaration(
                SyntaxKind.GetAccessorDeclaration, Long(node.ExpressionBody!, body, isVoid: false));
            return visited.WithExpressionBody(null).WithSemicolonToken(default)
                .WithAccessorList(SyntaxFactory.AccessorList([get]));
        }

        public override SyntaxNode? VisitAttributeList(AttributeListSyntax node) => node;

        private BlockSyntax Long(ArrowExpressionClauseSyntax old, ArrowExpressionClauseSyntax body, bool isVoid)
        {
            string start = body.Expression is ThrowExpressionSyntax || isVoid ? "" : "return ";
            return (BlockSyntax)SyntaxFactory.ParseStatement(
                $"{{ {Hit(old)} {start}{body.Expression.ToFullString()}; }}");
        }

        private StatementSyntax Embedded(StatementSyntax old, StatementSyntax visited) =>
            old is BlockSyntax or IfStatementSyntax { Parent: ElseClauseSyntax }
                ? visited
                : SyntaxFactory.Block(Hit(old), visited);

        private StatementSyntax Hit(SyntaxNode node)
        {
            statements.Add((tree, node.Span));
            return SyntaxFactory.ParseStatement($"global::MutateProbe.Hit({statements.Count - 1});");
        }
    }
}
