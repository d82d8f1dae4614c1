using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SimpleGrad.Tests.Architecture;

/// <summary>What kernels decide in one place is decided nowhere else, and methods have few parameters.</summary>
public sealed class KernelRulesTests
{
    private const int MaxParameters = 6;

    /// <summary>Files that may still have methods of more parameters; no file of the kernels is among them.</summary>
    private static readonly string[] _longSignatures =
    [
        "Derivatives/DerivativeMatrices.cs", "Derivatives/GradientReport.cs", "Operators/Convolution.cs",
        "Operators/TransposedConvolution.cs", "Tape/Propagation.cs",
    ];

    [Fact]
    public void Methods_that_are_not_public_have_at_most_six_parameters()
    {
        string[] found =
        [
            .. from file in Repository.SourceFiles(LibrarySource.Root)
               let path = Path.GetRelativePath(LibrarySource.Root, file).Replace('\\', '/')
               where !_longSignatures.Contains(path)
               from problem in LongSignatures(File.ReadAllText(file))
               select $"{path}:{problem}",
        ];
        Assert.True(found.Length == 0, string.Join('\n', found));
    }

    [Fact]
    public void A_method_with_more_is_found()
    {
        const string six = "int a, int b, int c, int d, int e, int f";
        Assert.Equal(["1: M has 7"], LongSignatures($"public class A {{ void M({six}, int g) {{ }} }}"));
        Assert.Equal(["1: M has 7"], LongSignatures($"class A {{ public void M({six}, int g) {{ }} }}"));
        Assert.Equal(["1: A has 7"], LongSignatures($"struct A({six}, int g);"));
        Assert.Empty(LongSignatures($"public class A {{ public void M({six}, int g) {{ }} }}"));
        Assert.Empty(LongSignatures($"class A {{ void M({six}) {{ }} }}"));
    }

    /// <summary>
    /// The width of vectors is chosen in one file. Floats are told from doubles in one too, and in the vectors.
    /// </summary>
    [Theory]
    [InlineData(@"\bVector\d+\.IsHardwareAccelerated\b", "^VectorWidth.cs$")]
    [InlineData(@"\b(typeof|sizeof)\((T|float|double)\) [=!]= ", @"^(Precision|Simd\d+|VectorMath|ScanKernel)\.cs$")]
    public void Kernels_decide_it_in_one_place(string decision, string place)
    {
        var files =
            from file in Repository.SourceFiles(Path.Combine(LibrarySource.Root, "Kernels"))
            where Regex.IsMatch(File.ReadAllText(file), decision)
            select Path.GetFileName(file);
        Assert.All(files, file => Assert.Matches(place, file));
        Assert.NotEmpty(files);
    }

    private static IEnumerable<string> LongSignatures(string text)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var root = CSharpSyntaxTree.ParseText(text, cancellationToken: cancellation).GetRoot(cancellation);
        foreach (var parameters in root.DescendantNodes().OfType<ParameterListSyntax>())
        {
            var count = parameters.Parameters.Count;
            var name = parameters.Parent switch
            {
                MethodDeclarationSyntax method => method.Identifier.Text,
                ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
                TypeDeclarationSyntax type => type.Identifier.Text,
                DelegateDeclarationSyntax type => type.Identifier.Text,
                LocalFunctionStatementSyntax function => function.Identifier.Text,
                _ => null,
            };
            if (count > MaxParameters && name is not null && !IsPublic(parameters.Parent!))
            {
                yield return $"{parameters.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: {name} has {count}";
            }
        }
    }

    private static bool IsPublic(SyntaxNode declaration) =>
        declaration is MemberDeclarationSyntax
        && declaration.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().All(member =>
            member is BaseNamespaceDeclarationSyntax or ExtensionBlockDeclarationSyntax
            || member.Modifiers.Any(SyntaxKind.PublicKeyword));
}
