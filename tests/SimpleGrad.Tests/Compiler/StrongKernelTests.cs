namespace SimpleGrad.Tests.Compiler;

/// <summary>
/// Kernels form strong products by the plain instruction, and again, strongly, where that gives NaN: none of it shows.
/// </summary>
public sealed unsafe class StrongKernelTests
{
    private static readonly double[] _numbers =
        [0, -0.0, 1, -1, 2, 0.5, -3, double.PositiveInfinity, double.NegativeInfinity, double.NaN];

    /// <summary>
    /// Random functions of numbers among which few or many are special, elements and sums, in rows of any length and
    /// of more than one kind: the bits are those of the operators one by one.
    /// </summary>
    [Theory, InlineData(0.0), InlineData(0.02), InlineData(0.9)]
    public void Special_numbers_give_the_bits_of_the_operators_one_by_one(double share)
    {
        for (int seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            int rows = random.Next(1, 4), length = random.Next(3) == 0 ? random.Next(1, 40) : random.Next(1, 700);
            Tensor<double>[] inputs = [Draw(rows, length), Draw(length), Draw(rows, 1), Draw()];
            (int Kind, int X, int Y, int Z)[] steps =
                [.. Enumerable.Range(4, random.Next(1, 9)).Select(i => (random.Next(14), i - 1, Pick(i), Pick(i)))];
            Variable<double>[] expected = Results(OnTape(inputs));
            Aggregate<double> compiled = Aggregate.Compile<double>((Variable<double>[] x) => Results(x));
            Variable<double>[] actual = compiled.InvokeAll(OnTape(inputs));
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(Bits(expected[i]), Bits(actual[i]));

            int Pick(int count) => random.Next(3) == 0 ? random.Next(count) : Math.Max(0, count - 1 - random.Next(4));

            Tensor<double> Draw(params int[] lengths)
            {
                Shape shape = Shape.Create(lengths);
                return Tensor.Create<double>(
                    [.. Enumerable.Range(0, shape.FlattenedLength).Select(_ =>
                        random.NextDouble() < share
                            ? _numbers[random.Next(_numbers.Length)]
                            : random.Next(1, 9) / 4.0)],
                    shape);
            }

            Variable<double>[] Results(Variable<double>[] x)
            {
                List<Variable<double>> values = [.. x];
                foreach ((int kind, int i, int j, int k) in steps)
                    values.Add(Step(kind, values[i], values[j], values[k]));
                Variable<double> last = values[^1], before = values[^2];
                return
                [
                    last, before, last + x[0], (last > before) + x[0],
                    0 + Round(last + x[0]).Sum(), 0 + Round(before + x[0]).Sum(0), // no sign of a sum that is 0
                ];
            }
        }

        // Sums of a few bits are exact, in whatever order.
        static Variable<double> Round(Variable<double> x) =>
            Variable.Where(x.Abs() <= 1e6, (x * 4).Round(), x);
    }

    private static Variable<double> Step(int kind, Variable<double> x, Variable<double> y, Variable<double> z) =>
        kind switch
        {
            0 or 1 or 2 => x.StrongMultiply(y),
            3 or 4 => x.StrongDivide(y),
            5 => x + y,
            6 => x * y,
            7 => Variable.Where(y > z, x, z),
            8 => Variable.Where(x, y, z),
            9 => x.Maximum(y),
            10 => -x,
            11 => TanhGradientOperator<double>.Instance.Apply(x, y),
            12 => SiluGradientOperator<double>.Instance.Apply(x, y),
            _ => y - x,
        };

    private static Variable<double>[] OnTape(Tensor<double>[] inputs)
    {
        var tape = new Tape<double>();
        return [.. inputs.Select(input => tape.Variable(input))];
    }

    private static string Bits(Variable<double> x) => string.Join(' ', x.Value.ToArray().Select(number =>
        double.IsNaN(number) ? "NaN" : BitConverter.DoubleToInt64Bits(number).ToString("x")));

    [Fact]
    public void Numbers_that_are_finite_take_the_plain_loop_alone()
    {
        EmittedCode<double> code = Product(out Kernel<double> kernel);
        double* x = stackalloc double[33], y = stackalloc double[33], result = stackalloc double[33];
        new Span<double>(x, 33).Fill(3);
        new Span<double>(y, 33).Clear();
        double** pointers = stackalloc double*[] { x, y, result };
        code.Run(pointers, 33, null, null);
        Assert.False(code.WasStrong);
        x[20] = double.PositiveInfinity;
        y[5] = double.NaN;
        code.Run(pointers, 33, null, null);
        Assert.True(code.WasStrong);
        double[] expected = new double[33];
        expected[5] = double.NaN;
        Assert.Equal(expected, new Span<double>(result, 33));
        Assert.Equal(3, kernel.FirstOperation + 1);
    }

    /// <summary>Where NaN in a product would not show in the result, it must not come to be.</summary>
    [Fact]
    public void A_product_that_an_extremum_reads_is_strong_at_once()
    {
        IElementwise<double> maximum = Operator(x => x.Maximum(x + 1)), strong = Operator(x => x.StrongMultiply(x + 1));
        IElementwise<double> add = Operator(x => x + x);
        var hidden = new Kernel<double>(
            [new(0), new(1)], [], [new(strong, [0, 1]), new(maximum, [2, 1])], [new(3, IsSum: false, new(0))]);
        Assert.False(new PlainProducts<double>(hidden).Any);
        var shown = new Kernel<double>(
            [new(0), new(1)], [], [new(strong, [0, 1]), new(maximum, [2, 1]), new(add, [2, 0])],
            [new(3, IsSum: false, new(0)), new(4, IsSum: true, new(1))]);
        var products = new PlainProducts<double>(shown);
        Assert.True(products.Has(2));
        Assert.True(products.ShowIn(0));
        Assert.True(products.ShowIn(1));
    }

    private static EmittedCode<double> Product(out Kernel<double> kernel)
    {
        kernel = new Kernel<double>(
            [new(0), new(1)], [], [new(Operator(x => x.StrongMultiply(x + 1)), [0, 1])],
            [new(2, IsSum: false, new(0))]);
        return new EmittedCode<double>(
            kernel, [InputLayout.Elements, InputLayout.Elements], [false], isSingle: false, callsFor: 0);
    }

    /// <summary>The operator that a function applies last.</summary>
    private static IElementwise<double> Operator(Func<Variable<double>, Variable<double>> function)
    {
        var tape = new Tape<double>();
        function(tape.Variable(1));
        return (IElementwise<double>)tape.EntryAt(tape.Count - 1).Operator;
    }
}
