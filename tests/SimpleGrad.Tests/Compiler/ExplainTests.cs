using System.Reflection;
using System.Text.RegularExpressions;
using SimpleGrad.Tests.Properties;

namespace SimpleGrad.Tests.Compiler;

/// <summary>What Explain says of aggregates.</summary>
public sealed class ExplainTests
{
    public static IEnumerable<TheoryDataRow<string>> Operators => CompiledOperatorTests.Operators;

    /// <summary>
    /// Everything can be explained, with results known to be zero too; and nothing is left without a name.
    /// </summary>
    [Theory, MemberData(nameof(Operators))]
    public void Every_operator_is_explained_to_order_two(string name)
    {
        OperatorUse<double> use = OperatorTable<double>.All.Single(use => use.Name == name);
        foreach (Shape[] shapes in OperatorPropertyTests.ShapesFor(use).Where(s => s.Max(x => x.FlattenedLength) < 30))
        {
            Aggregate<double> compiled = Aggregate.Compile<double>((Variable<double>[] x) => [use.Apply(x, 0)], "f");
            string text = compiled.Explain(shapes, new() { Order = 2, Passes = true });
            Assert.Contains("F(x0", text);
            Assert.Contains("// after common subexpressions:", text);
            Assert.Contains("// propagate where dr is there", text);
            Assert.DoesNotContain(" _ ", text);
            Assert.DoesNotContain("NaN", text);
            AssertIsCode(text);
        }
    }

    /// <summary>Operators that only derivatives have; there are no methods of these names.</summary>
    private static readonly string[] _derivativesOnly =
    [
        "Assign", "Band", "Cofactors", "Convolution", "DetSign", "Embed", "GatherFound", "LogSoftmaxGradient",
        "CofactorsAlong", "CofactorsAlongTwo", "Eigenvalues", "GapQuotient", "PowerOfTwo", "SameWhereEqual",
        "SoftmaxDeviation", "LuFactor", "Recurrence", "ScatterFound", "WindowSum",
        .. from type in typeof(Operator<>).Assembly.GetTypes()
           where type.GetCustomAttribute<ElementwiseAttribute>() is { IsInternal: true }
           select type.Name.Split('`')[0],
    ];

    private static readonly Regex _call = new(@"(Variable)?\.([A-Z]\w*)\(");

    /// <summary>What is called is a method of variables, and no argument is written as in Python.</summary>
    private static void AssertIsCode(string text)
    {
        string code = string.Join('\n', text.Split('\n').Where(line => !line.TrimStart().StartsWith("//")));
        foreach (Match call in _call.Matches(code))
        {
            string name = call.Groups[2].Value;
            Type type = call.Groups[1].Success ? typeof(Variable) : typeof(Variable<double>);
            Assert.True(
                _derivativesOnly.Contains(name) || type.GetMethods().Any(method => method.Name == name),
                $"There is no method {name}: {text}");
        }
        Assert.DoesNotMatch("True|False| == | != |=[a-z]", code);
    }

    [Fact]
    public void A_result_that_is_known_zero_is_null()
    {
        Aggregate<double> first = Aggregate.Compile<double>((Variable<double>[] x) => [x[0]], "first", ["a", "b"]);
        string text = first.Explain([[4], [4]], new() { Order = 3 });
        Assert.Contains("return a;", text);
        Assert.Contains("return (dr, null);", text);
    }

    [Fact]
    public void Methods_are_called_as_in_a_program()
    {
        Aggregate<double> product = Aggregate.Compile<double>(
            (Variable<double>[] x) => [(x[0] + 1).MatMul(x[1]).Slice(1, 0, 3, 2).LogSumExp([1], keepDims: true)],
            "product", ["a", "b"]);
        string text = product.Explain([[2, 2], [2, 4]], new() { Order = 0 });
        Assert.Contains("(a + 1.0).MatMul(b).Slice(1, 0, 4, step: 2)", text);
        Assert.Contains(".LogSumExp(1, keepDims: true);", text);
    }

