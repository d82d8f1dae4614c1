namespace SimpleGrad.Tests.Fitting.Reports;

/// <summary>Bounds that are active at the solution.</summary>
public sealed class BoundTests
{
    private const int Problems = 3000;

    private static readonly double[] _x = [0, 1, 2, 3, 4];
    private static readonly double[] _y = [1.1, 2.9, 5.2, 7.1, 8.8];

    /// <summary>
    /// Of a line through five points, with a slope of at least 2.1, the intercept is the mean of y - 2.1 x, 0.82; the
    /// step from these starts to the bound does not add up to it.
    /// </summary>
    [Theory]
    [InlineData(6.1)]
    [InlineData(6.2)]
    [InlineData(6.3)]
    [InlineData(6.7)]
    [InlineData(6.8)]
    [InlineData(7.2)]
    [InlineData(7.3)]
    [InlineData(7.7)]
    [InlineData(7.8)]
    [InlineData(2.1)]
    [InlineData(2.1000000000000005)] // the next double
    [InlineData(1e17)]
    public void A_step_to_a_bound_ends_at_the_bound(double start)
    {
        LeastSquaresFit fit = Line((2.1, double.PositiveInfinity), start, 1);

        Assert.Equal(2.1, fit.Estimates[0]);
        Assert.Equal(0.82, fit.Estimates[1], 1e-12);
        Assert.True(fit.Parameters[0].IsAtBound);
        Assert.False(fit.Parameters[1].IsAtBound);
    }

    [Theory]
    [InlineData(1.95, 1.95)] // the best slope itself, where the slope of the objective is rounding
    [InlineData(1.0, 1.0000000000000002)]
    [InlineData(1e-300, 1e-299)]
    [InlineData(-5e-324, 5e-324)]
    public void Narrow_bounds_are_kept(double least, double greatest)
    {
        LeastSquaresFit fit = Line((least, Math.BitIncrement(greatest)), least, 1);

        Assert.InRange(fit.Estimates[0], least, Math.BitIncrement(greatest));
        Assert.Equal(_y.Zip(_x, (y, x) => y - fit.Estimates[0] * x).Average(), fit.Estimates[1], 1e-12);
    }

    /// <summary>
    /// The conditions of Karush, Kuhn and Tucker: the gradient is zero along parameters between their bounds, and leads
    /// out of them along others. Problems of least squares with one optimum have no other point with them.
    /// </summary>
    [Fact]
    public void Random_linear_problems_end_where_no_step_within_the_bounds_is_better()
    {
        for (int seed = 0; seed < Problems; seed++)
        {
            BoundedProblem problem = BoundedProblem.Random(seed);
            double[] found = [];
            try
            {
                found = problem.Fit().Estimates;
            }
            catch (FitException e)
            {
                Assert.Fail($"Problem {seed}: {e.Message}");
            }
            Assert.True(problem.IsOptimum(found), $"Problem {seed} ended at {string.Join(", ", found)}");
        }
    }

    [Fact]
    public void A_likelihood_has_its_optimum_at_bounds_too()
    {
        // The same problems: the logarithm of the normal density, less a constant.
        for (int seed = 0; seed < Problems / 20; seed++)
        {
            BoundedProblem problem = BoundedProblem.Random(seed);
            Assert.True(problem.IsOptimum(problem.MaximumLikelihood().Estimates, 1e-6), $"Problem {seed}");
        }
    }

    private static LeastSquaresFit Line((double, double) bounds, double slope, double intercept) => Fit.LeastSquares(
        (b, x) => b[0] * x + b[1], Tensor.Create<double>(_x), Tensor.Create<double>(_y), [slope, intercept],
        new() { Bounds = [bounds, (double.NegativeInfinity, double.PositiveInfinity)] });

    /// <summary>A line in several columns, with bounds of all kinds around its true parameters.</summary>
    private sealed record BoundedProblem(double[,] X, double[] Y, double[] Start, (double Lower, double Upper)[] Bounds)
    {
        private int Count => Start.Length;

        public static BoundedProblem Random(int seed)
        {
            var random = new Random(seed);
            int parameters = random.Next(1, 6), rows = parameters + random.Next(1, 12);
            double[,] x = new double[parameters, rows];
            double[] y = new double[rows], start = new double[parameters];
            var bounds = new (double, double)[parameters];
            double noise = random.Next(4) == 0 ? 0 : 0.3; // of exact data the residuals are rounding
            for (int i = 0; i < rows; i++)
                y[i] = noise * Normal(random);
            for (int j = 0; j < parameters; j++)
            {
                double unit = Math.Pow(10, random.Next(-3, 4)), truth = Normal(random) / unit;
                for (int i = 0; i < rows; i++)
                {
                    x[j, i] = Normal(random) * unit;
                    y[i] += truth * x[j, i];
                }
                (bounds[j], start[j]) = BoundsAround(random, truth, unit);
            }
            return new BoundedProblem(x, y, start, bounds);
        }

        public LeastSquaresFit Fit() => SimpleGrad.Fit.LeastSquares(
            (b, x) => b.Reshape(1, Count).MatMul(x).Reshape(Y.Length), Tensor.FromArray<double>(X),
            Tensor.Create<double>(Y), Start, new() { Bounds = Bounds });

        public LikelihoodFit MaximumLikelihood() => SimpleGrad.Fit.MaximumLikelihood(
            (b, x) => -0.5 * (b.Reshape(1, Count).MatMul(x).Reshape(Y.Length)
                - b.Tape.Constant(Tensor.Create<double>(Y))).Square(),
            Tensor.FromArray<double>(X), Start, new() { Bounds = Bounds });

        public bool IsOptimum(double[] b, double tolerance = 1e-9)
        {
            double[] residuals = [.. Y.Select((y, i) => y - Enumerable.Range(0, Count).Sum(j => b[j] * X[j, i]))];
            double size = Math.Sqrt(Y.Sum(y => y * y));
            return Enumerable.Range(0, Count).All(j =>
            {
                double[] column = [.. Enumerable.Range(0, Y.Length).Select(i => X[j, i])];
                double length = Math.Sqrt(column.Sum(x => x * x));
                double gradient = -column.Zip(residuals, (x, r) => x * r).Sum();
                return b[j] >= Bounds[j].Lower && b[j] <= Bounds[j].Upper
                    && (Math.Abs(gradient) <= tolerance * length * (size + length * Math.Abs(b[j]))
                        || (b[j] == Bounds[j].Lower && gradient > 0) || (b[j] == Bounds[j].Upper && gradient < 0));
            });
        }

        private static ((double, double) Bounds, double Start) BoundsAround(Random random, double truth, double unit)
        {
            double middle = random.Next(4) == 0 ? truth : truth + 0.7 * Normal(random) / unit;
            double width = Math.Abs(Normal(random)) / unit * (random.Next(3) == 0 ? 1e-3 : 1);
            double far = 10 * Math.Abs(Normal(random)) / unit;
            return random.Next(4) switch
            {
                0 => ((double.NegativeInfinity, double.PositiveInfinity), middle - far),
                1 => ((middle, double.PositiveInfinity), middle + far),
                2 => ((double.NegativeInfinity, middle), middle - far),
                _ => ((middle - width, middle + width), middle + width * (2 * random.NextDouble() - 1)),
            };
        }

        private static double Normal(Random random) =>
            Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
