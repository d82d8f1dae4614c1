using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SimpleGrad.OperatorGenerator;

/// <summary>
/// Writes, for each public method of <c>Variable&lt;T&gt;</c> and of <c>Variable</c>, that of tensors: the same, on
/// operands that no tape knows.
/// </summary>
[Generator]
public sealed class TensorMethodGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<(string Name, string Text)> sources = context.SyntaxProvider
            .CreateSyntaxProvider(
                static (node, _) => node is ClassDeclarationSyntax { Identifier.Text: "Variable" },
                static (found, _) => Write((ClassDeclarationSyntax)found.Node, found.SemanticModel))
            .Where(static source => source.Text.Length > 0);
        context.RegisterSourceOutput(
            sources, static (output, source) => output.AddSource($"{source.Name}.g.cs", source.Text));
    }

    private static (string Name, string Text) Write(ClassDeclarationSyntax part, SemanticModel model)
    {
        // The methods are in the folder of those that they call.
        string path = part.SyntaxTree.FilePath, folder = Path.GetFileName(Path.GetDirectoryName(path));
        string kind = part.TypeParameterList is null ? "Functions" : "Methods";
        string name = $"{folder}/{Path.GetFileNameWithoutExtension(path)}.{kind}";
        try
        {
            return (name, new TensorMethodWriter(part, model).Text());
        }
        catch (MistakeException mistake)
        {
            return (name, $"#error {name}: {mistake.Message}\n");
        }
    }
}
