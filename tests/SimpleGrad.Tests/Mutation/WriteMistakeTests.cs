using System.Runtime.CompilerServices;

namespace SimpleGrad.Tests.Mutation;

/// <summary>What is refused, and what is said then.</summary>
public sealed class WriteMistakeTests
{
    [Fact]
    public void Scopes_without_recording_may_end_in_any_order()
    {
        Variable<double> a = _tape.Variable([1, 2]);
        IDisposable first = _tape.NoGrad(), second = _tape.NoGrad();
        first.Dispose();
        first.Dispose();
        _ = a + a;
        Assert.Equal(0, _tape.Count);
        second.Dispose();
        _ = a + a;
        Assert.Equal(1, _tape.Count);
    }

    private readonly Tape<double> _tape = new();

    [Fact]
    public void A_saved_value_that_was_written_over_is_named_with_versions_and_places()
    {
        Variable<double> a = _tape.Variable([1, 2], "a");
        _tape.RecordsPlaces = true;
        Variable<double> x = a * 3;
        x.AddInPlace(2);
        Variable<double> y = x * x;
        int saved = Line() - 1;
        x.AddInPlace(1).MultiplyInPlace(2);
        int written = Line() - 1;
        Assert.Equal(
            $"The gradient of 'v2 = mul(v1, v1)' needs the value that 'v1' had when it was recorded at "
            + $"WriteMistakeTests.cs:{saved}, at version 1; 'add_' has written over it since at "
            + $"WriteMistakeTests.cs:{written}, and it is at version 3. Clone the value before the write, or move the "
            + "write after the last use of the gradient.",
            Refusal(() => _tape.Grad(y.Sum(), a)));
    }

    [Fact]
    public void Places_are_those_of_what_is_recorded_while_they_are_asked_for()
    {
        Variable<double> a = _tape.Variable([1, 2], "a"), x = a * 3, before = x * x;
        _tape.RecordsPlaces = true;
        Variable<double> during = x * x;
        int saved = Line() - 1;
        _tape.RecordsPlaces = false;
        Variable<double> after = x * x;
        x.AddInPlace(1);
        foreach ((Variable<double> square, string place) in new[]
        {
            (before, ""), (during, $" at WriteMistakeTests.cs:{saved}"), (after, ""),
        })
            Assert.Contains(
                $"needs the value that 'v0' had when it was recorded{place}, at version 0;",
                Refusal(() => _tape.Grad(square.Sum(), a)));
    }

    /// <summary>Each entry knows how often its input had been written by then.</summary>
    [Fact]
    public void Only_what_was_recorded_before_the_last_write_is_stale()
    {
        Variable<double> a = _tape.Variable([1, 2], "a"), x = a * 3;
        var squares = new List<Variable<double>>();
        for (int i = 0; i < 9; i++)
        {
            squares.Add(x * x);
            if (i is 2 or 3 or 6)
                x.AddInPlace(1);
        }
        for (int i = 0; i < squares.Count; i++)
        {
            Variable<double> loss = squares[i].Sum();
            if (i > 6)
                Assert.Equal([36, 54], _tape.Grad(loss, a)!.Value.ToArray());
            else
                Assert.Contains(
                    $"at version {(i < 3 ? 0 : i < 4 ? 1 : 2)}; 'add_' has written over it",
                    Refusal(() => _tape.Grad(loss, a)));
        }
    }

    [Fact]
    public void A_number_is_checked_as_a_vector_is()
    {
        Variable<double> a = _tape.Variable(2.0, "a"), x = a * 3, y = x * x;
        x.AddInPlace(1);
        Assert.Equal(7, x.Item());
        Assert.Equal(36, y.Item());
        Assert.Contains("'v0' had when it was recorded, at version 0; 'add_'", Refusal(() => _tape.Grad(y, a)));
        Assert.Equal(42, _tape.Grad(x * x, a)!.Item());
    }

