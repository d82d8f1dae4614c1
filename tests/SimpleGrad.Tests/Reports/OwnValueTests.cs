using System.Globalization;

namespace SimpleGrad.Tests.Reports;

/// <summary>
/// Traps that newcomers reported: what a factory makes can be written, a variable has its value to itself, one rule
/// says what outlives a Reset, and numbers print in the format that is asked for.
/// </summary>
public sealed class OwnValueTests
{
    private readonly Tape<double> _tape = new();

    public static TheoryData<string> Factories => ["zeros", "ones", "full", "expanded"];

    [Theory, MemberData(nameof(Factories))]
    public void What_a_factory_makes_can_be_trained(string factory)
    {
        Tensor<double> start = Make(factory);
        double first = start.GetValue(0, 0);
        Variable<double> w = _tape.Variable(start), target = _tape.Constant([1.0, 2, 3]);
        for (int step = 0; step < 50; step++)
        {
            Variable<double> gradient = _tape.Grad((w - target).Square().Sum(), w, createGraph: false)!;
            using (_tape.NoGrad())
                w.SubtractInPlace(0.25 * gradient);
            _tape.Reset();
        }
        Assert.All(w.Value.ToArray(), (value, i) => Assert.Equal(1 + i % 3, value, 1e-12));
        Assert.All(start.ToArray(), value => Assert.Equal(first, value));
    }

