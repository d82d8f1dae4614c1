namespace SimpleGrad.GradBench;

/// <summary>
/// The loss of a network of layers of long short-term memory that predicts each element of a sequence from those
/// before. Weights are element by element.
/// </summary>
internal static class Lstm
{
    /// <summary>
    /// So many steps of a layer are compiled as one: the tape then has an entry for them and not for each.
    /// </summary>
    private const int StepsOfEntry = 32;

    public static Evaluation Objective(Input input)
    {
        Tensor<double>[] inputs = Read(input);
        var network = new Network(layers: inputs[0].Shape[0] / 2);
        var tape = new Tape<double>();
        return Evaluation.Of(
            () =>
            {
                tape.Reset();
                return network.Loss([.. inputs.Select(x => tape.Constant(x))]).Value;
            },
            Output.Write);
    }

    public static Evaluation Jacobian(Input input)
    {
        Tensor<double>[] inputs = Read(input);
        var network = new Network(layers: inputs[0].Shape[0] / 2);
        var tape = new Tape<double>();
        return Evaluation.Of(
            () =>
            {
                tape.Reset();
                Variable<double> main = tape.Variable(inputs[0]), extra = tape.Variable(inputs[1]);
                Variable<double> loss = network.Loss([main, extra, .. inputs[2..].Select(x => tape.Constant(x))]);
                Variable<double>?[] gradients = tape.Grad(loss, [main, extra], zeros: true, createGraph: false);
                return Variable.Concatenate([gradients[0]!.Flatten(), gradients[1]!.Flatten()]).Value;
            },
            Output.Write);
    }

    /// <summary>Parameters of the layers, parameters around them, the first state, and the sequence.</summary>
    private static Tensor<double>[] Read(Input input)
    {
        Tensor<double> sequence = input["sequence"].Tensor(-1, -1), main = input["main_params"].Tensor(-1, -1);
        (int rows, int width) = (main.Shape[0], sequence.Shape[1]);
        if (rows == 0 || rows % 2 != 0)
            throw new InputException($"main_params has {rows} rows: there must be two for each layer");
        if (sequence.Shape[0] < 2)
            throw new InputException("the sequence has nothing to predict");
        return
        [
            input["main_params"].Tensor(rows, 4 * width), input["extra_params"].Tensor(3, width),
            input["state"].Tensor(rows, width), sequence,
        ];
    }

    private sealed class Network(int layers)
    {
        private readonly Aggregate<double> _steps = Aggregate.Compile<double>(x => Steps(x, layers), "steps");
        private readonly Aggregate<double> _loss = Aggregate.Compile<double>(Loss, "loss");

        public Variable<double> Loss(Variable<double>[] x)
        {
            (Variable<double> main, Variable<double> extra, Variable<double> sequence) = (x[0], x[1], x[3]);
            (int length, int width) = (sequence.Shape[0] - 1, sequence.Shape[1]);
            Variable<double>[] parameters = [.. main.Reshape(-1, width).Unbind(), .. extra.Unbind()];
            Variable<double>[] state = x[2].Unbind(), elements = sequence.Unbind();
            int steps = Math.Max(1, StepsOfEntry / layers);
            var predictions = new List<Variable<double>>();
            for (int first = 0; first < length; first += steps)
            {
                int count = Math.Min(steps, length - first);
                Variable<double>[] results =
                    _steps.InvokeAll([.. parameters, .. state, .. elements.AsSpan(first, count)]);
                predictions.Add(results[0]);
                state = results[1..];
            }
            return _loss.Invoke(Variable.Concatenate(predictions), sequence[1..]);
        }

        private static Variable<double> Loss(Variable<double> predictions, Variable<double> sequence)
        {
            Variable<double> norms = (predictions.Exp().Sum(1, keepDims: true) + 2).Log();
            return -(sequence * (predictions - norms)).Mean();
        }

        /// <summary>From the parameters, the state and some elements of the sequence to predictions and a
        /// state.</summary>
        private static Variable<double>[] Steps(Variable<double>[] x, int layers)
        {
            int extras = 8 * layers, states = extras + 3, elements = states + 2 * layers;
            (Variable<double>[] main, Variable<double>[] extra) = (x[..extras], x[extras..states]);
            Variable<double>[] state = x[states..elements];
            var predictions = new List<Variable<double>>();
            foreach (Variable<double> element in x[elements..])
            {
                Variable<double> value = element * extra[0];
                for (int i = 0; i < layers; i++)
                {
                    (state[2 * i], state[2 * i + 1]) = Layer(
                        main.AsSpan(8 * i, 4), main.AsSpan(8 * i + 4, 4), state[2 * i], state[2 * i + 1], value);
                    value = state[2 * i];
                }
                predictions.Add(value * extra[1] + extra[2]);
            }
            return [Variable.Stack(predictions), .. state];
        }

        private static (Variable<double> Hidden, Variable<double> Cell) Layer(
            ReadOnlySpan<Variable<double>> weights, ReadOnlySpan<Variable<double>> biases,
            Variable<double> hidden, Variable<double> cell, Variable<double> input)
        {
            Variable<double> forget = (input * weights[0] + biases[0]).Sigmoid();
            Variable<double> keep = (hidden * weights[1] + biases[1]).Sigmoid();
            Variable<double> show = (input * weights[2] + biases[2]).Sigmoid();
            Variable<double> change = (hidden * weights[3] + biases[3]).Tanh();
            Variable<double> next = cell * forget + keep * change;
            return (show * next.Tanh(), next);
        }
    }
}