    [Theory, InlineData("gather"), InlineData("scatter_add"), InlineData("sort")]
    public void Indices_that_a_gradient_needs_are_not_written_over(string operation)
    {
        Variable<double> a = _tape.Variable([1, 2, 3], "a");
        Tensor<int> index = Tensor.Create<int>([2, 0, 1]);
        Variable<double> x;
        if (operation == "sort")
            (x, index) = a.Sort(0);
        else
            x = operation == "gather" ? a.Gather(0, index) : (a * 1).ScatterAdd(0, index, a);
        Variable<double> loss = (x * _tape.Constant([1, 10, 100])).Sum();
        double[] before = _tape.Grad(loss, a)!.Value.ToArray();
        Assert.Equal(
            operation switch { "gather" => [10, 100, 1], "sort" => [1, 10, 100], _ => [101, 11, 110] }, before);
        index.AsTensorSpan().Fill(0);
        int written = Line() - 1;
        string refusal = Refusal(() => _tape.Grad(loss, a));
        Assert.Contains(
            "needs the indices that it was recorded with; 'AsTensorSpan' has written over them since at "
            + $"WriteMistakeTests.cs:{written}.", refusal);
    }

    [Fact]
    public void Indices_in_a_compiled_function_are_read_only()
    {
        Tensor<int> index = Tensor.Create<int>([1, 0]);
        Aggregate<double> gather = Aggregate.Compile<double>(x => x.Gather(0, index));
        Assert.Equal([2, 1], gather.Invoke(_tape.Variable([1, 2])).Value.ToArray());
        Assert.Contains("constant of a compiled function", Assert.Throws<InvalidOperationException>(
            () => index.AsTensorSpan().Fill(0)).Message);
    }

    [Fact]
    public void A_saved_result_is_checked_as_an_input_is()
    {
        Variable<double> a = _tape.Variable([1, 2], "a"), x = a.Exp();
        x.MultiplyInPlace(2);
        Assert.Contains("'v0 = exp(a)' needs the value that 'v0' had", Refusal(() => _tape.Grad(x.Sum(), a)));
    }

    [Fact]
    public void The_operand_of_a_write_is_checked()
    {
        Variable<double> a = _tape.Variable([1, 2], "a"), x = a * 3, y = a * 2;
        x.MultiplyInPlace(y);
        y.Zero();
        Assert.Contains("'v2 = mul(v0, v1)' needs the value that 'v1' had", Refusal(() => _tape.Grad(x.Sum(), a)));
    }

    [Fact]
    public void A_value_that_a_view_has_written_over_is_checked_and_one_saved_by_a_view()
    {
        Variable<double> a = _tape.Variable([1, 2], "a"), x = a * 3, squares = x * x;
        x[1..].AddInPlace(1);
        Assert.Contains("needs the value that 'v0' had", Refusal(() => _tape.Grad(squares.Sum(), a)));
        Variable<double> view = x[..1], ofView = view * view;
        x.AddInPlace(1);
        Assert.Contains("'add_' has written over it", Refusal(() => _tape.Grad(ofView.Sum(), a)));
    }

    [Fact]
    public void What_shares_memory_in_another_way_is_checked_too()
    {
        Variable<double> a = _tape.Variable([1, 2], "a"), b = _tape.Constant([1, 2]);
        Variable<double> y = a * b;
        b.Value.AsTensorSpan()[0] = 5;
        Assert.Contains("needs the value that 'v0' had", Refusal(() => _tape.Grad(y.Sum(), a)));
    }

    [Fact]
    public void A_value_of_a_write_without_recording_is_checked()
    {
        foreach (Tensor<double> value in new[] { Tensor.Scalar(1.0), Tensor.Create<double>([1, 2]) })
        {
            Variable<double> w = _tape.Variable(value), y = w * w;
            using (_tape.NoGrad())
                w.SubtractInPlace(0.5);
            Assert.Equal(0.5, w.Value.ToArray()[0]);
            Assert.Contains(
                "'sub_' has written over it since at WriteMistakeTests.cs:", Refusal(() => _tape.Grad(y.Sum(), w)));
            Assert.Equal(1, _tape.Grad((w * w).Sum(), w)!.Value.ToArray()[0]);
        }
    }

    [Fact]
    public void A_leaf_is_not_written_nor_is_a_view_of_one()
    {
        Variable<double> a = _tape.Variable([1, 2], "a");
        const string Rest = "a variable to differentiate by, or an input of a function that is differentiated or "
            + "compiled: written over, it would not be what the gradient is for. Write to a copy, Clone(); or, to "
            + "change the value between two steps, within tape.NoGrad().";
        Assert.Equal($"add_: 'a' is {Rest}", Refusal(() => a.AddInPlace(1)));
        Variable<double> view = a[1..].Unsqueeze(0);
        Assert.Equal($"mul_: 'v1' is a view of {Rest}", Refusal(() => view.MultiplyInPlace(a)));
        Assert.Equal([1, 2], a.Value.ToArray());
        Assert.Contains("add_: ", Refusal(() => Aggregate.Compile<double>(x => x.AddInPlace(1)).Invoke(a)));
        Assert.Contains("add_: ", Refusal(() => Derivatives.Grad<double>(x => x.AddInPlace(1).Sum(), a.Value)));
        Assert.Contains("add_: ", Refusal(() => Derivatives.Hessian(x => x.AddInPlace(1).Sum(), a)));
    }

