using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SimpleGrad.Generator;

/// <summary>
/// Makes of each record with the attribute <c>[Variables]</c> an <c>IVariables</c>: its variables, their names, and the
/// record with others in their place.
/// </summary>
[Generator]
public sealed class VariablesGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<Generated> records = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                "SimpleGrad.VariablesAttribute",
                static (node, _) => node is TypeDeclarationSyntax,
                static (found, _) => new RecordReader((INamedTypeSymbol)found.TargetSymbol).Read())
            .WithTrackingName("Records");
        context.RegisterSourceOutput(records, static (output, record) =>
        {
            foreach (Mistake mistake in record.Mistakes)
                output.ReportDiagnostic(mistake.ToDiagnostic());
            if (record.Text is { } text)
                output.AddSource(record.Name + ".Variables.g.cs", text);
        });
    }
}
