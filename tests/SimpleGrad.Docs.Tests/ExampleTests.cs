using System.Net;
using System.Text.RegularExpressions;

namespace SimpleGrad.Docs.Tests;

/// <summary>The examples in the documentation of the API compile.</summary>
public sealed partial class ExampleTests
{
    /// <summary>What the examples take for granted.</summary>
    private const string Given = """
        internal static class Given
        {
            public static Tape<double> tape = new();
            public static Variable<double> x = tape.Variable([1.0, 2.0, 3.0]), y = tape.Variable(0.5), w = x, x0 = y;
            public static Variable<double> p = tape.Variable([1.0, 0.5]), gradient = x, loss = y;
            public static Tensor<double> data = Tensor.Create([1.0, 2.0, 3.0]), weights = data, direction = data;
            public static Aggregate<double> aggregate = Aggregate.Compile<double>((a, b) => a * b);
            public static Variable<double> f(Variable<double> v) => v.Square().Sum();
        }
        """;

    [Fact]
    public void Examples_compile()
    {
        string[] examples =
        [
            .. from project in new[] { "SimpleGrad", "SimpleGrad.Fit" }
               from file in Repository.SourceFiles(Path.Combine(Repository.Root, "src", project))
               from example in Examples().Matches(File.ReadAllText(file))
               select Code(example.Groups[1].Value),
        ];
        Assert.InRange(examples.Length, 30, 1000);
        Assert.All(examples, example => Assert.True(
            !Mistakes(example).Any(), $"{example}\n{string.Join('\n', Mistakes(example))}"));
    }

    [Fact]
    public void A_wrong_example_is_found() => Assert.NotEmpty(Mistakes("tape.Foo();"));

    private static IEnumerable<string> Mistakes(string example)
    {
        string program = $"using SimpleGrad;\nusing static Given;\n{example}\n{Given}";
        PageBlock block = new(new FencedBlock("csharp", program, null, 1), null);
        // An example may leave unused what it has made.
        return PageProgram.Mistakes("example", [block]).Where(mistake => !mistake.Contains("CS0219"));
    }

    private static string Code(string comment) => WebUtility.HtmlDecode(string.Join(
        '\n', comment.Split('\n').Select(line => Margin().Replace(line, "")))).Trim();

    [GeneratedRegex(@"<example>[\s/]*<code>(.*?)</code>", RegexOptions.Singleline)]
    private static partial Regex Examples();

    [GeneratedRegex(@"^\s*/// ?")]
    private static partial Regex Margin();
}
