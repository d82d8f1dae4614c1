using SimpleGrad.Tests.Notebook;

namespace SimpleGrad.Tests.TapeTests;

public sealed class AggregateTests
{
    private readonly Tape<double> _tape = new();
    private readonly NotebookPrograms<double> _programs;
    private readonly Variable<double> _a;
    private readonly Variable<double> _b;

    public AggregateTests()
    {
        _programs = new NotebookPrograms<double>(_tape);
        _a = _tape.Variable([0.4605, 0.4061, 0.9422, 0.3946], "a");
        _b = _tape.Variable([0.0850, 0.3296, 0.9888, 0.6494], "b");
    }

    [Fact]
    public void ACapturedTemporaryThatIsNotDeclaredIsAnErrorAtItsFirstRecordedUse()
    {
        Variable<double> loss = _programs.Wrong(_a, _b).Sum();
        int before = _tape.Count;
        string message = Assert.Throws<InvalidOperationException>(() => _tape.Grad(loss, _a, _b)).Message;
        Assert.Contains("'simple_variable_wrong'", message, StringComparison.Ordinal);
        Assert.Contains("'t'", message, StringComparison.Ordinal);
        Assert.Contains("outputs", message, StringComparison.Ordinal);
        // Up to the use of t: the seed's expand, dr * b.
        Assert.Equal(2, _tape.Count - before);
    }

    [Fact]
    public void FirstOrderWithoutGraphNeedsNoDeclaration()
    {
        Variable<double> loss = _programs.Wrong(_a, _b).Sum();
        (Variable<double>? da, _) = _tape.Grad(loss, _a, _b, createGraph: false);
        Assert.Equal(_b.Value.ToArray(), da!.Value.ToArray());
    }

    [Fact]
    public void TheLossOfTheSecondOrderIsSilentWhereTheCheckIsOff()
    {
        _tape.ChecksCaptures = false;
        (Variable<double>? da, Variable<double>? db) = _tape.Grad(_programs.Wrong(_a, _b).Sum(), _a, _b);
        (Variable<double>? d2a, Variable<double>? d2b) = _tape.Grad((da! * da! + db! * db!).Sum(), _a, _b);
        Assert.Null(d2a);
        Assert.NotNull(d2b);
    }

    [Fact]
    public void NoCorrectAggregateIsAccused()
    {
        Func<Variable<double>, Variable<double>, Variable<double>>[] aggregates =
        [
            _programs.Recompute, _programs.Almost, _programs.Optimised, _programs.BranchAtTop,
            _programs.Aggregate2Recompute, _programs.Aggregate2Almost, _programs.Aggregate2, _programs.Aggregate3,
            (a, b) => _programs.Optimised(_programs.Aggregate2(a, b) * 0.5, b),
        ];
        foreach (Func<Variable<double>, Variable<double>, Variable<double>> aggregate in aggregates)
        {
            _tape.Reset();
            Variable<double> loss = aggregate(_a, _b).Sum();
            for (int order = 0; order < 3; order++)
            {
                (Variable<double>? da, Variable<double>? db) = _tape.Grad(loss, _a, _b);
                loss = (da! * da! + db! * db!).Sum();
            }
        }
    }

    [Fact]
    public void RecordedVariablesAndConstantsMayBeCaptured()
    {
        Variable<double> recorded = _a + _b;
        Variable<double> constant = _tape.Constant(2.0);
        Variable<double> r = _tape.Temporary(recorded.Value * _b.Value * 2);
        _tape.RecordAggregate("capturing", [_a, _b], [r], gradients =>
        {
            Variable<double> dr = gradients[0]! * constant;
            return [dr * _b, dr * recorded + dr * _b];
        });
        (Variable<double>? da, Variable<double>? db) = _tape.Grad(r.Sum(), _a, _b);
        (Variable<double>? d2a, _) = _tape.Grad((da! * da! + db! * db!).Sum(), _a, _b);

        Variable<double> plain = (2 * NotebookPrograms<double>.Simple(_a, _b)).Sum();
        (Variable<double>? ea, Variable<double>? eb) = _tape.Grad(plain, _a, _b);
        (Variable<double>? e2a, _) = _tape.Grad((ea! * ea! + eb! * eb!).Sum(), _a, _b);
        Assert.Equal(e2a!.Value.ToArray(), d2a!.Value.ToArray());
    }

