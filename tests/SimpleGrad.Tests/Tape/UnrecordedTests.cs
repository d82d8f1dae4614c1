namespace SimpleGrad.Tests.TapeTests;

/// <summary>What is computed without recording has a value and no gradient, and a gradient that needs one says so.
/// </summary>
public sealed class UnrecordedTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_gradient_does_not_pass_over_what_was_not_recorded(bool isTraced, bool isAggregate)
    {
        var tape = new Tape<double>(isTraced ? Trace.Notebook(new StringWriter()) : null);
        Variable<double> a = tape.Variable([1, 2], "a"), square;
        using (tape.NoGrad())
            square = isAggregate ? Square(a) : a * a;
        foreach (Variable<double> loss in new[] { square, square * a })
            Assert.Contains(
                "its own gradient was not recorded",
                Assert.Throws<InvalidOperationException>(() => tape.Grad(loss, a)).Message);
    }

    private static Variable<double> Square(Variable<double> x)
    {
        Variable<double> square = x.Tape.Temporary(x.Value * x.Value);
        x.Tape.RecordAggregate("square", [x], [square], gradients => [gradients[0]! * x * 2]);
        return square;
    }
}
