namespace SimpleGrad.Tests.TapeTests;

public sealed class GradTests
{
    private readonly Tape<double> _tape = new();

    [Fact]
    public void UnusedVariablesHaveNoGradientAndZerosOnRequest()
    {
        Variable<double> a = _tape.Variable([1.0, 2], "a"), b = _tape.Variable([3.0, 4, 5], "b");
        Variable<double> loss = a * a;
        (Variable<double>? da, Variable<double>? db) = _tape.Grad(loss, a, b);
        Assert.Equal([2, 4], da!.Value.ToArray());
        Assert.Null(db);
        (_, Variable<double>? zeros) = _tape.Grad(loss, a, b, zeros: true);
        Assert.Equal([0, 0, 0], zeros!.Value.ToArray());
        Assert.Equal(b.Shape, zeros.Shape);
    }

    [Fact]
    public void LossesThatAreNotSingleNumbersAreDifferentiatedAsTheirSum()
    {
        Variable<double> a = _tape.Variable([1.0, 2]);
        Assert.Equal([3, 12], _tape.Grad(a * a * a, a)!.Value.ToArray());
        Assert.Equal([1, 1], _tape.Grad(a, a)!.Value.ToArray());
    }

    [Fact]
    public void IntermediatesAndTheLossItselfHaveGradients()
    {
        Variable<double> a = _tape.Variable([1.0, 2]), t = a + 1, r = t * t;
        Variable<double> loss = r.Sum();
        Variable<double>?[] gradients = _tape.Grad(loss, [loss, r, t, a]);
        Assert.Equal(1, gradients[0]!.Item());
        Assert.Equal([1, 1], gradients[1]!.Value.ToArray());
        Assert.Equal([4, 6], gradients[2]!.Value.ToArray());
        Assert.Equal([4, 6], gradients[3]!.Value.ToArray());
    }

    [Fact]
    public void BroadcastOperandsGetGradientsOfTheirOwnShape()
    {
        Variable<double> row = _tape.Variable([1.0, 2, 3]);
        Variable<double> column = _tape.Variable(Tensor.Create<double>([4, 5], [2, 1]));
        Variable<double> number = _tape.Variable(6.0);
        Variable<double>?[] gradients = _tape.Grad(row * column * number, [row, column, number]);
        Assert.Equal([54, 54, 54], gradients[0]!.Value.ToArray());
        Assert.Equal([36, 36], gradients[1]!.Value.ToArray());
        Assert.Equal([2, 1], gradients[1]!.Shape);
        Assert.Equal(54, gradients[2]!.Item());
    }

    [Fact]
    public void ManyLossesShareOneTape()
    {
        Variable<double> x = _tape.Variable(2.0);
        Variable<double> square = x * x, cube = square * x;
        Assert.Equal(4, _tape.Grad(square, x)!.Item());
        Assert.Equal(12, _tape.Grad(cube, x)!.Item());
        Assert.Equal(4, _tape.Grad(square, x)!.Item());
        Assert.Null(_tape.Grad(square, cube));
    }

    [Fact]
    public void GradientsOfAnyOrder()
    {
        Variable<double> x = _tape.Variable(0.7);
        Variable<double> y = x.Pow(5);
        double[] expected = [5 * Math.Pow(0.7, 4), 20 * Math.Pow(0.7, 3), 60 * 0.49, 120 * 0.7, 120];
        foreach (double derivative in expected)
        {
            y = _tape.Grad(y, x)!;
            Assert.Equal(derivative, y.Item(), 1e-12);
        }
        Assert.Null(_tape.Grad(y, x));
    }

    [Fact]
    public void WorkThatReachesNoWantedVariableIsNotDone()
    {
        Variable<double> a = _tape.Variable([1.0, 2]), b = _tape.Variable([3.0, 4]);
        Variable<double> loss = (a.Exp() * b.Sin()).Sum();
        int before = _tape.Count;
        _tape.Grad(loss, a);
        // expand, times sin(b), times exp(a): nothing towards b.
        Assert.Equal(3, _tape.Count - before);
    }

    [Fact]
    public void WithoutGraphNothingIsRecordedAndTheNumbersAreTheSame()
    {
        Variable<double> a = _tape.Variable([0.3, 0.4]);
        Variable<double> loss = (a.Exp() * a.Sin()).Sum();
        int before = _tape.Count;
        Variable<double> plain = _tape.Grad(loss, a, createGraph: false)!;
        Assert.Equal(before, _tape.Count);
        Assert.Equal(_tape.Grad(loss, a)!.Value.ToArray(), plain.Value.ToArray());
    }

