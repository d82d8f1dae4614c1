using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SimpleGrad.Generator;

namespace SimpleGrad.Tests.Records;

/// <summary>What the generator refuses, and when it does not write anew.</summary>
public sealed class VariablesGeneratorTests
{
    private static readonly CSharpParseOptions _options = new(LanguageVersion.CSharp14);

    private static readonly Lazy<MetadataReference[]> _references = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(file => MetadataReference.CreateFromFile(file)),
    ]);

    [Theory]
    [InlineData("record R(Variable<double> X);", "SG0001: R has [Variables] and is no partial record")]
    [InlineData("partial class R { public Variable<double> X { get; set; } = null!; }", "SG0001: R has")]
    [InlineData("partial struct R;", "SG0001: R has")]
    [InlineData("partial record R(int X);", "SG0002: R has [Variables] and no variable")]
    [InlineData("partial record R([Frozen] Variable<double> X);", "SG0002: R has")]
    [InlineData("partial record R(Variable<double> X, Variable<float> Y);",
        "SG0003: X has variables of double, and Y has variables of float")]
    [InlineData("partial record R(Single[] X, Variable<double> Y);", "SG0003: X has variables of float, and Y has")]
    [InlineData("partial record R(List<Variable<double>> X);", "SG0004: X is a List<Variable<double>>")]
    [InlineData("partial record R(Variable<double>? X);", "SG0004: X is a Variable<double>?")]
    [InlineData("partial record R(Variable<double>?[] X);", "SG0004: X is a Variable<double>?[]")]
    [InlineData("partial record R(Variable<double> X, R? Next);", "SG0004: Next is a R?")]
    [InlineData("partial record R(Variable<double>[,] X);", "SG0004: X is a Variable<double>[,]")]
    [InlineData("partial record R((Variable<double>, int) X);", "SG0004: X is a (Variable<double>, int)")]
    [InlineData("partial record R(Dictionary<string, Single[]> X);", "SG0004: X is a Dictionary<string, Single[]>")]
    [InlineData("partial record R { public Variable<double> X { get; } = null!; }", "SG0005: X holds variables and")]
    [InlineData("partial record R { public readonly Variable<double> X = null!; }", "SG0005: X holds variables and")]
    [InlineData("partial record R(Variable<double> X) { public string[] Names => []; }",
        "SG0006: R has [Variables] and a member Names of its own")]
    [InlineData("partial record R(Variable<double> Y) : Base;", "SG0007: R inherits from Base")]
    public void What_cannot_be_written_is_a_mistake(string record, string message)
    {
        Diagnostic diagnostic = Assert.Single(Run(Source($"[Variables] {record}")).Diagnostics);
        Assert.StartsWith(message, $"{diagnostic.Id}: {diagnostic.GetMessage()}");
        Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity);
        Assert.Equal("Program.cs", diagnostic.Location.GetLineSpan().Path);
    }

    [Theory]
    [InlineData("partial record R(Variable<double> X, Func<Variable<double>, Variable<double>> Activation);")]
    [InlineData("partial record R(Variable<double> X, Tensor<double> Data) "
        + "{ public Variable<double> Twice => X * 2; public static Variable<double>? Shared { get; set; } }")]
    [InlineData("partial record R(Variable<double> X) { [Frozen] public List<Variable<double>> Seen { get; } = []; }")]
    [InlineData("partial record R(Variable<double> variables, Variable<double> at, Variable<double> all, "
        + "Variable<double> name);")]
    [InlineData("partial record R { public Variable<float> X = null!; internal Single[] Y { get; init; } = []; }")]
    public void What_can_be_written_compiles(string record)
    {
        CSharpGeneratorDriver.Create([new VariablesGenerator().AsSourceGenerator()], parseOptions: _options)
            .RunGeneratorsAndUpdateCompilation(
                Source($"[Variables] {record}"), out Compilation after, out var mistakes, Cancelled);
        Assert.DoesNotContain(
            after.GetDiagnostics(Cancelled).Concat(mistakes), each => each.Severity >= DiagnosticSeverity.Warning);
    }

    [Fact]
    public void A_type_around_a_record_is_partial_too() => Assert.StartsWith(
        "SG0001", Assert.Single(Run(Source(
            "class Around { [Variables] partial record R(Variable<double> X); }")).Diagnostics).Id);

    /// <summary>An edit elsewhere, or within the record where it does not matter, leaves what was written.</summary>
    [Fact]
    public void Edits_elsewhere_write_nothing()
    {
        CSharpCompilation first = Source("[Variables] partial record R(Variable<double> X);");
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new VariablesGenerator().AsSourceGenerator()], parseOptions: _options,
            driverOptions: new GeneratorDriverOptions(default, trackIncrementalGeneratorSteps: true));
        driver = driver.RunGenerators(first, Cancelled);
        Assert.Equal(IncrementalStepRunReason.New, Reason());
        driver = driver.RunGenerators(
            first.AddSyntaxTrees(
                CSharpSyntaxTree.ParseText("class Other;", _options, cancellationToken: Cancelled)),
            Cancelled);
        Assert.True(Reason() is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged);
        driver = driver.RunGenerators(
            Source("[Variables] partial record R(Variable<double> X) { int Y => 3; }"), Cancelled);
        Assert.True(Reason() is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged);
        driver = driver.RunGenerators(Source("[Variables] partial record R(Variable<double> Z);"), Cancelled);
        Assert.Equal(IncrementalStepRunReason.Modified, Reason());

        IncrementalStepRunReason Reason() =>
            Assert.Single(Assert.Single(driver.GetRunResult().Results[0].TrackedSteps["Records"]).Outputs).Reason;
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static GeneratorDriverRunResult Run(CSharpCompilation compilation) =>
        CSharpGeneratorDriver.Create(new VariablesGenerator()).RunGenerators(compilation).GetRunResult();

    private static CSharpCompilation Source(string text) => CSharpCompilation.Create(
        "Records",
        [
            CSharpSyntaxTree.ParseText($$"""
                using System;
                using System.Collections.Generic;
                using SimpleGrad;

                {{text}}

                record Single(Variable<float> X) : IVariables<Single, float>
                {
                    public Variable<float>[] Variables => [X];
                    public Single With(Variable<float>[] variables) => new(variables[0]);
                }

                record Base { public Variable<double> X { get; init; } = null!; }
                """, _options, path: "Program.cs"),
        ],
        _references.Value,
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
}
