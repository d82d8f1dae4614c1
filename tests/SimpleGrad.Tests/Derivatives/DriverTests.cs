namespace SimpleGrad.Tests.Derivative;

/// <summary>Derivatives with known formulas, eager and compiled.</summary>
public sealed class DriverTests
{
    private static readonly Tensor<double> _x = Check.Vector(-0.7, 1.1, 0.4);

    [Fact]
    public void Gradient_and_value_of_rosenbrock()
    {
        var f = Derivatives.ValueAndGrad<double>(Rosenbrock);
        foreach (var each in new[] { f, f.Compile() })
        {
            (Tensor<double> value, Tensor<double> gradient) = each.Invoke(Check.Vector(-1.2, 1));
            Assert.Equal(24.2, value.Item(), 1e-12);
            Check.Close(Check.Vector(-215.6, -88), gradient);
        }
        Check.Close(Check.Vector(0, 0), Derivatives.Grad<double>(Rosenbrock, Check.Vector(1, 1)));
    }

    [Fact]
    public void Hessian_of_rosenbrock()
    {
        var expected = Check.Matrix(new double[,] { { 1330, 480 }, { 480, 200 } });
        Tensor<double> x = Check.Vector(-1.2, 1);
        Check.Close(expected, Derivatives.Hessian<double>(Rosenbrock, x));
        Check.Close(expected, Derivatives.Hessian<double>(Rosenbrock).Compile().Invoke(x));
        Check.Close(Check.Vector(1330, 200), Derivatives.HessianDiagonal<double>(Rosenbrock, x));
        Check.Close(Check.Vector(1330, 200), Derivatives.HessianDiagonal<double>(Rosenbrock).Compile().Invoke(x));
        Assert.Equal(1530, Derivatives.Laplacian<double>(Rosenbrock, x).Item(), 1e-9);
        Assert.Equal(1530, Derivatives.Laplacian<double>(Rosenbrock).Compile().Invoke(x).Item(), 1e-9);
    }

    [Fact]
    public void Products_with_the_hessian()
    {
        Tensor<double> v = Check.Vector(0.3, -2, 1.7);
        Tensor<double> hessian = Derivatives.Hessian<double>(Rosenbrock, _x);
        Tensor<double> expected = hessian.MatMul(v.Reshape(3, 1)).Reshape(3);
        Check.Close(expected, Derivatives.Hvp<double>(Rosenbrock, _x, v));
        Check.Close(expected, Derivatives.Hvp<double>(Rosenbrock).Compile().Invoke(_x, v));
    }

    /// <summary>Polar coordinates: tall, wide and square, as rows or columns.</summary>
    [Fact]
    public void Jacobians_of_known_functions()
    {
        double c = Math.Cos(0.5), s = Math.Sin(0.5);
        Tensor<double> polar = Check.Vector(2, 0.5);
        var expected = Check.Matrix(new[,] { { c, -2 * s }, { s, 2 * c }, { 0.5, 2 } });
        static Variable<double> Cartesian(Variable<double> x) =>
            Variable.Stack([x[0] * x[1].Cos(), x[0] * x[1].Sin(), x[0] * x[1]]);
        Check.Close(expected, Derivatives.Jacobian<double>(Cartesian, polar));
        Check.Close(expected, Derivatives.Jacobian<double>(Cartesian).Compile().Invoke(polar));
        static Variable<double> Length(Variable<double> x) => x.Square().Sum(0, keepDims: true).Sqrt();
        var unit = Check.Matrix(new[,] { { 3 / 5.0, 4 / 5.0 } });
        Check.Close(unit, Derivatives.Jacobian<double>(Length, Check.Vector(3, 4)));
        Check.Close(unit, Derivatives.Jacobian<double>(Length).Compile().Invoke(Check.Vector(3, 4)));
    }

    [Fact]
    public void Jacobian_has_the_axes_of_the_result_and_then_those_of_the_input()
    {
        Tensor<double> x = Check.Random(1, 2, 3), y = Check.Random(2, 3, 4);
        var tape = new Tape<double>();
        Variable<double>[][] jacobian = Derivatives.Jacobian<double>(
            v => [v[0].MatMul(v[1]), v[1].Sum()], [tape.Variable(x), tape.Variable(y)]);
        Assert.Equal([2, 4, 2, 3], jacobian[0][0].Shape);
        Assert.Equal([2, 4, 3, 4], jacobian[0][1].Shape);
        Assert.Equal(y.GetValue(2, 3), jacobian[0][0].Value.GetValue(1, 3, 1, 2), 1e-15);
        Assert.Equal(0, jacobian[0][0].Value.GetValue(0, 3, 1, 2));
        Check.Close(Tensor.Zeros<double>([2, 3]), jacobian[1][0].Value);
        Check.Close(Tensor.Ones<double>([3, 4]), jacobian[1][1].Value);
    }