    [Fact]
    public void ACapturedLeafThatIsNoInputIsAnError()
    {
        Variable<double> hidden = _tape.Variable(3.0, "hidden");
        Variable<double> r = _tape.Temporary(_a.Value * hidden.Value);
        _tape.RecordAggregate("hiding", [_a], [r], gradients => [gradients[0]! * hidden]);
        string message = Assert.Throws<InvalidOperationException>(() => _tape.Grad(r.Sum(), _a)).Message;
        Assert.Contains("'hidden'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATemporaryThatNoAggregateDeclaresCannotBeUsed()
    {
        Variable<double> orphan = _tape.Temporary(_a.Value, "orphan");
        string message = Assert.Throws<InvalidOperationException>(() => orphan * _b).Message;
        Assert.Contains("'orphan'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void OutputsAreTemporariesOfOneEntry()
    {
        Variable<double> r = _tape.Temporary(_a.Value);
        PropagateRule<double> rule = gradients => [gradients[0]];
        Assert.Throws<ArgumentException>(() => _tape.RecordAggregate("leaf", [_a], [_b], rule));
        Assert.Throws<ArgumentException>(() => _tape.RecordAggregate("twice", [_a], [r, r], rule));
        Assert.Equal(0, _tape.Count);
        _tape.RecordAggregate("once", [_a], [r], rule);
        Assert.Throws<ArgumentException>(() => _tape.RecordAggregate("again", [_a], [r], rule));
    }

    [Fact]
    public void ARuleReturnsOneGradientForEachInput()
    {
        Variable<double> r = _tape.Temporary(_a.Value);
        _tape.RecordAggregate("short", [_a, _b], [r], gradients => [gradients[0]]);
        string message = Assert.Throws<InvalidOperationException>(() => _tape.Grad(r, _a)).Message;
        Assert.Contains("must return 2 gradients", message, StringComparison.Ordinal);
    }

    [Fact]
    public void AKnownZeroFromARuleStaysKnownZero()
    {
        Variable<double> r = _tape.Temporary(_a.Value);
        _tape.RecordAggregate("partly", [_a, _b], [r], gradients => [gradients[0], null]);
        (Variable<double>? da, Variable<double>? db) = _tape.Grad(r, _a, _b);
        Assert.NotNull(da);
        Assert.Null(db);
    }

    [Fact]
    public void ARuleMayTakeGradientsItself()
    {
        // The rule runs a piece of the program again and differentiates it: a checkpoint by hand.
        Variable<double> r = _tape.Temporary(_a.Value * _a.Value);
        _tape.RecordAggregate("checkpoint", [_a], [r], gradients =>
        {
            Variable<double> again = _a * _a;
            return [_tape.Grad((again * gradients[0]!).Sum(), _a)];
        });
        Variable<double> first = _tape.Grad(r.Sum(), _a)!;
        Assert.Equal((_a.Value * 2).ToArray(), first.Value.ToArray());
        Assert.Equal([2, 2, 2, 2], _tape.Grad(first.Sum(), _a)!.Value.ToArray());
    }

    [Fact]
    public void AddOptionalAddsWhatIsKnown()
    {
        Assert.Null(Aggregate.AddOptional<double>(null, null));
        Assert.Same(_a, Aggregate.AddOptional(_a, null));
        Assert.Same(_a, Aggregate.AddOptional(null, _a));
        Assert.Equal((_a.Value + _b.Value).ToArray(), Aggregate.AddOptional(_a, _b)!.Value.ToArray());
    }

    [Fact]
    public void ARuleThatTakesGradientsLeavesRecordingAsItWas()
    {
        Variable<double> r = _tape.Temporary(_a.Value * _a.Value * _a.Value);
        _tape.RecordAggregate("cube", [_a], [r], gradients =>
        {
            Variable<double> square = _tape.Grad((_a * _a * _a).Sum(), _a)!;
            // A sweep without graph inside must not switch recording off for what follows.
            _tape.Grad((_a * _a).Sum(), _a, createGraph: false);
            return [square * gradients[0]];
        });
        Variable<double> first = _tape.Grad(r.Sum(), _a)!;
        double[] a = _a.Value.ToArray();
        double[] second = _tape.Grad(first.Sum(), _a)!.Value.ToArray();
        Assert.All(a.Zip(second), pair => Assert.Equal(6 * pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void TheCaptureCheckHoldsAfterARuleTookGradients()
    {
        Variable<double> hidden = _tape.Variable([1.0, 2, 3, 4], "hidden"), r = _tape.Temporary(_a.Value);
        _tape.RecordAggregate("nested", [_a], [r], gradients =>
        {
            Variable<double> own = _tape.Variable(2.0);
            _tape.Grad(own * own, own);
            return [gradients[0]! * hidden];
        });
        string message = Assert.Throws<InvalidOperationException>(() => _tape.Grad(r.Sum(), _a)).Message;
        Assert.Contains("'hidden'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARuleThatForgetsKnownZerosIsNamed()
    {
        Variable<double> t = _tape.Temporary(_a.Value), r = _tape.Temporary(_a.Value);
        _tape.RecordAggregate("forgetful", [_a], [r, t], gradients => [gradients[0] + gradients[1]]);
        string message = Assert.Throws<InvalidOperationException>(() => _tape.Grad(r.Sum(), _a)).Message;
        Assert.Contains("'forgetful'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void NullInputsAndOutputsAreRefused()
    {
        Variable<double> r = _tape.Temporary(_a.Value);
        Assert.Throws<ArgumentException>(() => _tape.RecordAggregate("null", [null!], [r], gradients => gradients));
        Assert.Throws<ArgumentException>(() => _tape.RecordAggregate("null", [_a], [null!], gradients => gradients));
    }
}