    [Fact]
    public void Wanted_inputs_choose_the_propagate()
    {
        Aggregate<double> product = Aggregate.Compile<double>((a, b) => a * b, "product");
        string text = product.Explain([[2], [2]], new() { Wanted = [false, true] });
        Assert.Contains("// propagate where dr is there, to b\n", text);
        Assert.Contains("var db = dr * a;\n", text);
        Assert.DoesNotContain("da", text);
        Assert.Throws<ArgumentException>(() => product.Explain([[2], [2]], new() { Wanted = [true] }));
        Assert.Throws<ArgumentException>(() => product.Explain([[2], [2]], new() { Wanted = [false, false] }));
    }

    [Fact]
    public void A_compiled_function_is_explained_as_a_whole()
    {
        var eager = Derivatives.ValueAndGrad<double>((a, b) => ((a + b) * b).Sum());
        Assert.Contains("Compile()", Assert.Throws<InvalidOperationException>(() => eager.Explain()).Message);
        var function = eager.Compile();
        Assert.Contains(
            "not invoked yet", Assert.Throws<InvalidOperationException>(() => function.Explain()).Message);
        Assert.Throws<ArgumentException>(() => function.Explain([[3]]));
        function.Invoke(Tensor.Create<double>([1, 2, 3]), Tensor.Create<double>([4, 5, 6]));
        string text = function.Explain();
        Assert.Contains("// f64: x0 (3,), x1 (3,)", text);
        Assert.Contains("return (r0, x1, r2);", text);
        Assert.Contains("// kernel over (3,):", text);
        Assert.Contains("// after common subexpressions:", function.Explain([[7], [7]], new() { Passes = true }));
    }

    [Fact]
    public void Every_stage_of_every_function_is_shown()
    {
        Aggregate<double> simple = Aggregate.Compile<double>((a, b) => (a.CumSum(0) + b) * b, "simple");
        string[] graph = ["trace", "simplify", "common subexpressions"], cut = ["joint differentiation", "partition"],
            run = ["fusion", "schedule", "memory plan"];
        string text = simple.Explain([[400], [400]], new() { Order = 2, Passes = true });
        Assert.Equal(
            [.. graph, .. cut, .. run, .. graph, .. cut, .. run, .. graph, .. run],
            new Regex("^// after (.*?):", RegexOptions.Multiline).Matches(text).Select(match => match.Groups[1].Value));
        Assert.Contains("= dr * b", text); // the gradient of the result has a name
        Assert.DoesNotContain("// after", simple.Explain([[4], [4]], new() { Order = 2 }));
        // Where there is something to replace.
        Assert.Contains("// after scalar replacement:", simple.Explain([[4], [4]], new() { Passes = true }));
    }

    [Fact]
    public void A_loop_is_one_statement_with_its_body_below()
    {
        string text = Derivatives.ValueAndGrad<double>(
            rate => Loop.For(200, (x, r) => x + r * x, rate.Tape.Constant(0.5), rate)).Compile().Explain([[]]);
        Assert.Matches(new Regex(@"var \(r0, (v\d+)\) = for\(0\.5, x0, steps=200\);"), text);
        Assert.Contains("// each step: (s0, p0) =>", text, StringComparison.Ordinal);
        Assert.Contains("// var r0 = s0 + p0 * s0;", text, StringComparison.Ordinal);
        Assert.Matches(new Regex(@"for\.propagate\(.*, steps=200, reversed\);"), text);
        var runs = new Regex(
            "^// loop of 200 steps, inside one kernel, states in registers$", RegexOptions.Multiline);
        Assert.Equal(2, runs.Count(text));
    }

    /// <summary>What was used is what is shown.</summary>
    [Fact]
    public void Patterns_that_were_used_are_explained()
    {
        Aggregate<double> simple = Aggregate.Compile<double>((a, b) => (a + b) * b, "simple").WithMemoryBudget(1);
        var tape = new Tape<double>();
        Variable<double> a = tape.Variable([1.0, 2]), b = tape.Variable([3.0, 4]);
        (Variable<double>? da, Variable<double>? db) = tape.Grad(simple.Invoke(a, b).Sum(), a, b);
        Assert.Contains("// propagate where dr is there and dt is known zero", simple.Explain());
        Assert.DoesNotContain("where dt is there", simple.Explain());
        _ = tape.Grad((da! * da + db! * db).Sum(), a, b);
        Assert.Contains("// propagate where dr is there and dt is known zero", simple.Explain());
        Assert.Contains("// propagate where dt is there and dr is known zero", simple.Explain());
    }
}
