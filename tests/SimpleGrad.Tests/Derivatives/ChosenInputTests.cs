namespace SimpleGrad.Tests.Derivative;

/// <summary>Derivatives by some of a function's inputs, the others held.</summary>
public sealed class ChosenInputTests
{
    // f(a, b, c) = sum(a² b) + c sum(a): all derivatives are known by hand.
    private static readonly TensorFunction<double, Tensor<double>> _f =
        TensorFunction.Of<double>((a, b, c) => (a.Square() * b).Sum() + c * a.Sum());

    private static readonly Tensor<double> _a = Tensor.Create<double>([1, 2]);
    private static readonly Tensor<double> _b = Tensor.Create<double>([3, 5]);
    private static readonly Tensor<double> _c = Tensor.Scalar<double>(7);

    public static TheoryData<bool> Ways => [false, true];

    [Theory]
    [MemberData(nameof(Ways))]
    public void Gradients_are_by_the_inputs_that_are_named(bool compiled)
    {
        Assert.Equal([13, 27], Run(Derivatives.Grad(_f, wrt: 0)).ToArray());
        Assert.Equal([3], Run(Derivatives.Grad(_f, wrt: 2)).ToArray());
        Assert.Equal([[3], [1, 4]], Run(Derivatives.Grad(_f, wrt: [2, 1])).Select(each => each.ToArray()));
        Assert.Equal([[13, 27], [1, 4], [3]], Run(Derivatives.Grad(_f)).Select(each => each.ToArray()));
        (Tensor<double> value, Tensor<double> gradient) = Run(Derivatives.ValueAndGrad(_f, wrt: 1));
        Assert.Equal(44, value.Item());
        Assert.Equal([1, 4], gradient.ToArray());
        (_, Tensor<double>[] gradients) = Run(Derivatives.ValueAndGrad(_f, wrt: [1]));
        Assert.Equal([1, 4], Assert.Single(gradients).ToArray());

        TResult Run<TResult>(TensorFunction<double, TResult> f) =>
            (compiled ? f.Compile() : f).Invoke(_a, _b, _c);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Matrices_have_a_block_for_each_pair(bool compiled)
    {
        Assert.Equal([6, 0, 0, 10], Run(Derivatives.Hessian(_f, wrt: 0)).ToArray());
        Tensor<double>[][] blocks = Run(Derivatives.Hessian(_f, wrt: [0, 1]));
        Assert.Equal([2, 2], blocks.Select(row => row.Length));
        Assert.Equal([6, 0, 0, 10, 2, 0, 0, 4, 2, 0, 0, 4, 0, 0, 0, 0],
            blocks.SelectMany(row => row.SelectMany(each => each.ToArray())));
        Assert.Equal([1, 1], Run(Derivatives.Hessian(_f))[2][0].ToArray());
        Assert.Equal([6, 10], Run(Derivatives.HessianDiagonal(_f, wrt: 0)).ToArray());
        Assert.Equal([[0], [6, 10]], Run(Derivatives.HessianDiagonal(_f, wrt: [2, 0])).Select(x => x.ToArray()));
        Assert.Equal(16, Run(Derivatives.Laplacian(_f, wrt: 0)).Item());
        Assert.Equal(16, Run(Derivatives.Laplacian(_f)).Item());

        var g = TensorFunction.Of<double>((a, b, c) => a * b + c);
        Assert.Equal([3, 0, 0, 5], Run(Derivatives.Jacobian(g, wrt: 0)).ToArray());
        Tensor<double>[] by = Run(Derivatives.Jacobian(g, wrt: [2, 1]));
        Assert.Equal(Shape.Create([2]), by[0].Shape);
        Assert.Equal([1, 1, 1, 0, 0, 2], by.SelectMany(each => each.ToArray()));
        var two = TensorFunction.Of<double>(x => [x[0] * x[1], x[0].Sum() * x[2]]);
        Tensor<double>[] each = Run(Derivatives.Jacobian(two, wrt: 0));
        Assert.Equal([3, 0, 0, 5, 7, 7], each.SelectMany(x => x.ToArray()));

        TResult Run<TResult>(TensorFunction<double, TResult> f) =>
            (compiled ? f.Compile() : f).Invoke(_a, _b, _c);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Products_take_their_vectors_after_the_inputs(bool compiled)
    {
        var g = TensorFunction.Of<double>((a, b, c) => a * b + c);
        Tensor<double> u = Tensor.Create<double>([1, 10]), s = Tensor.Scalar<double>(2);
        (Tensor<double> value, Tensor<double> product) = Run(Derivatives.Vjp(g, wrt: 0), _a, _b, _c, u);
        Assert.Equal([10, 17, 3, 50], [.. value.ToArray(), .. product.ToArray()]);
        (_, Tensor<double>[] products) = Run(Derivatives.Vjp(g, wrt: [2, 1]), _a, _b, _c, u);
        Assert.Equal([11, 1, 20], products.SelectMany(each => each.ToArray()));
        Assert.Equal([3, 50], Run(Derivatives.Jvp(g, wrt: 0), _a, _b, _c, u).Product.ToArray());
        Assert.Equal([5, 52], Run(Derivatives.Jvp(g, wrt: [2, 0]), _a, _b, _c, s, u).Product.ToArray());
        Assert.Equal([6, 72], Run(Derivatives.Jvp(g), _a, _b, _c, u, u, s).Product.ToArray());
        Assert.Equal([6, 100], Run(Derivatives.Hvp(_f, wrt: 0), _a, _b, _c, u).ToArray());
        Assert.Equal([[8, 102], [2, 40]],
            Run(Derivatives.Hvp(_f, wrt: [0, 1]), _a, _b, _c, u, Tensor.Create<double>([1, 0.5]))
                .Select(each => each.ToArray()));

        TResult Run<TResult>(TensorFunction<double, TResult> f, params Tensor<double>[] x) =>
            (compiled ? f.Compile() : f).Invoke(x);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Sparse_matrices_hold_the_other_inputs(bool compiled)
    {
        var chain = TensorFunction.Of<double>((x, w) => (w * (x[1..] - x[..^1]).Square()).Sum());
        SparseFunction<double> hessian = Derivatives.SparseHessian(chain, wrt: 0);
        SparseFunction<double> jacobian = Derivatives.SparseJacobian(
            TensorFunction.Of<double>((w, x) => w * (x[1..] - x[..^1]).Square()), wrt: 1);
        if (compiled)
            (hessian, jacobian) = (hessian.Compile(), jacobian.Compile());
        Tensor<double> x = Tensor.Create<double>([1, 2, 4]), w = Tensor.Create<double>([3, 5]);
        for (int round = 1; round <= 2; round++)
        {
            Assert.Equal([6, -6, 0, -6, 16, -10, 0, -10, 10], hessian.Invoke(x, w).ToDense().ToArray());
            Assert.Equal([-6, 6, 0, 0, -20, 20], jacobian.Invoke(w, x).ToDense().ToArray());
        }
        Assert.Equal(7, hessian.Invoke(x, w).Count);
        Assert.Contains("takes 2 inputs, not 1", Assert.Throws<ArgumentException>(() => hessian.Invoke(x)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Drivers_nest()
    {
        var cube = TensorFunction.Of<double>((x, y) => (x.Pow(3) * y).Sum());
        var second = Derivatives.Jacobian(Derivatives.Grad(cube, wrt: 0), wrt: 0);
        Tensor<double> x = Tensor.Create<double>([2, 3]), y = Tensor.Create<double>([5, 7]);
        Assert.Equal([60, 0, 0, 126], second.Invoke(x, y).ToArray());
        Assert.Equal([60, 0, 0, 126], second.Compile().Invoke(x, y).ToArray());
        var mixed = Derivatives.Jacobian(Derivatives.Jacobian(Derivatives.Grad(cube, wrt: 0), wrt: 0), wrt: 1);
        Assert.Equal([12, 0, 0, 0, 0, 0, 0, 18], mixed.Compile().Invoke(x, y).ToArray());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Vmap_maps_the_inputs_that_are_named(bool compiled)
    {
        var dot = TensorFunction.Of<double>((w, x) => w.Dot(x));
        var mapped = Transform.Vmap(dot, mapped: [1]);
        var squared = TensorFunction.Of<double>((w, x) => w.Dot(x).Square());
        var gradients = Transform.Vmap(Derivatives.Grad(squared, wrt: 0), mapped: [1]);
        if (compiled)
            (mapped, gradients) = (mapped.Compile(), gradients.Compile());
        Tensor<double> w = Tensor.Create<double>([1, 2]), x = Tensor.Create<double>([1, 0, 0, 1, 1, 1], [3, 2]);
        Assert.Equal([1, 2, 3], mapped.Invoke(w, x).ToArray());
        Assert.Equal([2, 0, 0, 4, 6, 6], gradients.Invoke(w, x).ToArray());
    }

    [Fact]
    public void Records_have_matrices_too()
    {
        var tape = new Tape<double>();
        var line = new Line(tape.Variable([1, 2]), tape.Variable(3));
        static Variable<double> Cost(Line at) => (at.Slope.Square() * at.Start).Sum();
        Variable<double>[][] hessian = Derivatives.Hessian<Line, double>(Cost, line);
        Assert.Equal([6, 0, 0, 6], hessian[0][0].Value.ToArray());
        Assert.Equal([2, 4], hessian[0][1].Value.ToArray());
        Assert.Equal([6, 6], Derivatives.HessianDiagonal<Line, double>(Cost, line).Slope.Value.ToArray());
        Assert.Equal(12, Derivatives.Laplacian<Line, double>(Cost, line).Item());
        Line jacobian = Derivatives.Jacobian<Line, double>(at => at.Slope * at.Start, line);
        Assert.Equal([3, 0, 0, 3], jacobian.Slope.Value.ToArray());
        Assert.Equal([1, 2], jacobian.Start.Value.ToArray());
    }

    [Fact]
    public void A_wrong_choice_says_what_there_is()
    {
        Throws<ArgumentOutOfRangeException>("inputs 0 to 2, and no input 3", () => Derivatives.Grad(_f, wrt: 3));
        Throws<ArgumentOutOfRangeException>("no input -1", () => Derivatives.Hessian(_f, wrt: [-1]));
        Throws<ArgumentException>("names input 1 twice", () => Derivatives.Hvp(_f, wrt: [1, 1]));
        Throws<ArgumentException>("wrt is empty", () => Derivatives.Grad(_f, wrt: []));
        Throws<ArgumentException>("compiled already", () => Derivatives.Grad(_f.Compile(), wrt: 0));
        Throws<ArgumentException>("takes 4 inputs, not 3", () => Derivatives.Vjp(_f, wrt: 0).Invoke(_a, _b, _c));
        var any = TensorFunction.Of<double>(x => [x[0].Sum()]);
        Throws<ArgumentException>("inputs 0 to 0, and wrt names 1", () => Derivatives.Grad(any, wrt: 1).Invoke(_a));
        Throws<ArgumentException>("a tangent for each input", () => Derivatives.Hvp(any).Invoke(_a, _b, _c));

        static void Throws<TException>(string part, Func<object> act) where TException : ArgumentException =>
            Assert.Contains(part, Assert.Throws<TException>(act).Message, StringComparison.Ordinal);
    }

    private sealed record Line(Variable<double> Slope, Variable<double> Start) : IVariables<Line, double>
    {
        public Variable<double>[] Variables => [Slope, Start];

        public Line With(Variable<double>[] variables) => new(variables[0], variables[1]);
    }
}
