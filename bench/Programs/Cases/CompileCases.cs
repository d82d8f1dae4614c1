namespace SimpleGrad.Bench.Programs.Cases;

/// <summary>
/// The first call of a function of more and more operators, gradient included: its time should be in proportion.
/// </summary>
internal static class CompileCases
{
    public static IEnumerable<Case> All() =>
    [
        .. ((int[])[50, 100, 200, 400, 800]).SelectMany(steps => (Case[])
        [
            Of($"equal steps: {steps}", p => Equal(p, steps), Tensor.Create<double>([0.5, 0.3])),
            Of($"different steps on vectors: {steps}", x => Different(x, steps), Tensor.LinSpace(0.1, 1, 1000)),
        ]),
    ];

    private static Case Of(string name, Func<Variable<double>, Variable<double>> function, Tensor<double> input) => new(
        "compile", name, Ours.Compiled("compiled", () => Ours.VectorGradient(function), () => [input]))
    {
        Nodes = () =>
        {
            var tape = new Tape<double>();
            Variable<double> x = tape.Variable(input);
            _ = tape.Grad(function(x), x);
            return tape.Count;
        },
    };

    private static Variable<double> Equal(Variable<double> p, int steps)
    {
        Variable<double> x = p.Tape.Constant(0.1);
        for (int i = 0; i < steps; i++)
            x += 0.05 * (p[0] * x.Sin() - p[1] * x * x * x);
        return x;
    }

    /// <summary>No two steps are equal: the operators that make them are drawn.</summary>
    private static Variable<double> Different(Variable<double> x, int steps)
    {
        var random = new Random(steps);
        Variable<double> a = x, b = 1 - x;
        for (int i = 0; i < steps; i++)
        {
            (a, b) = random.Next(6) switch
            {
                0 => (a * b, a + 0.5),
                1 => ((a - b).Tanh(), a),
                2 => (a / (1 + b * b), b),
                3 => (0.5 * (a + b), a - b),
                4 => (a.Sin(), b * 0.9),
                _ => (b, a.Maximum(b * 0.7)),
            };
        }
        return (a + b).Sum();
    }
}
