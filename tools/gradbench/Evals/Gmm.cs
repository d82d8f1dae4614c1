namespace SimpleGrad.GradBench;

/// <summary>
/// The posterior of a Gaussian mixture: k weights alpha, means mu, and inverse square roots of covariances, which are
/// lower triangular with the exponentials of q on the diagonal and l below it.
/// </summary>
internal static class Gmm
{
    public static Evaluation Objective(Input input)
    {
        Prior prior = ReadPrior(input);
        return Evaluation.Of(
            TensorFunction.Of<double>(x => [Posterior(x, prior)]), 1, 0, Read(input));
    }

    public static Evaluation Jacobian(Input input)
    {
        Prior prior = ReadPrior(input);
        TensorFunction<double, Tensor<double>[]> gradient = TensorFunction.Of<double>(
            x => Derivatives.Grad<double>(y => Posterior([.. y, x[4]], prior), x[..4])).Compile();
        Tensor<double>[] inputs = Read(input);
        var gradients = new Tensor<double>?[4];
        return new Evaluation(() => gradient.InvokeInto(gradients, inputs), json =>
        {
            json.WriteStartObject();
            json.Write("alpha", gradients[0]!);
            json.Write("mu", gradients[1]!);
            json.Write("q", gradients[2]!);
            json.Write("l", gradients[3]!);
            json.WriteEndObject();
        });
    }

    private readonly record struct Prior(double Gamma, int M);

    private static Prior ReadPrior(Input input) => new(input["gamma"].Number(), input["m"].Integer(least: 0));

    /// <summary>alpha, mu, q, l and the points.</summary>
    private static Tensor<double>[] Read(Input input)
    {
        int d = input["d"].Integer(least: 1), k = input["k"].Integer(least: 1), n = input["n"].Integer(least: 1);
        return
        [
            input["alpha"].Tensor(k), input["mu"].Tensor(k, d), input["q"].Tensor(k, d),
            input["l"].Tensor(k, d * (d - 1) / 2), input["x"].Tensor(n, d),
        ];
    }

    private static Variable<double> Posterior(Variable<double>[] v, Prior prior)
    {
        (Variable<double> alpha, Variable<double> mu) = (v[0], v[1]);
        (Variable<double> q, Variable<double> l) = (v[2], v[3]);
        (int n, int d, int k) = (v[4].Shape[0], v[4].Shape[1], alpha.Length);
        Variable<double> roots = Roots(q.Exp(), l);
        // One product with all roots: the differences of points and means would be k times as many numbers.
        Variable<double> ofPoints = roots.Reshape(k * d, d).MatMul(v[4].Transpose()).Reshape(k, d, n);
        Variable<double> distances = (ofPoints - roots.MatMul(mu.Unsqueeze(-1))).Square().Sum(1);
        Variable<double> sumQ = q.Sum(1);
        Variable<double> likelihoods = (alpha + sumQ).Unsqueeze(-1) - distances / 2;
        Variable<double> wishart = prior.Gamma * prior.Gamma / 2 * (q.Exp().Square().Sum() + l.Square().Sum())
            - prior.M * sumQ.Sum();
        return likelihoods.LogSumExp(0).Sum() - n * alpha.LogSumExp() - wishart + Constant(n, d, k, prior);
    }

    /// <summary>Lower triangular matrices from their diagonals and their columns below it.</summary>
    private static Variable<double> Roots(Variable<double> diagonals, Variable<double> below)
    {
        (int k, int d) = (diagonals.Shape[0], diagonals.Shape[1]);
        Variable<double> zero = diagonals.Tape.Constant(Tensor.Zeros<double>([k, 1]));
        var places = new int[d * d];
        places.AsSpan().Fill(d * (d + 1) / 2);
        for (int column = 0, next = d; column < d; column++)
        {
            places[column * d + column] = column;
            for (int row = column + 1; row < d; row++)
                places[row * d + column] = next++;
        }
        return Variable.Concatenate([diagonals, below, zero], 1)
            .IndexSelect(1, Tensor.Create<int>(places)).Reshape(k, d, d);
    }

    /// <summary>What does not depend on the parameters.</summary>
    private static double Constant(int n, int d, int k, Prior prior)
    {
        int freedom = d + prior.M + 1;
        double logGamma = d * (d - 1) / 4.0 * Math.Log(Math.PI);
        for (int i = 0; i < d; i++)
            logGamma += Tensor.Scalar((freedom - i) / 2.0).Lgamma().Item();
        double each = freedom * d * (Math.Log(prior.Gamma) - Math.Log(2) / 2) - logGamma;
        return k * each - n * d * Math.Log(2 * Math.PI) / 2;
    }
}
