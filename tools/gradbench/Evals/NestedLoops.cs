namespace SimpleGrad.GradBench;

/// <summary>How a derivative is taken.</summary>
internal enum Mode
{
    Reverse,
    Forward,
}

/// <summary>
/// A loop over a state of numbers, and the derivative of what comes out of it by its parameters, through all steps.
/// </summary>
/// <remarks>
/// Some steps are compiled as one function. The loop may end in between, so the last number of the state is 1 as long
/// as it runs, and a step of a loop that has ended changes nothing that matters.
/// </remarks>
internal sealed class Loop
{
    private readonly Tape<double> _tape = new();
    private readonly Mode _mode;
    private readonly int _numbers;
    private readonly Part _start;
    private readonly Part _steps;
    private readonly Part _result;

    /// <param name="numbers">How many numbers the state has.</param>
    /// <param name="smooth">How many of them, from the first on, have derivatives. The others decide.</param>
    /// <param name="stepsAtOnce">How many steps are compiled as one function.</param>
    /// <param name="mode">How the derivative is taken.</param>
    /// <param name="start">From the parameters to the first state.</param>
    /// <param name="step">From a state and the parameters to the next state.</param>
    /// <param name="result">From the last state and the parameters to a number.</param>
    public Loop(
        int numbers, int smooth, int stepsAtOnce, Mode mode, Func<Variable<double>[], Variable<double>[]> start,
        Func<Variable<double>[], Variable<double>[], Variable<double>[]> step,
        Func<Variable<double>[], Variable<double>[], Variable<double>> result)
    {
        (_numbers, _mode) = (numbers, mode);
        _start = new Part((_, at) => start(at), numbers, smooth);
        _steps = new Part(Steps, numbers, smooth);
        _result = new Part((state, at) => [result(state, at)], numbers, smooth);

        Variable<double>[] Steps(Variable<double>[] state, Variable<double>[] at)
        {
            for (int i = 0; i < stepsAtOnce; i++)
                state = step(state, at);
            return state;
        }
    }

    /// <summary>What comes out, its derivative by each parameter, and the last state.</summary>
    public (double Value, double[] Gradient, double[] State) Run(double[] at) =>
        _mode == Mode.Reverse ? RunReverse(at) : RunForward(at);

    private (double, double[], double[]) RunReverse(double[] at)
    {
        Tape<double> tape = _tape;
        tape.Reset();
        Variable<double>[] place = Array.ConvertAll(at, x => tape.Variable(x));
        Variable<double> zero = tape.Constant(0);
        Variable<double>[] state = _start.OnTape.InvokeAll([.. Enumerable.Repeat(zero, _numbers), .. place]);
        while (state[^1].Item() > 0)
            state = _steps.OnTape.InvokeAll([.. state, .. place]);
        Variable<double> value = _result.OnTape.InvokeAll([.. state, .. place])[0];
        Variable<double>?[] gradient = tape.Grad(value, place, zeros: true, createGraph: false);
        return (value.Item(), Numbers(gradient.Select(x => x!.Value)), Numbers(state.Select(x => x.Value)));
    }

    private (double, double[], double[]) RunForward(double[] at)
    {
        Tensor<double>[] place = Array.ConvertAll(at, Tensor.Scalar);
        // A state, and then the derivatives of its smooth numbers by each parameter.
        Tensor<double>[] state = [.. Enumerable.Repeat(Tensor.Scalar(0.0), _start.Inputs(at.Length) - at.Length)];
        state = _start.WithTangents.Invoke([.. state, .. place]);
        while (state[_numbers - 1].Item() > 0)
            state = _steps.WithTangents.Invoke([.. state, .. place]);
        Tensor<double>[] results = _result.WithTangents.Invoke([.. state, .. place]);
        return (results[0].Item(), Numbers(results[1..]), Numbers(state[.._numbers]));
    }

    private static double[] Numbers(IEnumerable<Tensor<double>> tensors) => [.. tensors.Select(x => x.Item())];

    /// <summary>A function of a state and the parameters, compiled.</summary>
    private sealed class Part
    {
        private readonly Func<Variable<double>[], Variable<double>[], Variable<double>[]> _function;
        private readonly int _numbers;
        private readonly int _smooth;

        public Part(
            Func<Variable<double>[], Variable<double>[], Variable<double>[]> function, int numbers, int smooth)
        {
            (_function, _numbers, _smooth) = (function, numbers, smooth);
            OnTape = Aggregate.Compile<double>(x => function(x[..numbers], x[numbers..]), "loop");
            WithTangents = TensorFunction.Of<double>(Tangents).Compile();
        }

        public Aggregate<double> OnTape { get; }

        /// <summary>From a state, the derivatives of its smooth numbers by each parameter, and the parameters to
        /// results with theirs.</summary>
        public TensorFunction<double, Tensor<double>[]> WithTangents { get; }

        public int Inputs(int parameters) => _numbers + (_smooth + 1) * parameters;

        private Variable<double>[] Tangents(Variable<double>[] x)
        {
            int parameters = (x.Length - _numbers) / (_smooth + 1);
            (Variable<double>[] smooth, Variable<double>[] deciding) = (x[.._smooth], x[_smooth.._numbers]);
            Variable<double>[] at = x[^parameters..];
            List<Variable<double>> results = [.. _function(x[.._numbers], at)];
            for (int i = 0; i < parameters; i++)
            {
                Variable<double>[] unit =
                    [.. Enumerable.Range(0, parameters).Select(j => x[0].Tape.Constant(i == j ? 1 : 0))];
                Variable<double>[] tangents = x.AsSpan(_numbers + i * _smooth, _smooth).ToArray();
                results.AddRange(Derivatives.Jvp<double>(
                    y => _function([.. y[.._smooth], .. deciding], y[_smooth..]).Take(_smooth).ToArray(),
                    [.. smooth, .. at], [.. tangents, .. unit]).Products);
            }
            return [.. results];
        }
    }
}

/// <summary>What the evals with derivatives in derivatives have in common.</summary>
internal static class Nested
{
    /// <summary>The gradient of a function of numbers by either mode, to be differentiated again.</summary>
    public static Variable<double>[] Gradient(
        Func<Variable<double>[], Variable<double>> function, Variable<double>[] at, Mode mode)
    {
        if (mode == Mode.Reverse)
            return Derivatives.Grad<double>(function, at);
        return [.. at.Select((_, i) => Derivatives.Jvp<double>(
            x => [function(x)], at, [.. at.Select((x, j) => x.Tape.Constant(i == j ? 1 : 0))]).Products[0])];
    }

    /// <summary>Gradient descent with steps that grow while they go down.</summary>
    public static double[] Minimum(
        Func<double[], (double Value, double[] Gradient, double[] State)> function, double[] start)
    {
        double[] x = start;
        (double value, double[] gradient, _) = function(x);
        double eta = 1e-5;
        for (int downhill = 0; ;)
        {
            if (Length(gradient) <= 1e-5)
                return x;
            if (downhill == 10)
            {
                (eta, downhill) = (2 * eta, 0);
                continue;
            }
            double[] next = [.. x.Zip(gradient, (x, g) => x - eta * g)];
            if (Length([.. x.Zip(next, (x, y) => x - y)]) <= 1e-5)
                return x;
            (double nextValue, double[] nextGradient, _) = function(next);
            if (nextValue < value)
            {
                (x, value, gradient) = (next, nextValue, nextGradient);
                downhill++;
            }
            else
            {
                (eta, downhill) = (eta / 2, 0);
            }
        }

        static double Length(double[] vector) => Math.Sqrt(vector.Sum(x => x * x));
    }
}
