using System.Reflection;
using SimpleGrad.Tests.Properties;

namespace SimpleGrad.Tests.Compiler;

/// <summary>What operators cost, and what is saved or computed again because of it.</summary>
public sealed class CostTests
{
    private const int Length = 10_000;

    public static TheoryData<string> Uses => [.. OperatorTable<double>.All.Select(use => use.Name)];

    [Theory, MemberData(nameof(Uses))]
    public void Each_operator_has_a_cost_and_views_have_none(string name)
    {
        OperatorUse<double> use = OperatorTable<double>.All.Single(each => each.Name == name);
        Shape[] shapes = OperatorPropertyTests.ShapesFor(use)[^1];
        var tape = new Tape<double>();
        Variable<double>[] inputs =
            [.. OperatorPropertyTests.Inputs(use, shapes).Select(input => tape.Variable(input))];
        _ = tape.Grad(use.Apply(inputs, 0).Sum(), inputs);
        for (int i = 0; i < tape.Count; i++)
        {
            EntryRow<double> entry = tape.EntryAt(i);
            Shape[] all = [.. tape.LinksOf(entry).ToArray().Select(link => link < 0 ? [] : tape.ShapeOf(link))];
            double cost = entry.Operator.Cost(all.AsSpan(..^1), all[^1]);
            bool isFree = entry.Operator.IsView || entry.Operator is AliasOperator<double>;
            Assert.True(isFree ? cost == 0 : cost is > 0 and < 1e9, $"{entry.Operator.Name} costs {cost}");
        }
    }

    /// <summary>Those that stand for functions of the user's do, and views are free without.</summary>
    [Fact]
    public void No_operator_of_the_library_leaves_its_cost_unsaid()
    {
        var silent =
            from type in LibraryOperators.All
            let made = type.MakeGenericType(typeof(double))
            let cost = made.GetMethod("Cost", BindingFlags.Instance | BindingFlags.NonPublic)!
            where cost.DeclaringType == typeof(Operator<double>)
            select type.Name;
        Assert.Equal(
            [
                "DetachOperator`1", "DiagonalOperator`1", "ExpandOperator`1", "PermuteOperator`1", "ReshapeOperator`1",
                "SliceOperator`1",
            ],
            silent.Order());
    }

    [Fact]
    public void A_factorisation_costs_the_cube_of_the_side_and_a_copy_its_bytes()
    {
        Assert.InRange(
            Cost(CholeskyOperator<double>.Instance, [1000, 1000]) / Cost(CholeskyOperator<double>.Instance, [100, 100]),
            800, 1200);
        var pad = new PadOperator<double>([(1, 1)], 0);
        Assert.InRange(Cost(pad, [1_000_000]) / Cost(pad, [100_000]), 8, 12);
        var padOfFloats = new PadOperator<float>([(1, 1)], 0);
        Shape shape = Shape.Create(1_000_000);
        Assert.InRange(Cost(pad, shape) / padOfFloats.Cost([shape], shape), 1.9, 2.1);
        Assert.True(Cost(CholeskyOperator<double>.Instance, [300, 300]) > 20 * Cost(pad, [300, 300]));
    }

    /// <summary>The factor is read where the gradient comes back, and so it could be computed again.</summary>
    [Theory, InlineData(8), InlineData(100)]
    public void A_factorisation_is_saved(int n) =>
        Assert.Contains("cholesky", Saved(x => (x + x.Transpose()).Cholesky().Square(), [n, n]));

    /// <summary>Its input is read again in any case, and so copying it is less than reading the copy.</summary>
    [Fact]
    public void A_pad_is_computed_again_where_its_input_is_there()
    {
        Assert.Empty(Saved(x => x.Pad([(100, 100)]).Square().Sum() + x.Square().Sum(), [Length]));
        Assert.Empty(Saved(x => x[..10].Pad([(Length, Length)]).Square().Sum(), [Length]));
    }

    [Fact]
    public void A_pad_is_saved_where_its_input_is_not() =>
        Assert.Equal(["pad"], Saved(x => x.CumSum(0).Pad([(100, 100)]).Square().Sum(), [Length]));

    [Fact]
    public void An_exponential_is_computed_again_and_a_chain_of_them_is_not()
    {
        Assert.Empty(Saved(x => (x * 2).Exp() * x, [Length]));
        Assert.NotEmpty(Saved(
            x => (x * 2).Exp().Sin().Exp().Sin().Exp().Sin().Exp().Sin().Exp() * x, [Length]));
    }

    [Fact]
    public void A_matrix_product_is_saved_the_rather_the_longer_its_sums_are()
    {
        Assert.Contains("matmul", Saved(x => x.MatMul(x.Transpose()).Square(), [200, 400]));
        Assert.Empty(Saved(x => x.MatMul(x.Transpose()).Square(), [1000, 2]));
    }

    [Fact]
    public void An_operator_of_the_users_is_saved_unless_it_says_that_it_is_cheap()
    {
        Assert.Equal(["own"], Saved(x => new Own(null).Apply(x * 2).Square() * x, [Length]));
        Assert.Empty(Saved(x => new Own(1).Apply(x * 2).Square() * x, [Length]));
    }

    [Theory, InlineData(-1), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void A_cost_that_is_none_is_refused(double cost) => Assert.Contains(
        "'own' says that it costs",
        Assert.Throws<InvalidOperationException>(() => Saved(x => new Own(cost).Apply(x).Square(), [3])).Message,
        StringComparison.Ordinal);

    private static double Cost(Operator<double> op, Shape shape) => op.Cost([shape], shape);

    private static string[] Saved(Func<Variable<double>, Variable<double>> function, Shape shape)
    {
        CompiledFunction<double> compiled = Aggregate.Compile(function).For([shape]);
        return [.. compiled.Partition.Saved.Select(node => compiled.Graph[node].Operator!.Name)];
    }

    private sealed class Own(double? cost) : UnaryOperator<double>
    {
        public override string Name => "own";

        protected override Tensor<double> Forward(Tensor<double> x, Shape shape) => x + 1;

        protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
            cost ?? base.Cost(inputs, result);

        protected override Variable<double>? Propagate(Variable<double> gradient, in Propagation<double> at) =>
            gradient;
    }
}
