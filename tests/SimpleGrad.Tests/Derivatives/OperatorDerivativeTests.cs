using System.Reflection;
using SimpleGrad.Tests.Compiler;
using SimpleGrad.Tests.Properties;

namespace SimpleGrad.Tests.Derivative;

/// <summary>Derivatives and batches of every operator: each way to compute them gives the same.</summary>
public sealed class OperatorDerivativeTests
{
    private static readonly int[] _choices = [0, 1];

    public static IEnumerable<TheoryDataRow<string>> Operators => CompiledOperatorTests.Operators;

    [Theory, MemberData(nameof(Operators))]
    public void Rows_columns_and_products_with_the_jacobian_agree(string name)
    {
        foreach ((Func<Variable<double>[], Variable<double>[]> f, Tensor<double>[] inputs) in Uses(name))
        {
            Tensor<double>[] rows = Jacobian(f, inputs, byForward: false);
            Tensor<double>[] columns = Jacobian(f, inputs, byForward: true);
            var tape = new Tape<double>();
            Variable<double>[] x = [.. inputs.Select(input => tape.Variable(input))];
            Variable<double>[] tangents = [.. inputs.Select((input, i) => tape.Constant(Like(input, i)))];
            (Variable<double>[] y, Variable<double>[] pushed) = Derivatives.Jvp(f, x, tangents);
            Variable<double> cotangent = tape.Constant(Like(y[0].Value, 10));
            (_, Variable<double>[] pulled) = Derivatives.Vjp(f, x, [cotangent]);
            double[] expected = new double[y[0].Length];
            double sumOfPulled = 0;
            for (int i = 0; i < inputs.Length; i++)
            {
                Check.Close(rows[i], columns[i], 1e-10);
                Tensor<double> jacobian = rows[i].Reshape([y[0].Length, inputs[i].Length]);
                Tensor<double> product = jacobian.MatMul(tangents[i].Value.Reshape([inputs[i].Length, 1]));
                expected = [.. expected.Zip(product.ToArray(), (a, b) => a + b)];
                sumOfPulled += (pulled[i] * tangents[i]).Sum().Item();
                Check.Close(
                    cotangent.Value.Reshape([1, y[0].Length]).MatMul(jacobian).Reshape(inputs[i].Shape),
                    pulled[i].Value, 1e-10);
            }
            Check.Close(Tensor.Create<double>(expected, y[0].Shape), pushed[0].Value, 1e-10);
            double sumOfPushed = (pushed[0] * cotangent).Sum().Item();
            Assert.Equal(sumOfPushed, sumOfPulled, 1e-9 * (1 + Math.Abs(sumOfPushed)));
        }
    }

    [Theory, MemberData(nameof(Operators))]
    public void Compiled_jacobians_equal_eager_ones(string name)
    {
        foreach ((Func<Variable<double>[], Variable<double>[]> f, Tensor<double>[] inputs) in Uses(name).Take(2))
        {
            var function = TensorFunction.Of<double>(x => [.. Derivatives.Jacobian(f, x).SelectMany(each => each)]);
            Tensor<double>[] eager = function.Invoke(inputs), compiled = function.Compile().Invoke(inputs);
            for (int i = 0; i < inputs.Length; i++)
                Check.Close(eager[i], compiled[i], 1e-10);
        }
    }

    /// <summary>Values and gradients, with each way to have some inputs in the batch and others outside.</summary>
    [Theory, MemberData(nameof(Operators))]
    public void Mapped_functions_equal_the_loop(string name)
    {
        const int Size = 3;
        foreach ((Func<Variable<double>[], Variable<double>[]> f, Tensor<double>[] inputs) in Uses(name))
        {
            Variable<double>[] Both(Variable<double>[] x)
            {
                Variable<double> y = f(x)[0];
                return [y, .. Derivatives.Grad<double>((Variable<double>[] v) => (f(v)[0] * y.Detach()).Sum(), x)];
            }
            for (int mask = 1; mask < 1 << inputs.Length; mask++)
            {
                var tape = new Tape<double>();
                Variable<double>[] fixedInputs = [.. inputs.Select(input => tape.Constant(input))];
                int[] mapped = [.. Enumerable.Range(0, inputs.Length).Where(i => (mask >> i & 1) != 0)];
                Variable<double>[] batches = [.. mapped.Select(i => Variable.Stack([.. Enumerable.Range(0, Size)
                    .Select(example => Stretched(fixedInputs[i], example))]))];
                Variable<double>[] Of(Variable<double>[] x) => Both([.. fixedInputs.Select(
                    (each, i) => Array.IndexOf(mapped, i) is var at and >= 0 ? x[at] : each)]);
                Variable<double>[] all = Transform.Vmap<double>(Of, batches);
                for (int example = 0; example < Size; example++)
                {
                    Variable<double>[] one = Of([.. mapped.Select(i => Stretched(fixedInputs[i], example))]);
                    for (int i = 0; i < one.Length; i++)
                        Check.Close(one[i].Value, all[i].Select(0, example).Value, 1e-10);
                }
            }
        }
    }

    /// <summary>Only the user's operators run on each example.</summary>
    [Fact]
    public void Operators_have_a_rule_for_batches()
    {
        var found = new SortedSet<string>();
        foreach (Type type in LibraryOperators.All)
        {
            Type closed = type.MakeGenericType(typeof(double));
            Type? rule = Declares(closed, "Batch"), unary = Declares(closed, "ForBatch");
            if (rule == typeof(Operator<double>) || (rule == unary && unary == typeof(UnaryOperator<double>)))
                found.Add(type.Name);
        }
        Assert.Empty(found);
    }

    private static Type? Declares(Type type, string method) =>
        type.GetMethod(method, BindingFlags.Instance | BindingFlags.NonPublic)?.DeclaringType;

    /// <summary>Multiples that stay in the domain of any operator, and on the same side of zero.</summary>
    private static Variable<double> Stretched(Variable<double> x, int example) => x * (1 - 0.03 * example);

    private static Tensor<double> Like(Tensor<double> x, int seed) => Check.Random(seed, x.Shape.ToArray());

    private static Tensor<double>[] Jacobian(
        Func<Variable<double>[], Variable<double>[]> f, Tensor<double>[] inputs, bool byForward)
    {
        var tape = new Tape<double>();
        var near = new Linearization<double>("Jacobian", f, [.. inputs.Select(input => tape.Variable(input))]);
        return [.. DerivativeMatrices.Jacobian(near, false, byForward)[0].Select(each => each.Value)];
    }

    private static IEnumerable<(Func<Variable<double>[], Variable<double>[]>, Tensor<double>[])> Uses(string name)
    {
        OperatorUse<double> use = OperatorTable<double>.All.Single(use => use.Name == name);
        foreach (Shape[] shapes in OperatorPropertyTests.ShapesFor(use).Where(s => s.Max(x => x.FlattenedLength) < 60))
        {
            foreach (int choice in _choices)
                yield return (x => [use.Apply(x, choice)], OperatorPropertyTests.Inputs(use, shapes));
        }
    }
}
