using System.Linq.Expressions;

namespace SimpleGrad.Tests.Compiler;

/// <summary>Functions of each number of inputs get them all, each in its place.</summary>
public sealed class OverloadTests
{
    [Fact]
    public void Aggregates_have_as_many_inputs_as_their_functions()
    {
        Aggregate<double>[] one =
        [
            Aggregate.Compile<double>(a => Digits(a)),
            Aggregate.Compile<double>((a, b) => Digits(a, b)),
            Aggregate.Compile<double>((a, b, c) => Digits(a, b, c)),
            Aggregate.Compile<double>((a, b, c, d) => Digits(a, b, c, d)),
            Aggregate.Compile<double>((a, b, c, d, e) => Digits(a, b, c, d, e)),
            Aggregate.Compile<double>((a, b, c, d, e, f) => Digits(a, b, c, d, e, f)),
            Aggregate.Compile<double>((a, b, c, d, e, f, g) => Digits(a, b, c, d, e, f, g)),
            Aggregate.Compile<double>((a, b, c, d, e, f, g, h) => Digits(a, b, c, d, e, f, g, h)),
        ];
        Aggregate<double>[] several =
        [
            Aggregate.Compile((Variable<double> a) => Both(a)),
            Aggregate.Compile<double>((a, b) => Both(a, b)),
            Aggregate.Compile<double>((a, b, c) => Both(a, b, c)),
            Aggregate.Compile<double>((a, b, c, d) => Both(a, b, c, d)),
            Aggregate.Compile<double>((a, b, c, d, e) => Both(a, b, c, d, e)),
            Aggregate.Compile<double>((a, b, c, d, e, f) => Both(a, b, c, d, e, f)),
            Aggregate.Compile<double>((a, b, c, d, e, f, g) => Both(a, b, c, d, e, f, g)),
            Aggregate.Compile<double>((a, b, c, d, e, f, g, h) => Both(a, b, c, d, e, f, g, h)),
        ];
        var tape = new Tape<double>();
        Variable<double>[] x = [.. Enumerable.Range(1, 9).Select(i => tape.Variable((double)i))];
        for (int count = 1; count <= 8; count++)
        {
            Aggregate<double> aggregate = one[count - 1], both = several[count - 1];
            Assert.Equal(Number(count), aggregate.Invoke(x.AsSpan(0, count)).Item());
            Variable<double>[] results = both.InvokeAll(x.AsSpan(0, count));
            Assert.Equal((Number(count), 2 * Number(count)), (results[0].Item(), results[1].Item()));
            Assert.Throws<ArgumentException>(() => aggregate.Invoke(x.AsSpan(0, count + 1)));
            Assert.Throws<ArgumentException>(() => both.InvokeAll(x.AsSpan(0, count - 1)));
        }
    }

    [Fact]
    public void Functions_of_tensors_have_as_many_inputs_as_those_of_variables()
    {
        TensorFunction<double, Tensor<double>>[] functions =
        [
            TensorFunction.Of<double>(a => Digits(a)),
            TensorFunction.Of<double>((a, b) => Digits(a, b)),
            TensorFunction.Of<double>((a, b, c) => Digits(a, b, c)),
            TensorFunction.Of<double>((a, b, c, d) => Digits(a, b, c, d)),
        ];
        Tensor<double>[] x = [.. Enumerable.Range(1, 5).Select(i => Tensor.Scalar((double)i))];
        for (int count = 1; count <= 4; count++)
        {
            foreach (var function in new[] { functions[count - 1], functions[count - 1].Compile() })
            {
                Assert.Equal(Number(count), function.Invoke(x.AsSpan(0, count)).Item());
                foreach (int other in new[] { count - 1, count + 1 })
                    Assert.Contains(
                        $"takes {(count == 1 ? "1 input" : $"{count} inputs")}, not {other}",
                        Assert.Throws<ArgumentException>(() => function.Invoke(x.AsSpan(0, other))).Message);
            }
        }
    }

    /// <summary>Such a function has a parameter more than it takes, which is bound, and may have no names.</summary>
    [Fact]
    public void A_function_that_was_put_together_at_run_time_has_names_for_its_inputs()
    {
        ParameterExpression x = Expression.Parameter(typeof(Variable<double>));
        ParameterExpression y = Expression.Parameter(typeof(Variable<double>));
        var product = Expression.Lambda<Func<Variable<double>, Variable<double>, Variable<double>>>(
            Expression.Multiply(x, y), x, y).Compile();
        Assert.Contains("F(x0, x1)", Aggregate.Compile(product, "f").Explain([[2], [2]]));
    }

    private static Variable<double> Digits(params Variable<double>[] x) =>
        x.Select((each, i) => each * Math.Pow(10, i)).Aggregate((sum, each) => sum + each);

    private static Variable<double>[] Both(params Variable<double>[] x) => [Digits(x), Digits(x) * 2];

    /// <summary>1, 21, 321, …</summary>
    private static double Number(int digits) => Enumerable.Range(0, digits).Sum(i => (i + 1) * Math.Pow(10, i));
}