    [Fact]
    public void DifferentiatingAGradientWithoutGraphIsAnError()
    {
        Variable<double> a = _tape.Variable([0.3, 0.4]);
        Variable<double> gradient = _tape.Grad((a * a).Sum(), a, createGraph: false)!;
        foreach (Action attempt in new Action[]
        {
            () => _tape.Grad(gradient, a), () => _tape.Grad(gradient * gradient, a),
            () => _tape.Grad((a * gradient).Sum(), a),
        })
        {
            string message = Assert.Throws<InvalidOperationException>(attempt).Message;
            Assert.Contains("createGraph", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AGradientWithoutGraphIsAConstantForWhatComesLater()
    {
        Variable<double> a = _tape.Variable([0.3, 0.4]);
        Variable<double> gradient = _tape.Grad((a * a).Sum(), a, createGraph: false)!;
        Assert.Equal([0.6, 0.8], _tape.Grad((a * gradient.Detach()).Sum(), a)!.Value.ToArray());
        Variable<double> next = a - 0.1 * gradient;
        Assert.Equal([1, 1], _tape.Grad(next.Sum(), next)!.Value.ToArray());
        Assert.Equal([1, 1], _tape.Grad(gradient.Sum(), gradient)!.Value.ToArray());
    }

    [Fact]
    public void AMillionEntriesNeedNoDeepStack()
    {
        Variable<double> x = _tape.Variable(1.0), y = x;
        for (int i = 0; i < 1_000_000; i++)
            y += x;
        Variable<double>? gradient = null;
        var thread = new Thread(() => gradient = _tape.Grad(y, x, createGraph: false), 128 * 1024);
        thread.Start();
        thread.Join();
        Assert.Equal(1_000_001, gradient!.Item());
    }

    [Fact]
    public void ConstantsTakePartLikeNumbers()
    {
        Variable<double> a = _tape.Variable([1.0, 2]);
        Variable<double> weights = _tape.Constant(Tensor.Create<double>([3, 4]));
        Assert.Equal([3, 4], _tape.Grad((a * weights).Sum(), a)!.Value.ToArray());
        Assert.Equal([-2, -2], _tape.Grad((1 - 2 * a).Sum(), a)!.Value.ToArray());
    }

    [Fact]
    public void TheProductWithTheNumberOneIsTheVariableItself()
    {
        Variable<double> x = _tape.Variable([2.0]);
        Assert.Same(x, x * 1.0);
        Assert.Same(x, 1 * x);
        Assert.Equal(0, _tape.Count);
        Assert.NotSame(x, x * _tape.Constant(1.0));
    }

    [Fact]
    public void ANumberThatDoesNotFitIsRefused()
    {
        Variable<float> x = new Tape<float>().Variable(1f);
        Assert.Throws<OverflowException>(() => x * 1e300);
        Assert.Equal(float.PositiveInfinity, (x * double.PositiveInfinity).Item());
    }

    [Fact]
    public void AnOperandThatIsKnownZeroIsAnErrorThatSaysSo()
    {
        Variable<double> a = _tape.Variable(1.0), b = _tape.Variable(2.0);
        (Variable<double>? da, Variable<double>? db) = _tape.Grad(a * a, a, b);
        Action[] attempts = [() => _ = da * db, () => _ = da + db, () => _ = -db, () => _ = db / 2];
        foreach (Action attempt in attempts)
        {
            string message = Assert.Throws<ArgumentNullException>(attempt).Message;
            Assert.Contains("zeros: true", message, StringComparison.Ordinal);
        }
        Assert.Throws<ArgumentNullException>(() => Variable.Stack([a, db!]));
    }

    [Fact]
    public void AVariableMadeAfterAGradientWithoutGraphDoesNotHideBehindIt()
    {
        Variable<double> x = _tape.Variable(2.0);
        Variable<double> gradient = _tape.Grad(x * x * x, x, createGraph: false)!;
        Variable<double> y = _tape.Variable(3.0, "y");
        Assert.Equal(12, _tape.Grad(gradient * y, y)!.Item());
        Assert.Throws<InvalidOperationException>(() => _tape.Grad(gradient * y, x));
    }

    [Fact]
    public void ALossBeforeTheWantedVariableHasNoGradient()
    {
        Variable<double> x = _tape.Variable(2.0), square = x * x, late = square * x, leaf = _tape.Variable(1.0);
        Assert.Null(_tape.Grad(square, late));
        Assert.Null(_tape.Grad(square, leaf));
        (Variable<double>? dx, Variable<double>? dleaf) = _tape.Grad(late * leaf, x, leaf);
        Assert.Equal((12, 8), (dx!.Item(), dleaf!.Item()));
    }
}