    [Fact]
    public void What_is_expanded_is_not_written()
    {
        Variable<double> a = _tape.Variable([1.0, 2], "a"), x = a * 2;
        const string Rest =
            "is expanded: in its memory one number stands for several elements. Write to a copy, Clone().";
        Assert.Equal($"add_: 'v1' {Rest}", Refusal(() => x.Expand(3, 2).AddInPlace(1)));
        Assert.EndsWith(Rest, Refusal(() => _tape.Constant(Tensor.Scalar(0.0).Expand([3])).AddInPlace(a.Sum())));
        Assert.EndsWith(
            Rest, Refusal(() => Aggregate.Compile<double>(v => (v * 2).Expand(3, 2).AddInPlace(1)).Invoke(a)));
        using (_tape.NoGrad())
            Assert.EndsWith(Rest, Refusal(() => x.Expand(3, 2).AddInPlace(1)));
        Assert.Equal([1, 1, 1], _tape.Constant(Tensor.Zeros<double>([3])).Clone().AddInPlace(1).Value.ToArray());
    }

    [Fact]
    public void What_is_detached_is_not_written()
    {
        Variable<double> a = _tape.Variable([1.0, 2], "a"), x = a * 2, detached = x.Detach();
        Assert.Equal(
            "add_: 'v1' shares the memory of what it was detached from, whose gradient would not notice the write. "
            + "Write to a copy, Detach().Clone(); or, to change the value itself, within tape.NoGrad().",
            Refusal(() => detached.AddInPlace(1)));
        Assert.Equal([3, 5], detached.Clone().AddInPlace(1).Value.ToArray());
        Assert.Equal([2, 4], x.Value.ToArray());
        x.AddInPlace(1);
        Variable<double> after = detached * a;
        Assert.Equal([3, 5], _tape.Grad(after.Sum(), a)!.Value.ToArray());
    }

    [Fact]
    public void A_reshape_that_copied_is_not_written_and_does_not_follow()
    {
        Variable<double> a = _tape.Variable(Tensor.Create<double>([1, 2, 3, 4], [2, 2]), "a"), x = a * 1.5;
        Variable<double> copied = x.Transpose().Reshape(-1);
        Assert.Equal(
            "assign_: 'v2' is a reshape that had to copy, so that writing to it does not reach what it was made from. "
            + "Write to a copy, Clone(), which says so.",
            Refusal(() => copied.Zero()));
        x.Zero();
        Assert.Equal([1.5, 4.5, 3, 6], copied.Value.ToArray());
        Assert.Equal([1.5, 1.5, 1.5, 1.5], _tape.Grad(copied.Sum(), a)!.Value.ToArray());
        Variable<double> transposed = (a.Transpose() * 2).AddInPlace(1), odd = transposed.Reshape(-1);
        transposed.AddInPlace(1);
        Assert.Contains("whether the reshape", Refusal(() => odd + 1));
    }

