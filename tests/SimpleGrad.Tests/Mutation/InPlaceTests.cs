namespace SimpleGrad.Tests.Mutation;

public sealed class InPlaceTests
{
    private readonly Tape<double> _tape = new();

    [Fact]
    public void Uses_before_a_write_send_their_gradient_to_the_old_value_and_uses_after_it_to_the_new()
    {
        Variable<double> a = _tape.Variable([1, 2], "a"), b = _tape.Variable([3, 4], "b");
        Variable<double> x = a.Sin(), before = x + 1;
        x.AddInPlace(b);
        Variable<double> loss = (before * 10 + x).Sum();
        (Variable<double>? da, Variable<double>? db) = _tape.Grad(loss, a, b);
        Assert.Equal([11 * Math.Cos(1), 11 * Math.Cos(2)], da!.Value.ToArray());
        Assert.Equal([1, 1], db!.Value.ToArray());
    }

    [Fact]
    public void A_write_through_a_view_reaches_its_base_and_its_siblings()
    {
        Variable<double> a = _tape.Variable([1, 2, 3], "a"), b = _tape.Variable([5.0], "b");
        Variable<double> x = a * 2, view = x[1..], sibling = x[..2];
        view.MultiplyInPlace(b);
        Assert.Equal([2, 20, 30], x.Value.ToArray());
        Assert.Equal([2, 20], sibling.Value.ToArray());
        Variable<double> loss = (sibling * sibling).Sum() + x.Sum() + view.Sum();
        (Variable<double>? da, Variable<double>? db) = _tape.Grad(loss, a, b);
        // x = (2a, 2ab, 2ab): loss = 4a² + 4a²b² + 2a0 + 4 b (a1 + a2)
        Assert.Equal([8 + 2, 8 * 2 * 25 + 20, 20], da!.Value.ToArray());
        Assert.Equal([8 * 4 * 5 + 4 * 5], db!.Value.ToArray());
    }