    [Fact]
    public void Hessian_by_pairs_of_inputs()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(Check.Vector(1, 2)), y = tape.Variable(3.0);
        Variable<double>[][] hessian = Derivatives.Hessian<double>(
            v => (v[0].Square() * v[1] + v[1].Pow(3)).Sum(), [x, y]);
        Check.Close(Check.Matrix(new double[,] { { 6, 0 }, { 0, 6 } }), hessian[0][0].Value);
        Check.Close(Check.Vector(2, 4), hessian[0][1].Value);
        Check.Close(Check.Vector(2, 4), hessian[1][0].Value);
        Assert.Equal(36, hessian[1][1].Item());
    }

    [Fact]
    public void Products_with_the_jacobian_of_several_results()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(Check.Vector(1, 2)), y = tape.Variable(3.0);
        static Variable<double>[] Function(Variable<double>[] v) => [v[0] * v[1], v[0].Sum(), v[1].Square()];
        (Variable<double>[] values, Variable<double>[] pulled) = Derivatives.Vjp<double>(
            Function, [x, y], [tape.Constant(Check.Vector(1, 10)), tape.Constant(100.0), tape.Constant(1000.0)]);
        Check.Close(Check.Vector(3, 6), values[0].Value);
        Check.Close(Check.Vector(103, 130), pulled[0].Value);
        Assert.Equal(1 + 20 + 6000, pulled[1].Item());
        (_, Variable<double>[] pushed) = Derivatives.Jvp<double>(
            Function, [x, y], [tape.Constant(Check.Vector(1, 10)), tape.Constant(100.0)]);
        Check.Close(Check.Vector(103, 230), pushed[0].Value);
        Assert.Equal(11, pushed[1].Item());
        Assert.Equal(600, pushed[2].Item());
    }

    [Fact]
    public void Several_inputs_have_a_gradient_each()
    {
        Tensor<double> a = Check.Vector(1, 2), b = Check.Vector(3, 5), c = Check.Vector(7, 11);
        (Tensor<double> da, Tensor<double> db) = Derivatives.Grad<double>((x, y) => (x * y).Sum()).Invoke(a, b);
        Check.Close(b, da);
        Check.Close(a, db);
        var three = Derivatives.ValueAndGrad<double>((x, y, z) => (x * y * z).Sum());
        foreach (var each in new[] { three, three.Compile() })
        {
            var (value, _, _, dc) = each.Invoke(a, b, c);
            Assert.Equal(21 + 110, value.Item());
            Check.Close(Check.Vector(3, 10), dc);
        }
        var (value4, _, _, _, dd) = Derivatives.ValueAndGrad<double>((x, y, z, w) => (x * y * z * w).Sum())
            .Compile().Invoke(a, b, c, a);
        Assert.Equal(21 + 220, value4.Item());
        Check.Close(Check.Vector(21, 110), dd);
        Check.Close(dd, Derivatives.Grad<double>((x, y, z, w) => (x * y * z * w).Sum()).Invoke(a, b, c, a).Item4);
        Check.Close(c, TensorFunction.Of<double>((x, y, z, w) => x + y + z + w - x - y - w).Invoke(a, b, c, a), 1e-14);
        var any = Derivatives.ValueAndGrad<double>((Variable<double>[] v) => v.Aggregate((x, y) => x * y).Sum());
        foreach (var each in new[] { any, any.Compile() })
            Check.Close(Check.Vector(21, 55), each.Invoke(a, b, c).Gradients[0]);
    }

    [Fact]
    public void Known_zeros_come_as_zeros()
    {
        Check.Close(Tensor.Zeros<double>([3]), Derivatives.Grad<double>(x => x.Tape.Constant(2.0), _x));
        Check.Close(Tensor.Zeros<double>([3, 3]), Derivatives.Hessian<double>(x => x.Sum(), _x));
        Check.Close(Tensor.Zeros<double>([3, 3]), Derivatives.Hessian<double>(x => x.Sum()).Compile().Invoke(_x));
        Check.Close(Tensor.Zeros<double>([3]), Derivatives.Jvp<double>(x => x.Detach(), _x, _x).Product);
        Check.Close(Tensor.Zeros<double>([0, 3]), Derivatives.Jacobian<double>(x => x[3..], _x));
        Check.Close(Tensor.Zeros<double>([2, 0]), Derivatives.Jacobian<double>(
            x => x.Tape.Constant(Check.Vector(1, 2)) * x.Sum(), Tensor.Zeros<double>([0])));
    }

    /// <summary>A chain of n sines has n sines, and for each a cosine and a product.</summary>
    [Fact]
    public void A_compiled_tangent_is_a_forward_pass()
    {
        const int Length = 20;
        Graph<double> graph = CompilePipeline.Default.GraphOf<double>([[3], [3]], (_, v) =>
        {
            var (value, product) = Derivatives.Jvp<double>(
                x =>
                {
                    for (int i = 0; i < Length; i++)
                        x = x.Sin();
                    return x;
                },
                v[0], v[1]);
            return [value, product];
        });
        Assert.Equal(
            3 * Length,
            CompilePipeline.Default.ScheduleOf(graph).Schedule.Steps.ToArray().Sum(
                step => Assert.IsType<ScheduledKernel<double>>(step).Kernel.Operations.Length));
    }

    /// <summary>The fourth derivative of x⁵ is 120 x, however it is nested.</summary>
    [Fact]
    public void Derivatives_nest_in_each_other_to_any_order()
    {
        static Variable<double> First(Variable<double> x) => Derivatives.Grad<double>(y => y.Pow(5), x);
        static Variable<double> Second(Variable<double> x) => Derivatives.Jacobian<double>(First, x);
        static Variable<double> Third(Variable<double> x) => Derivatives.Jvp<double>(Second, x, 0 * x + 1).Product;
        static Variable<double> Fourth(Variable<double> x) => Derivatives.Vjp<double>(Third, x, 0 * x + 1).Product;
        Tensor<double> at = Tensor.Scalar(1.5);
        Assert.Equal(20 * Math.Pow(1.5, 3), TensorFunction.Of<double>(Second).Invoke(at).Item(), 1e-10);
        Assert.Equal(120 * 1.5, TensorFunction.Of<double>(Fourth).Invoke(at).Item(), 1e-10);
        Assert.Equal(120 * 1.5, TensorFunction.Of<double>(Fourth).Compile().Invoke(at).Item(), 1e-10);
        Assert.Equal(120, Derivatives.Grad<double>(Fourth).Compile().Invoke(at).Item(), 1e-10);
        Assert.Equal(120, Derivatives.Jacobian<double>(Fourth, at).Item(), 1e-10);
        Assert.Equal(60 * 1.5 * 1.5, Derivatives.Laplacian<double>(First, at).Item(), 1e-10);
    }

    /// <summary>d/dx (x · d/dy (x y)) at y = x is d/dx x² = 2 x: the inner y is not the outer x.</summary>
    [Fact]
    public void Inner_variables_are_told_from_outer_ones()
    {
        static Variable<double> Function(Variable<double> x) => x * Derivatives.Grad<double>(y => x * y, x);
        Assert.Equal(6, Derivatives.Grad<double>(Function, Tensor.Scalar(3.0)).Item());
        Assert.Equal(6, Derivatives.Jvp<double>(Function, Tensor.Scalar(3.0), Tensor.Scalar(1.0)).Product.Item());
        Assert.Equal(6, Derivatives.Grad<double>(Function).Compile().Invoke(Tensor.Scalar(3.0)).Item());
    }

    [Fact]
    public void Jacobian_of_an_aggregate_by_hand()
    {
        static Variable<double> Cube(Variable<double> x)
        {
            Tape<double> tape = x.Tape;
            Variable<double> result = tape.Temporary(x.Value * x.Value * x.Value);
            tape.RecordAggregate("cube", [x], [result], g => [g[0] is null ? null : 3 * g[0] * x * x]);
            return result;
        }
        var expected = Check.Matrix(new double[,] { { 3, 0 }, { 0, 12 } });
        Check.Close(expected, Derivatives.Jacobian<double>(Cube, Check.Vector(1, 2)));
        Check.Close(
            Check.Matrix(new double[,] { { 6, 0 }, { 0, 12 } }),
            Derivatives.Hessian<double>(x => Cube(x).Sum(), Check.Vector(1, 2)));
    }

    [Fact]
    public void Derivatives_of_compiled_aggregates()
    {
        Aggregate<double> cube = Aggregate.Compile<double>(x => x * x * x, name: "cube");
        var expected = Check.Matrix(new double[,] { { 3, 0 }, { 0, 12 } });
        Check.Close(expected, Derivatives.Jacobian<double>(x => cube.Invoke(x), Check.Vector(1, 2)));
        Check.Close(expected, Derivatives.Jacobian<double>(x => cube.Invoke(x)).Compile().Invoke(Check.Vector(1, 2)));
        Check.Close(2 * expected, Derivatives.Hessian<double>(x => (cube.Invoke(x) * x).Sum() / 2, Check.Vector(1, 2)));
    }

    [Fact]
    public void One_function_serves_many_threads_and_shapes()
    {
        var f = Derivatives.Grad<double>(x => (x * x * x).Sum());
        var compiled = f.Compile();
        Parallel.For(0, 64, i =>
        {
            Tensor<double> x = Tensor.Full([1 + i % 5], (double)i);
            Check.Close(Tensor.Full(x.Shape, 3.0 * i * i), f.Invoke(x));
            Check.Close(Tensor.Full(x.Shape, 3.0 * i * i), compiled.Invoke(x));
        });
    }

    [Fact]
    public void Results_outlive_the_tape_that_computed_them()
    {
        var f = Derivatives.Grad<double>(x => (x * x).Sum());
        Tensor<double>[] all = [.. Enumerable.Range(0, 100).Select(i => f.Invoke(Tensor.Full([1000], (double)i)))];
        for (int i = 0; i < all.Length; i++)
            Check.Close(Tensor.Full([1000], 2.0 * i), all[i]);
    }

    [Fact]
    public void Mistakes_are_errors_that_say_what_to_do()
    {
        Error<ArgumentException>("Grad: the function must return a single number; it returns shape (3,). Reduce it",
            () => Derivatives.Grad<double>(x => x * x, _x));
        Error<ArgumentException>("Hessian: the function must return a single number; it returns shape (3,).",
            () => Derivatives.Hessian<double>(x => x * x, _x));
        Error<ArgumentException>("'Grad' takes 1 input, not 2.",
            () => Derivatives.Grad<double>(x => x.Sum()).Invoke(_x, _x));
        Error<ArgumentException>(
            "Vjp: the cotangent of result 0 has shape (2,); it must have that of the result, (3,).",
            () => Derivatives.Vjp<double>(x => x, _x, Check.Vector(1, 2)));
        Error<ArgumentException>("Jvp: the tangent of input 0 has shape (2,); it must have that of the input, (3,).",
            () => Derivatives.Jvp<double>(x => x, _x, Check.Vector(1, 2)));
        Error<InvalidOperationException>("a variable of another tape", () => Derivatives.Grad<double>(
            x => new Tape<double>().Variable(1.0), _x));
        Error<InvalidOperationException>("The value of a variable is read at DriverTests.cs:",
            () => Derivatives.Grad<double>(x => x.Value.ToArray()[0] > 0 ? x.Sum() : -x.Sum()).Compile().Invoke(_x));
        Error<ArgumentNullException>(
            "function", () => Derivatives.Grad((Func<Variable<double>, Variable<double>>)null!));
    }

    /// <summary>After an error inside, the next call has a tape in order.</summary>
    [Fact]
    public void An_error_inside_leaves_nothing_behind()
    {
        var f = Derivatives.Grad<double>(x => x.Length == 2 ? throw new NotSupportedException() : (x * x).Sum());
        Assert.Throws<NotSupportedException>(() => f.Invoke(Check.Vector(1, 2)));
        Check.Close(Check.Vector(2, 4, 6), f.Invoke(Check.Vector(1, 2, 3)));
    }

    internal static Variable<double> Rosenbrock(Variable<double> x) =>
        (100 * (x[1..] - x[..^1].Square()).Square() + (1 - x[..^1]).Square()).Sum();

    private static void Error<TException>(string part, Action action) where TException : Exception =>
        Assert.Contains(part, Assert.Throws<TException>(action).Message, StringComparison.Ordinal);
}