    [Fact]
    public void What_a_factory_makes_can_be_written()
    {
        foreach (string factory in new[] { "zeros", "ones", "full" })
        {
            Tensor<double> tensor = Make(factory);
            Assert.True(tensor.IsContiguous);
            tensor.AsTensorSpan()[1, 2] = 7;
            Assert.Equal(1, tensor.ToArray().Count(value => value == 7));
            Variable<double> constant = _tape.Constant(Make(factory));
            constant[0].Fill(7);
            Assert.Equal(3, constant.Value.ToArray().Count(value => value == 7));
        }
        Assert.Equal([5, 5], Tensor.Full<int>([2], 5).ToArray());
        Assert.Equal([0, 0], Tensor.Zeros<float>([2]).ToArray());
        Assert.Empty(Tensor.Ones<double>([0, 3]).ToArray());
        Assert.Equal(2.5, Tensor.Full([], 2.5).Item());
        Tensor<double> sum = _tape.Constant(Tensor.Zeros<double>([0, 3])).Sum(0).Value;
        sum.AsTensorSpan()[1] = 4;
        Assert.Equal([0, 4, 0], sum.ToArray());
        Variable<double> gradient = _tape.Grad(_tape.Variable(1), _tape.Variable([1, 2]), zeros: true)!;
        gradient.AddInPlace(1);
        Assert.Equal([1, 1], gradient.Value.ToArray());
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Results_go_into_what_a_factory_makes_and_into_earlier_results(bool compiled)
    {
        // The second result is known to be zero; the third is a transposed view; the fourth is the third again.
        var function = TensorFunction.Of<double>(x =>
        {
            Variable<double> twice = (2 * x[0]).Transpose();
            return [x[0].Square().Sum(), Derivatives.Grad<double>(v => v[0].Sum(), [x[0], x[1]])[1], twice, twice];
        });
        function = compiled ? function.Compile() : function;
        Tensor<double> at = Tensor.Create<double>([1, 2, 3, 4], [2, 2]), other = Tensor.Ones<double>([3]);
        Tensor<double>?[] given =
            [Tensor.Zeros<double>([]), Tensor.Ones<double>([3]), Tensor.Zeros<double>([2, 2]),
            Tensor.Full([2, 2], 9.0)];
        function.InvokeInto(given, at, other);
        RequireRight(given);
        Tensor<double>[] earlier = function.Invoke(at, other);
        RequireRight(earlier);
        function.InvokeInto(earlier, at * Tensor.Scalar(2.0), other);
        Assert.Equal([4, 12, 8, 16], earlier[2].ToArray());
        function.InvokeInto(earlier, at, other);
        RequireRight(earlier);

        static void RequireRight(Tensor<double>?[] results)
        {
            Assert.Equal(30, results[0]!.Item());
            Assert.Equal([0, 0, 0], results[1]!.ToArray());
            Assert.Equal([2, 6, 4, 8], results[2]!.ToArray());
            Assert.Equal([2, 6, 4, 8], results[3]!.ToArray());
        }
    }

    [Theory, InlineData(1), InlineData(3), InlineData(5000)]
    public void A_variable_has_its_value_to_itself(int length)
    {
        double[] numbers = [.. Enumerable.Range(0, length).Select(i => i + 1.0)];
        foreach (Tensor<double> tensor in new[]
        {
            Tensor.Create<double>(numbers), Tensor.Create<double>([.. numbers, .. numbers])[..length],
            Tensor.Create<double>([.. numbers, .. Enumerable.Repeat(0.0, 9 * length)])[..length],
        })
        {
            Variable<double> a = _tape.Variable(tensor), b = _tape.Variable(tensor), c = _tape.Constant(tensor);
            Variable<double> d = new Tape<double>().Variable(a.Value), view = a[..1];
            using (_tape.NoGrad())
                a.AddInPlace(1);
            Assert.Equal(2, a.Value.GetValue(0));
            Assert.Equal(2, view.Value.GetValue(0));
            RequireNumbers(tensor, b.Value, c.Value, d.Value);
            using (_tape.NoGrad())
                b.MultiplyInPlace(3);
            Assert.Equal(3, b.Value.GetValue(0));
            Assert.Equal(2, a.Value.GetValue(0));
            RequireNumbers(tensor, c.Value, d.Value);
            tensor.AsTensorSpan()[0] = -1;
            RequireNumbers(c.Value, d.Value);
            c.AddInPlace(5);
            RequireNumbers(d.Value);
            Assert.Equal(-1, tensor.GetValue(0));
        }

        void RequireNumbers(params Tensor<double>[] tensors) =>
            Assert.All(tensors, each => Assert.Equal(numbers, each.ToArray()));
    }

    [Fact]
    public void A_single_number_is_a_variables_own_too()
    {
        Tensor<double> number = Tensor.Scalar(1.0);
        Variable<double> a = _tape.Variable(number), b = _tape.Constant(number);
        using (_tape.NoGrad())
            a.AddInPlace(1);
        b.AddInPlace(2);
        number.AsTensorSpan()[0] = 7;
        Assert.Equal((2, 3, 7), (a.Item(), b.Item(), number.Item()));
    }

    [Fact]
    public void A_tensor_is_not_copied_before_it_is_written()
    {
        Allocations.AtMost(8192, () =>
        {
            Tensor<double> tensor = Tensor.Zeros<double>([1 << 20]);
            Variable<double>? x = null, y = null;
            long bytes = Allocations.Of(() => (x, y) = (_tape.Variable(tensor), _tape.Constant(tensor)));
            using (_tape.NoGrad())
                x!.AddInPlace(1);
            y!.AddInPlace(2);
            bytes += Allocations.Of(() => tensor.AsTensorSpan()[0] = 3); // the last one that has the memory
            Assert.Equal((1, 2, 3), (x!.Value.GetValue(0), y!.Value.GetValue(0), tensor.GetValue(0)));
            return bytes;
        });
    }

    [Theory, InlineData(0), InlineData(1), InlineData(7), InlineData(10_000), InlineData(-1)]
    public void Whatever_the_size_a_result_outlives_a_reset_only_where_it_was_read(int length)
    {
        Variable<double> x = length < 0 ? _tape.Variable(1.0) : _tape.Variable(new double[length]), read = x * 2;
        Variable<double>[] unread = [x * 2, x.Expand(x.Shape), x + 1, _tape.Grad((x * x).Sum(), x)!];
        double[] value = read.Value.ToArray();
        _tape.Reset();
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(value, read.Value.ToArray());
            foreach (Variable<double> each in unread.Where(each => each != x))
            {
                string message = Assert.Throws<InvalidOperationException>(() => each.Value).Message;
                Assert.Contains("Read it before the Reset", message, StringComparison.Ordinal);
                Assert.Throws<InvalidOperationException>(() => each.ToString());
                if (x.Length == 1)
                    Assert.Throws<InvalidOperationException>(() => each.Item());
            }
            for (int k = 0; k < 10; k++)
                _ = x * 3; // the memory is used again
        }
        Assert.Equal(x.Length, x.Value.Length);
    }