    [Fact]
    public void A_trace_shows_writes_and_what_they_make_of_views_and_their_base()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var tape = new Tape<double>(Trace.Notebook(output));
        Variable<double> a = tape.Variable([1, 2, 3], "a"), b = tape.Variable(5.0, "b");
        Variable<double> x = a * 2, tail = x[1..], last = tail[^1];
        x.AddInPlace(b);
        tail.MultiplyInPlace(b);
        last.Zero();
        x[..1].Assign(b);
        _ = last + x;
        Assert.Equal("v5", tail.Name); // reading a name records nothing
        Assert.Equal(
            """
            a = tensor([1., 2., 3.], dtype=torch.float64)
            b = 5.0
            v0 = a * 2.0
            v1 = v0.slice(0, 1:3)
            v2 = v1.slice(0, 1:2)
            v3 = v2.reshape()
            v4 = v0.add_(b)
            v5 = v4.slice(0, 1:3)
            v6 = v5.mul_(b)
            v7 = v4.assign_(.slice(0, 1:3), v6)
            v8 = v7.slice(0, 1:3)
            v9 = v8.slice(0, 1:2)
            v10 = v9.reshape()
            v11 = v7.assign_(.slice(0, 1:3).slice(0, 1:2).reshape(), 0.0)
            v12 = v11.slice(0, 0:1)
            v13 = v11.assign_(.slice(0, 0:1), b)
            v14 = v13.slice(0, 1:3)
            v15 = v14.slice(0, 1:2)
            v16 = v15.reshape()
            v17 = v16 + v13

            """.ReplaceLineEndings("\n"),
            output.ToString());
    }

    [Fact]
    public void Without_recording_a_write_reaches_views_and_no_gradient_knows_of_it()
    {
        Variable<double> a = _tape.Variable([1, 2], "a"), x = a * 3, view = x[..1];
        using (_tape.NoGrad())
        {
            x.AddInPlace(1);
            x[1..].Fill(0);
            using (_tape.NoGrad())
                _ = x * 2;
            Assert.Equal(2, _tape.Count);
        }
        Assert.Equal([4, 0], x.Value.ToArray());
        Assert.Equal([4], view.Value.ToArray());
        Assert.Equal([9, 3], _tape.Grad((x + view).Sum(), a)!.Value.ToArray());
        Assert.Equal(8, (view * 2).Item());
    }

    [Fact]
    public void A_constant_is_written_over_and_is_one_again_after_a_reset()
    {
        Variable<double> a = _tape.Variable([3, 4], "a"), buffer = _tape.Constant([1, 2], "buffer");
        Tensor<double> memory = buffer.Value;
        buffer.AddInPlace(a);
        Assert.Equal([4, 6], memory.ToArray());
        Assert.Equal([1, 1], _tape.Grad(buffer.Sum(), a)!.Value.ToArray());
        _tape.Reset();
        Assert.Null(_tape.Grad((buffer * 2).Sum() + a.Sum() * 0, buffer[..1]));
        Assert.Equal("buffer", buffer.Name);
        buffer.Zero();
        Assert.Equal([0, 0], memory.ToArray());
    }

    [Fact]
    public void Writes_from_before_a_reset_are_forgotten()
    {
        Variable<double> a = _tape.Variable([1, 2], "a");
        _ = a * 2;
        (a * 3).AddInPlace(1);
        _tape.Reset();
        Variable<double> again = a * 2, inItsPlace = a * 3;
        _ = a * 5;
        again.AddInPlace(1);
        Assert.Equal([18, 36], _tape.Grad((inItsPlace * inItsPlace).Sum(), a)!.Value.ToArray());
    }

    [Fact]
    public void A_gradient_by_a_view_is_by_what_it_is_now()
    {
        Variable<double> a = _tape.Variable([1, 2], "a"), x = a * 3, view = x[1..];
        Variable<double> before = x.Sum();
        x.MultiplyInPlace(2);
        Assert.Null(_tape.Grad(before, x));
        Variable<double> after = (view * a[1..]).Sum();
        Assert.Equal([2], _tape.Grad(after, view)!.Value.ToArray());
        Assert.Equal([0, 24], _tape.Grad(after, a)!.Value.ToArray());
    }

    [Fact]
    public void Functions_that_write_have_derivatives_of_all_kinds()
    {
        static Variable<double> Function(Variable<double> v)
        {
            Variable<double> x = v.Sin(), y = x[1..];
            y.MultiplyInPlace(v[..^1]);
            x[0].Assign(v[^1]);
            return (x * x[1..].Sum()).Sum();
        }

        static Variable<double> Pure(Variable<double> v)
        {
            Variable<double> x = Variable.Concatenate([v[^1..], v[1..].Sin() * v[..^1]]);
            return (x * x[1..].Sum()).Sum();
        }

        Tensor<double> at = Tensor.Create<double>([0.3, 0.8, -0.4, 1.2]);
        Assert.True(GradientCheck.Run(Function, at, order: 3).IsRight);
        Near(Derivatives.Hessian<double>(Pure, at), Derivatives.Hessian<double>(Function, at));
        Near(
            Derivatives.Hessian<double>(Pure).Compile().Invoke(at),
            Derivatives.Hessian<double>(Function).Compile().Invoke(at));
        Near(
            Derivatives.SparseHessian<double>(Pure, at).ToDense(),
            Derivatives.SparseHessian<double>(Function, at).ToDense());
        Tensor<double> batch = Tensor.Create<double>([0.3, 0.8, -0.4, 1.2, 0.5, 0.1, 0.2, -0.7], [2, 4]);
        Near(
            Transform.Vmap<double>(x => Derivatives.Grad<double>(Pure, x), batch),
            Transform.Vmap<double>(x => Derivatives.Grad<double>(Function, x), batch));
        Near(
            Derivatives.Jvp<double>(Pure, at, at).Product, Derivatives.Jvp<double>(Function, at, at).Product);

        static void Near(Tensor<double> expected, Tensor<double> actual)
        {
            Assert.Equal(expected.Shape, actual.Shape);
            foreach ((double e, double a) in expected.ToArray().Zip(actual.ToArray()))
                Assert.Equal(e, a, 1e-12);
        }
    }

    /// <summary>What was written depends on what was written there, and on nothing that it covers.</summary>
    [Fact]
    public void Writes_have_no_more_in_their_structure_than_in_their_jacobian()
    {
        Action<Variable<double>, Variable<double>>[] writes =
        [
            (y, x) => y.Assign(x * 2), (y, x) => y.Assign(x[1] * 2), (y, x) => y[1].Assign(x[0] * 2),
            (y, x) => y.Slice(1, 1).Assign(x.Slice(1, 0, 2).Cos()), (y, x) => y.Transpose()[1].Assign(x.Select(1, 0)),
            (y, x) => y.Slice(1, 1)[0].Fill(3), (y, x) => y[0][2].Assign(x[1][0]),
            (y, x) => y.Select(1, 0).Assign(x[0][0]),
            (y, x) => y[0].AddInPlace(x[1]), (y, x) => y.Reshape(3, 2)[1].MultiplyInPlace(x[0][1]),
        ];
        Tensor<double> at = Tensor.Create<double>([0.3, 0.8, -0.4, 1.2, 0.7, -0.9], [2, 3]);
        foreach (var write in writes)
        {
            Variable<double> Function(Variable<double> x)
            {
                Variable<double> y = x.Sin();
                write(y, x);
                return y.Square();
            }
            double[] dense = Derivatives.Jacobian<double>(Function, at).ToArray();
            SparseMatrix<double> sparse = Derivatives.SparseJacobian<double>(Function, at);
            foreach ((double expected, double actual) in dense.Zip(sparse.ToDense().ToArray()))
                Assert.Equal(expected, actual, 1e-14);
            Assert.Equal(dense.Count(element => element != 0), sparse.Count);
        }
    }

    [Fact]
    public void Memory_goes_back_to_the_pool_once()
    {
        Variable<double> a = _tape.Variable([.. Enumerable.Range(0, 100).Select(i => i / 100.0)], "a");
        for (int step = 0; step < 50; step++)
        {
            Variable<double> x = a * 2, y = a * 3;
            x.MultiplyInPlace(y.Clone());
            x[10..20].AddInPlace(y[..10]);
            y.Assign(x);
            Variable<double> gradient = _tape.Grad(y.Sum(), a, createGraph: step % 2 == 0)!;
            for (int i = 0; i < 100; i += 33)
                Assert.Equal(12 * a.Value.GetValue(i) + (i < 10 ? 3 : 0), gradient.Value.GetValue(i), 1e-12);
            Assert.Equal(6 * 0.15 * 0.15 + 3 * 0.05, y.Value.GetValue(15), 1e-12);
            _tape.Reset();
        }
    }
}
