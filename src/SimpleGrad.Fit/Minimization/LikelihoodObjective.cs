namespace SimpleGrad;

/// <summary>The negative logarithm of a likelihood, with exact first and second derivatives.</summary>
internal sealed class LikelihoodObjective : IObjective
{
    private readonly TensorFunction<double, Tensor<double>[]> _value, _gradient, _derivatives;
    private readonly TensorFunction<double, Tensor<double>> _diagonal;
    private readonly Func<Variable<double>, Variable<double>, Variable<double>> _each;
    private readonly Tensor<double> _data;

    public LikelihoodObjective(
        Func<Variable<double>, Variable<double>, Variable<double>> logDensity, Tensor<double> data)
    {
        (_data, _each) = (data, logDensity);
        Variable<double> Value(Variable<double> b, Variable<double> x)
        {
            Variable<double> each = logDensity(b, x);
            if (each.Rank != 1)
                throw new ArgumentException(
                    "The function must return a vector with a number for each observation; its shape is "
                    + $"{each.Shape}.", nameof(logDensity));
            Observations = each.Length;
            return -each.Sum();
        }
        _value = TensorFunction.Of<double>(v => [Value(v[0], v[1])]).Compile();
        _gradient = TensorFunction.Of<double>(v =>
        {
            (Variable<double> value, Variable<double> gradient) =
                Derivatives.ValueAndGrad<double>(b => Value(b, v[1]), v[0]);
            return [value, gradient];
        }).Compile();
        _diagonal = Derivatives.HessianDiagonal<double>(b => Value(b, b.Tape.Constant(data)));
        // The Hessian is made of its products with all unit vectors at once.
        _derivatives = TensorFunction.Of<double>(v =>
        {
            (Variable<double> value, Variable<double> gradient) =
                Derivatives.ValueAndGrad<double>(b => Value(b, v[1]), v[0]);
            return [value, gradient, Derivatives.Hessian<double>(b => Value(b, v[1]), v[0])];
        }).Compile();
    }

    /// <summary>The number of observations, once the function has run.</summary>
    public int Observations { get; private set; }

    public double Cost(double[] point) => _value.Invoke(Tensor.Create<double>(point), _data)[0].Item();

    public (double Cost, double[] Gradient) CostAndGradient(double[] point)
    {
        Tensor<double>[] results = _gradient.Invoke(Tensor.Create<double>(point), _data);
        return (results[0].Item(), results[1].ToArray());
    }

    /// <summary>For each parameter the root of the second derivative by it.</summary>
    public double[] Scales(double[] point) =>
        Array.ConvertAll(_diagonal.Invoke(Tensor.Create<double>(point)).ToArray(), h => Math.Sqrt(Math.Abs(h)));

    public int? NotFiniteAt(double[] point)
    {
        Tensor<double>[] results = TensorFunction.Of<double>(v =>
            [_each(v[0], v[1]), Derivatives.Jacobian<double>(b => _each(b, v[1]), v[0])])
            .Invoke(Tensor.Create<double>(point), _data);
        double[] values = results[0].ToArray();
        int at = Array.FindIndex(values, value => !double.IsFinite(value));
        if (at < 0)
            at = Array.FindIndex(
                [.. results[1].ToArray().Chunk(point.Length)], row => row.Any(slope => !double.IsFinite(slope)));
        return at < 0 ? null : at;
    }

    public string NoMinimum(string where) => $"The likelihood grows without end {where}: it has no maximum";

    public LocalModel Linearize(double[] point)
    {
        Tensor<double>[] results = _derivatives.Invoke(Tensor.Create<double>(point), _data);
        double[][] hessian = [.. results[2].ToArray().Chunk(point.Length)];
        return new NewtonModel(results[1].ToArray(), hessian) { Cost = results[0].Item() };
    }
}

/// <summary>The function g.p + p.H p / 2, and a constant.</summary>
internal sealed class NewtonModel(double[] gradient, double[][] hessian) : LocalModel
{
    public override double[] Gradient => gradient;

    public override double[] Scales { get; } = [.. hessian.Select((row, i) => Math.Sqrt(Math.Abs(row[i])))];

    public override bool IsFinite => base.IsFinite && hessian.All(row => row.All(double.IsFinite));

    public override double Unit => 0.5;

    public override double Rounding => 1e-14 * Math.Max(Math.Abs(Cost), Unit);

    public override double MinCurvature => 1e-13;

    public override double Reduction(double[] step)
    {
        double change = 0;
        for (int i = 0; i < step.Length; i++)
            change -= step[i] * (gradient[i] + HouseholderQr.Dot(hessian[i], step) / 2);
        return change;
    }

    public override double[] GradientAfter(double[] step) =>
        [.. gradient.Select((slope, i) => slope + HouseholderQr.Dot(hessian[i], step))];

    public override Spectrum Decompose(int[] free, double[] scales, double[] others) => Spectrum.OfSymmetric(
        [.. free.Select(i => free.Select(j => hessian[i][j] / scales[i] / scales[j]).ToArray())],
        [.. free.Select(i => (gradient[i] + HouseholderQr.Dot(hessian[i], others)) / scales[i])]);
}
