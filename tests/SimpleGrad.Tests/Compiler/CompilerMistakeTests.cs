namespace SimpleGrad.Tests.Compiler;

/// <summary>What is said to those who compile or call a function in a way that cannot be.</summary>
public sealed class CompilerMistakeTests
{
    private static readonly Aggregate<double> _simple = Aggregate.Compile<double>((a, b) => (a + b) * b, "simple");
    private readonly Tape<double> _tape = new();

    [Fact]
    public void Reading_a_value_names_the_place()
    {
        Says(@"read at CompilerMistakeTests\.cs:\d+ while", x => x.Value.ToArray()[0] > 0 ? x : -x);
        Says(@"read at CompilerMistakeTests\.cs:\d+ while", x => x.Sum().Item() > 0 ? x : -x);
        Says(@"read at CompilerMistakeTests\.cs:\d+ while", x => x.Value.ToArray().Length > 0 ? x : -x);
        Says(@"read at CompilerMistakeTests\.cs:\d+ while", x => $"{x}".Length > 0 ? x : -x);
        Says(@"read at CompilerMistakeTests\.cs:\d+ while", x => x + x.Tape.Constant(x.Value + x.Value));
        Says(@"read at CompilerMistakeTests\.cs:\d+ while", x => x * x.Tape.Constant(x.Value));
        Says("makes a variable 'y' of a value that is traced", x => x * x.Tape.Variable(x.Value + x.Value, "y"));
        Says("Variable.Where", x => x.Value.ToArray()[0] > 0 ? x : -x);
    }

    [Fact]
    public void After_a_mistake_the_aggregate_can_be_called_again()
    {
        bool isWrong = true;
        Aggregate<double> compiled = Aggregate.Compile<double>(
            x => isWrong ? throw new NotSupportedException("not yet") : x * 2);
        Variable<double> x = _tape.Variable([1.0, 2]);
        Assert.Throws<NotSupportedException>(() => compiled.Invoke(x));
        isWrong = false;
        Assert.Equal([2.0, 4], compiled.Invoke(x).Value.ToArray());
    }

    [Fact]
    public void Variables_of_another_tape_are_refused()
    {
        Variable<double> captured = new Tape<double>().Variable([1.0, 2], "captured");
        Says("mixes variables of two tapes: 'captured' was recorded on another tape", x => x + captured);
        Says("returns 'captured', a variable of another tape", _ => captured);
        Variable<double> own = _tape.Variable([1.0, 2]);
        Assert.Contains(
            "'simple' mixes variables of two tapes: 'captured'",
            Assert.Throws<InvalidOperationException>(() => _simple.Invoke(own, captured)).Message);
        Assert.Contains(
            "'simple' mixes variables of two tapes",
            Assert.Throws<InvalidOperationException>(() => _simple.Invoke(captured, own)).Message);
        Assert.Equal(0, _tape.Count);
    }

    [Fact]
    public void Variables_from_before_a_reset_are_refused()
    {
        Variable<double> x = _tape.Variable([1.0, 2]), result = x * 2;
        _tape.Reset();
        Assert.Contains(
            "on a tape that was reset since",
            Assert.Throws<InvalidOperationException>(() => _simple.Invoke(x, result)).Message);
        Assert.Equal([2.0, 8], _simple.Invoke(x, x).Value.ToArray());
    }

