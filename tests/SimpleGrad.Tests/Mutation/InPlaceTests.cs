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
    public void A_saved_value_that_was_written_over_is_an_error()
    {
        Variable<double> a = _tape.Variable([1, 2], "a");
        Variable<double> x = a * 3, y = x * x;
        x.AddInPlace(1);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => _tape.Grad(y.Sum(), a));
        Assert.Equal(
            "The gradient of 'v1 = mul(v0, v0)' needs the value that 'v0' had when it was recorded, at version 0; "
            + "'add_' has written over it since at InPlaceTests.cs:39, and it is at version 1. Clone the value before "
            + "the write, or move the write after the last use of the gradient. (With tape.RecordsPlaces = true, this "
            + "says where the value was saved.)",
            error.Message);
    }
}
