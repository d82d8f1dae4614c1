using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SimpleGrad.OperatorGenerator;

/// <summary>
/// Writes, for each struct of the library with the attribute <c>[Elementwise]</c>, what follows from it: the operator's
/// class, its methods on variables and tensors, and its place in the algebra that derivatives are written in.
/// </summary>
[Generator]
public sealed class ElementwiseGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        // The text is the model: equal texts are not written again.
        IncrementalValuesProvider<(string Name, string Text)> sources = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                "SimpleGrad.ElementwiseAttribute",
                static (node, _) => node is StructDeclarationSyntax,
                static (found, _) => Write((INamedTypeSymbol)found.TargetSymbol, found.Attributes[0]));
        context.RegisterSourceOutput(
            sources, static (output, source) => output.AddSource($"Operators/{source.Name}.g.cs", source.Text));
    }

    private static (string Name, string Text) Write(INamedTypeSymbol type, AttributeData attribute)
    {
        try
        {
            return (type.Name, new OperatorWriter(new OperatorModel(type, attribute)).Text());
        }
        catch (MistakeException mistake)
        {
            return (type.Name, $"#error {type.Name}: {mistake.Message}\n");
        }
    }
}