    [Fact]
    public void The_number_of_inputs_is_checked()
    {
        Variable<double> x = _tape.Variable([1.0, 2]);
        Assert.StartsWith(
            "Aggregate 'simple' takes 2 inputs, not 1.",
            Assert.Throws<ArgumentException>(() => _simple.Invoke(x)).Message);
        Assert.StartsWith(
            "Aggregate 'simple' takes 2 inputs, not 3.",
            Assert.Throws<ArgumentException>(() => _simple.InvokeAll(x, x, x)).Message);
        Assert.StartsWith(
            "Aggregate 'list' takes at least one input, not 0.",
            Assert.Throws<ArgumentException>(
                () => Aggregate.Compile<double>((Variable<double>[] all) => all, "list").InvokeAll()).Message);
        Assert.StartsWith(
            "An input of aggregate 'simple' is null.",
            Assert.Throws<ArgumentNullException>(() => _simple.Invoke(x, null!)).Message);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused_as_eagerly()
    {
        Variable<double> x = _tape.Variable([1.0, 2]), y = _tape.Variable([1.0, 2, 3]);
        string eager = Assert.Throws<ArgumentException>(() => (x + y) * y).Message;
        Assert.Equal(eager, Assert.Throws<ArgumentException>(() => _simple.Invoke(x, y)).Message);
    }

    [Fact]
    public void Results_must_be_there()
    {
        Says("'f' returns null as a result", _ => null!);
        Says("'f' returns null as a result", x => x.Tape.Grad(x.Tape.Constant(1.0) * 2, x)!);
        Variable<double> x = _tape.Variable([1.0, 2]);
        Assert.Contains(
            "'f' returns null",
            Assert.Throws<InvalidOperationException>(
                () => Aggregate.Compile<double>((Variable<double> _) => (Variable<double>[])null!, "f")
                    .InvokeAll(x)).Message);
        Assert.Contains(
            "'f' returns no results",
            Assert.Throws<InvalidOperationException>(
                () => Aggregate.Compile<double>((Variable<double> _) => (Variable<double>[])[], "f")
                    .InvokeAll(x)).Message);
        Assert.Throws<ArgumentNullException>(() => Aggregate.Compile((Func<Variable<double>, Variable<double>>)null!));
        Assert.Throws<ArgumentNullException>(() => Aggregate.Compile<double>(a => a, null!));
    }

    [Fact]
    public void One_result_of_several_must_be_chosen()
    {
        Aggregate<double> two = Aggregate.Compile<double>(
            (Variable<double> x) => (Variable<double>[])[x, x * 2], "two");
        Assert.Equal(
            "Aggregate 'two' returns an array of results: call InvokeAll, which gives them all.",
            Assert.Throws<InvalidOperationException>(() => two.Invoke(_tape.Variable(1.0))).Message);
    }

    [Fact]
    public void Explain_says_what_it_needs()
    {
        Aggregate<double> simple = Aggregate.Compile<double>((a, b) => (a + b) * b, "simple");
        Assert.Equal(
            "Aggregate 'simple' was not invoked yet: say for which shapes of the inputs to explain it.",
            Assert.Throws<InvalidOperationException>(() => simple.Explain()).Message);
        Assert.StartsWith(
            "Aggregate 'simple' takes 2 inputs, not 1.",
            Assert.Throws<ArgumentException>(() => simple.Explain([[4]])).Message);
        Assert.Throws<ArgumentNullException>(() => simple.Explain([[4], null!]));
        Assert.StartsWith(
            "The entry of 'simple' has ",
            Assert.Throws<ArgumentException>(
                () => simple.Explain([[4], [4]], new() { Pattern = [true, true, true, true] })).Message);
        Assert.StartsWith(
            "A pattern in which all gradients are known zero has no propagate",
            Assert.Throws<ArgumentException>(() => simple.Explain([[4], [4]], new() { Pattern = [false] })).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => simple.Explain([[4], [4]], new() { Order = -1 }));
        Assert.Contains("return", simple.Explain([[4], [4]]));
        _ = simple.Invoke(_tape.Variable([1.0, 2]), _tape.Variable(2.0));
        Assert.Contains("a (2,), b ()", simple.Explain());
    }

    [Fact]
    public void A_budget_lies_between_0_and_1()
    {
        Assert.All([-0.1, 1.1, double.NaN], budget => Assert.Contains(
            "A memory budget lies between 0 and 1.",
            Assert.Throws<ArgumentOutOfRangeException>(() => _simple.WithMemoryBudget(budget)).Message));
        Assert.Equal(0.25, _simple.WithMemoryBudget(0.25).MemoryBudget);
    }

    private void Says(string message, Func<Variable<double>, Variable<double>> function)
    {
        Aggregate<double> compiled = Aggregate.Compile(function, "f");
        Assert.Matches(
            message,
            Assert.ThrowsAny<InvalidOperationException>(() => compiled.Invoke(_tape.Variable([1.0, 2]))).Message);
        Assert.Equal(0, _tape.Count);
    }
}