    [Fact]
    public void A_result_keeps_its_shape()
    {
        Variable<double> a = _tape.Variable(Tensor.Create<double>([1, 2, 3, 4], [2, 2]), "a"), x = a.Sum(0);
        Assert.Equal(
            "add_: a result of shape (2, 2) does not fit into 'v0' of shape (2,); what is written in place keeps its "
            + "shape.",
            Assert.Throws<ArgumentException>(() => x.AddInPlace(a)).Message);
        Assert.Contains(
            "assign: shape (2, 2) does not broadcast to (2,)",
            Assert.Throws<ArgumentException>(() => x.Assign(a)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => x.AddInPlace(null));
        Assert.Throws<ArgumentNullException>(() => x.ApplyInPlace(null!));
        Assert.Throws<ArgumentException>(() => x.ClampInPlace());
    }

    [Fact]
    public void An_aggregate_does_not_read_what_was_written_over_since()
    {
        Variable<double> a = _tape.Variable([1, 2], "a"), x = a * 2;
        Variable<double> result = _tape.Temporary(x.Value * x.Value);
        _tape.RecordAggregate("square", [x], [result], gradients => [gradients[0]! * x * 2]);
        Variable<double> loss = result.Sum();
        Assert.Equal([8, 16], _tape.Grad(loss, a)!.Value.ToArray());
        x.AddInPlace(1);
        Assert.Contains(
            "The propagate rule of aggregate 'square' uses the value of a variable over which 'add_' has written at "
            + "WriteMistakeTests.cs:", Refusal(() => _tape.Grad(loss, a)));
        Assert.Contains("aggregate 'square'", Refusal(() => _tape.Grad(loss, [a], createGraph: false)));
        Variable<double> own = _tape.Temporary(a.Value), next = own.Tape.Constant([1.0, 1]);
        _tape.RecordAggregate("own", [a], [own], gradients =>
        {
            next.AddInPlace(1);
            return [gradients[0]];
        });
        Assert.Contains("a propagate rule writes over 'v", Refusal(() => _tape.Grad(own.Sum(), a)));
    }

    [Fact]
    public void A_rule_writes_only_what_it_made()
    {
        Variable<double> a = _tape.Variable([1, 2], "a");
        Variable<double> own = new Writing(gradient => gradient.Clone().MultiplyInPlace(3)).Apply(a);
        Assert.Equal([3, 3], _tape.Grad(own.Sum(), a)!.Value.ToArray());
        Assert.Equal([3, 3], _tape.Grad(own.Sum(), a, createGraph: false)!.Value.ToArray());
        Variable<double> foreign = new Writing(gradient => gradient.MultiplyInPlace(3)).Apply(a);
        Assert.Contains("a propagate rule writes over 'v", Refusal(() => _tape.Grad((foreign * foreign).Sum(), a)));
        Assert.Contains(
            "a propagate rule writes over a gradient",
            Refusal(() => _tape.Grad((foreign * foreign).Sum(), a, createGraph: false)));
        Variable<double> part = new Writing(gradient =>
        {
            gradient[..1].MultiplyInPlace(3);
            return gradient;
        }).Apply(a);
        Assert.Contains("a propagate rule writes over 'v", Refusal(() => _tape.Grad((part * part).Sum(), a)));
        Assert.Contains(
            "a propagate rule writes over a gradient",
            Refusal(() => _tape.Grad((part * part).Sum(), a, createGraph: false)));
    }

    private sealed class Writing(Func<Variable<double>, Variable<double>> rule) : UnaryOperator<double>
    {
        public override string Name => "writing";

        protected override Tensor<double> Forward(Tensor<double> x, Shape shape) => x + 1;

        protected override Variable<double>? Propagate(Variable<double> gradient, in Propagation<double> at) =>
            rule(gradient);
    }

    [Fact]
    public void What_lies_in_the_memory_of_an_input_is_not_written()
    {
        Variable<double> a = _tape.Variable([1, 2], "a");
        Aggregate<double> same = Aggregate.Compile<double>(x => x.Reshape(2, 1), "same");
        Variable<double> result = same.Invoke(a);
        if (result.Data.SharesMemory(a.Data))
            Assert.Contains("lies in the memory of an input of 'same'", Refusal(() => result.AddInPlace(1)));
        Variable<double> y = a * 3, aliased = y.Alias();
        y.AddInPlace(1);
        Assert.Contains("uses a variable that lies in the memory of another one", Refusal(() => aliased + 1));
    }

    [Fact]
    public void A_traced_function_has_no_part_that_is_not_recorded()
    {
        Variable<double> a = _tape.Variable([1, 2], "a");
        Assert.Contains("NoGrad() cannot leave a part out", Refusal(() => Aggregate.Compile<double>(x =>
        {
            using (x.Tape.NoGrad())
                return x * 2;
        }).Invoke(a)));
        Assert.Contains("NoGrad() cannot leave a part out", Refusal(() => Transform.Vmap(x =>
        {
            using (x.Tape.NoGrad())
                return x * 2;
        }, a)));
    }

    [Fact]
    public void What_depends_on_an_example_is_not_written_to_what_does_not()
    {
        Variable<double> a = _tape.Variable(Tensor.Create<double>([1, 2, 3, 4], [2, 2]), "a");
        Assert.Contains(
            "is the same for all examples of a batch",
            Refusal(() => Transform.Vmap(x => _tape.Constant([1.0, 2]).AddInPlace(x), a)));
    }

    private static int Line([CallerLineNumber] int line = 0) => line;

    private static string Refusal(Func<object?> act) => Assert.Throws<InvalidOperationException>(act).Message;
}
