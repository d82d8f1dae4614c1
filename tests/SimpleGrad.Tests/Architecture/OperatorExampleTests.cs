using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace SimpleGrad.Tests.Architecture;

/// <summary>The operator of CONTRIBUTING.md is built into the library, and used in every way.</summary>
public sealed partial class OperatorExampleTests
{
    private const string Usings =
        "using System.Numerics; using System.Runtime.CompilerServices; namespace SimpleGrad;\n";

    private static readonly string _guide = File.ReadAllText(Path.Combine(Repository.Root, "CONTRIBUTING.md"));

    [Fact]
    public void The_operator_of_the_guide_computes_and_differentiates()
    {
        string use = Row.Match(_guide).Groups[1].Value;
        string report = Run(Operator.Match(_guide).Groups[1].Value, $$"""
            public static class Example
            {
                public static string Report()
                {
                    Tensor<double> x = Tensor.Create([-1.5, -1e-9, 0.3, 2.5]);
                    double[] exact = Array.ConvertAll(x.ToArray(), each => 2 * Math.Pow(Math.Sin(each / 2), 2));
                    double[] slopes = Array.ConvertAll(x.ToArray(), Math.Sin);
                    var compiled = TensorFunction.Of<double>(v => Of(v)).Compile();
                    var gradient = Derivatives.Grad<double>(v => Of(v).Sum());
                    var tape = new Tape<float>();
                    _ = Of(tape.Variable([0.5f], name: "y"));
                    return tape.Entries.Single()
                        + $"; on tensors {IsNear(x.Versine(), exact)}; compiled {IsNear(compiled.Invoke(x), exact)}"
                        + $"; gradient {IsNear(gradient.Invoke(x), slopes)}"
                        + $"; compiled {IsNear(gradient.Compile().Invoke(x), slopes)}"
                        + $"; derivatives {GradientCheck.Run(v => Of(v), x, order: 3).IsRight}"
                        + $"; {compiled.Explain([[4]]).Contains(".Versine()")}";
                }

                private static bool IsNear(Tensor<double> x, double[] exact) =>
                    x.ToArray().Zip(exact, (a, b) => Math.Abs(a - b) <= 1e-15 * Math.Abs(b)).All(near => near);

                private static Variable<T> Of<T>(Variable<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
                    {{use}};
            }
            """);

        Assert.Equal(
            "v0 = versine(y); on tensors True; compiled True; gradient True; compiled True; derivatives True; True",
            report);
    }

    [Theory]
    [InlineData("public static T Aply(T x) => x;", "there is no Apply")]
    [InlineData("public static T Apply() => T.One;", "Apply has one to three operands")]
    [InlineData(
        "public static T Apply(T x) => x; public static A Gradient<A>(A gradient, A y) => gradient;",
        "a derivative reads 'y', which is no operand of Apply")]
    [InlineData(
        "public static T Apply(T x) => x; public static Variable<T>? Propagate(Variable<T> gradient) => null;",
        "Propagate has no Gradient beside it")]
    public void A_struct_of_which_no_operator_can_be_made_is_refused(string members, string message)
    {
        string[] errors = Errors($$"""
            /// <summary>An operator.</summary>
            [Elementwise]
            internal readonly partial struct Faulty<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
            {
                {{members}}
            }
            """);
        Assert.Contains(errors, error => error.Contains($"Faulty: {message}", StringComparison.Ordinal));
    }

    [Fact]
    public void An_operator_without_documentation_is_refused() =>
        Assert.Contains(
            Errors("[Elementwise] internal readonly partial struct Faulty<T> { public static T Apply(T x) => x; }"),
            error => error.Contains("Faulty: there is no summary", StringComparison.Ordinal));

    private static string[] Errors(string text) =>
    [
        .. LibrarySource.Errors(
            ("Attribute.cs", "namespace SimpleGrad; internal sealed class ElementwiseAttribute : System.Attribute;"),
            ("Faulty.cs", Usings + text)),
    ];

    /// <summary>Builds a library with an operator, and gives what a program in it reports.</summary>
    private static string Run(string text, string program)
    {
        CSharpCompilation library = LibrarySource.With(
            (Path.Combine(LibrarySource.Root, "Operators", "Versine.cs"), Usings + text),
            (Path.Combine(LibrarySource.Root, "Compiler", "Example.cs"), Usings + program));
        using var image = new MemoryStream();
        EmitResult built = library.Emit(image, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(built.Success, string.Join('\n', built.Diagnostics));
        image.Position = 0;
        var context = new AssemblyLoadContext("library with an example", isCollectible: true);
        try
        {
            MethodInfo report = context.LoadFromStream(image).GetType("SimpleGrad.Example")!.GetMethod("Report")!;
            return (string)report.Invoke(null, null)!;
        }
        finally
        {
            context.Unload();
        }
    }

    [GeneratedRegex("<!-- operator -->\n```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Operator { get; }

    [GeneratedRegex("<!-- row -->\n```csharp\nUnary\\(\"x\\.Versine\\(\\)\", x => (.*?)\\),\n```")]
    private static partial Regex Row { get; }
}
