using System.Diagnostics;
using System.Reflection;

namespace SimpleGrad.Tests.TapeTests;

/// <summary>A mode lasts as long as its scope, whatever scopes there are inside; and looking changes nothing.</summary>
public sealed class RecorderTests
{
    private readonly Tape<double> _tape = new();

    /// <summary>What comes after a part that is not recorded is recorded, wherever the function is called.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_scope_without_recording_ends_in_a_function_that_is_differentiated(bool isInside)
    {
        Variable<double> x = _tape.Variable(3.0);
        using (isInside ? _tape.NoGrad() : null)
            Assert.Equal(6 + 4, Derivatives.ValueAndGrad(Function, x).Gradient.Item());

        Variable<double> Function(Variable<double> x)
        {
            using (_tape.NoGrad())
                _ = x * 5;
            return x * x + 4 * x;
        }
    }

    [Fact]
    public void Scopes_end_in_any_order()
    {
        Variable<double> x = _tape.Variable(3.0);
        IDisposable first = _tape.NoGrad(), second = _tape.NoGrad();
        first.Dispose();
        _ = x * 2;
        Assert.Equal(0, _tape.Count);
        second.Dispose();
        second.Dispose();
        _ = x * 2;
        Assert.Equal(1, _tape.Count);
    }

    /// <summary>A scope that is left open in a function does not go on after it.</summary>
    [Fact]
    public void A_scope_that_is_left_open_ends_with_its_function()
    {
        Variable<double> x = _tape.Variable(3.0);
        IDisposable? open = null;
        Assert.Throws<InvalidOperationException>(() => Derivatives.ValueAndGrad(
            x =>
            {
                Variable<double> square = x * x;
                open = _tape.NoGrad();
                return square + x.Exp();
            }, x));
        int count = _tape.Count;
        _ = x * 2;
        Assert.Equal(count + 1, _tape.Count);
        open!.Dispose();
        _ = x * 2;
        Assert.Equal(count + 2, _tape.Count);
    }

    [Fact]
    public void Names_and_what_a_debugger_shows_leave_the_tape_as_it_is()
    {
        Variable<double> a = _tape.Variable([1.0, 2], "a"), loss = (a * a).Sum();
        Variable<double> gradient = _tape.Grad(loss, a, createGraph: false)!;
        Variable<double> view = (a * 2)[1..];
        int rows = _tape.VariableCount, entries = _tape.Count;
        Assert.Equal("(not recorded)", gradient.Name);
        Assert.Equal("(not recorded) = shape (2,): tensor([2., 4.], dtype=torch.float64)", Shown(gradient));
        Assert.Equal("shape (2,): tensor([2., 4.], dtype=torch.float64)", Shown(gradient.Data));
        Assert.Equal($"{view.Name} = shape (1,): tensor([4.], dtype=torch.float64)", Shown(view));
        Assert.Equal("v3 = mul(a, 2.0)", Shown(_tape.Entries.Last(entry => entry.Operator == "mul")));
        Assert.Equal((rows, entries), (_tape.VariableCount, _tape.Count));
        Tensor<double> data = view.Data;
        _tape.Reset(); // nobody has read the value, so its memory is used again
        Assert.StartsWith("used again since", Shown(data));
    }

    [Fact]
    public void A_tape_of_another_type_is_refused() => Assert.Contains(
        "float or double, not with Half", Assert.Throws<NotSupportedException>(() => new Tape<Half>()).Message,
        StringComparison.Ordinal);

    [Fact]
    public void An_output_of_another_tape_is_refused()
    {
        var other = new Tape<double>();
        Variable<double> x = _tape.Variable(1.0), y = _tape.Temporary(Tensor.Scalar(2.0));
        Variable<double> foreign = other.Temporary(Tensor.Scalar(2.0)), later = other.Temporary(Tensor.Scalar(3.0));
        foreach (Variable<double> output in (Variable<double>[])[foreign, later])
            Assert.Contains(
                "not made by this tape's Temporary",
                Assert.Throws<ArgumentException>(
                    () => _tape.RecordAggregate("own", [x], [output], _ => [null])).Message, StringComparison.Ordinal);
        _tape.RecordAggregate("own", [x], [y], gradients => [gradients[0]]);
        Assert.Equal(1, _tape.Grad(y, x)!.Item());
    }

    private static string Shown(object value)
    {
        Type type = value.GetType();
        string member = type.GetCustomAttribute<DebuggerDisplayAttribute>()!.Value.Trim('{', '}').Split(',')[0];
        return member.EndsWith("()", StringComparison.Ordinal)
            ? value.ToString()!
            : (string)type.GetProperty(member, BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(value)!;
    }
}