    [Fact]
    public void Errors_after_a_reset_name_the_remedy()
    {
        Variable<double> w = _tape.Variable([1, 2], "w"), gradient = _tape.Grad((w * w).Sum(), w)!;
        Variable<double> next = w - 0.1 * gradient;
        _tape.Reset();
        foreach (Func<Variable<double>> use in new Func<Variable<double>>[] { () => next * 2, () => w * gradient })
        {
            string message = Assert.Throws<InvalidOperationException>(use).Message;
            Assert.Contains("tape.NoGrad()) w.SubtractInPlace(rate * gradient)", message, StringComparison.Ordinal);
            Assert.Contains("w = tape.Variable(w.Value)", message, StringComparison.Ordinal);
            Assert.Contains("tape.Constant(gradient.Value)", message, StringComparison.Ordinal);
        }
        gradient = _tape.Grad((w * w).Sum(), w)!;
        Variable<double> kept = _tape.Constant(gradient.Value), taken = _tape.Variable((w - 0.5 * gradient).Value);
        _tape.Reset();
        Assert.Equal([2, 8], (w * kept).Value.ToArray());
        Assert.Equal([0, 0], taken.Value.ToArray());
    }

    [Fact]
    public void Numbers_print_in_a_format_and_pytorchs_layout()
    {
        Tensor<double> x = Tensor.Create<double>([0.1, 100, -double.Epsilon * 0, double.NaN], [2, 2]);
        Assert.Equal(
            "tensor([[  0.10000000, 100.00000000],\n        [  0.00000000,          nan]], dtype=torch.float64)",
            string.Create(CultureInfo.InvariantCulture, $"{x + Tensor.Scalar(0.0):F8}"));
        Assert.Equal("tensor(0.33333333, dtype=torch.float64)", $"{_tape.Variable(1 / 3.0):F8}");
        Assert.Equal("tensor(0.3333333333333333, dtype=torch.float64)", $"{_tape.Variable(1 / 3.0):R}");
        Assert.Equal("tensor([1.5E+000, 2.5E-001])", $"{new Tape<float>().Variable([1.5f, 0.25f]):E1}");
        Assert.Equal("tensor([ 5, 12], dtype=torch.int32)", $"{Tensor.Create([5, 12]):D}");
        Assert.Equal(x.ToString(), $"{x}");
        Assert.Equal(x.ToString(), x.ToString("", null));
        var german = new NumberFormatInfo { NumberDecimalSeparator = "," };
        Assert.Equal("tensor([1,50], dtype=torch.float64)", Tensor.Create([1.5]).ToString("F2", german));
        Assert.Equal("tensor([], dtype=torch.float64)", $"{Tensor.Create<double>([]):F8}");
        Assert.Throws<FormatException>(() => $"{x:D}");
    }

    private static Tensor<double> Make(string factory) => factory switch
    {
        "zeros" => Tensor.Zeros<double>([2, 3]),
        "ones" => Tensor.Ones<double>([2, 3]),
        "full" => Tensor.Full([2, 3], 0.5),
        _ => Tensor.Create([0.5]).Expand([2, 3]),
    };
}
