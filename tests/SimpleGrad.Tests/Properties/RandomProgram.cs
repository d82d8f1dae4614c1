using CsCheck;

namespace SimpleGrad.Tests.Properties;

/// <summary>
/// A straight-line program: each step applies an operator to inputs or to results of earlier steps. Its loss is the
/// sum of all elements of the results that no step uses.
/// </summary>
internal sealed class RandomProgram
{
    /// <summary>How far the values stay from where an operator is not smooth.</summary>
    private const double KinkDistance = 0.02;
    private const double GreatestValue = 30;
    private static readonly OperatorUse<double>[] _operators =
        [.. OperatorTable<double>.All.Where(use => use.IsDifferentiable)];

    private static readonly Gen<Draw> _draw = Gen.Select(
        Gen.Int[0, _operators.Length - 1], Gen.Int[0, 2], Gen.Int[0, 1000], Gen.Int[0, 1000], Gen.Int[0, 1000],
        (op, choice, x, y, z) => new Draw(_operators[op], choice, [x, y, z]));

    private static readonly Gen<Tensor<double>> _input =
        from lengths in Gen.Frequency((1, 0), (4, 1), (5, 2), (5, 3)).Array[0, 3]
        from values in Gen.Double[-2, 2].Array[Shape.Create(lengths).FlattenedLength]
        select Tensor.Create<double>(values, Shape.Create(lengths));

    private readonly List<Step> _steps = [];
    private readonly int[] _ends;

    private RandomProgram(Tensor<double>[] inputs, Draw[] draws)
    {
        Inputs = inputs;
        var tape = new Tape<double>();
        var values = inputs.Select(input => tape.Variable(input)).ToList();
        foreach (Draw draw in draws)
        {
            if (Resolve(draw, values) is not { } step)
                continue;
            _steps.Add(step);
            values.Add(step.Apply(values));
        }
        _ends = [.. Enumerable.Range(0, values.Count).Except(_steps.SelectMany(step => step.Operands))];
    }

    public static Gen<RandomProgram> Any { get; } =
        from inputs in _input.Array[1, 3]
        from draws in _draw.Array[2, 12]
        select new RandomProgram(inputs, draws);

    public Tensor<double>[] Inputs { get; }

    public IEnumerable<OperatorUse<double>> Operators => _steps.Select(step => step.Operator);

    public Variable<double> Loss(Variable<double>[] inputs)
    {
        var values = inputs.ToList();
        foreach (Step step in _steps)
            values.Add(step.Apply(values));
        return _ends.Select(end => values[end].Sum()).Aggregate((a, b) => a + b);
    }

    public override string ToString() => string.Join("\n", [
        .. Inputs.Select((input, i) => $"v{i} = {input} of shape {input.Shape}"),
        .. _steps.Select((step, i) => $"v{Inputs.Length + i} = {step}")]);

    /// <summary>
    /// The operands of a step: the first that fit, from those drawn on, moved into the operator's domain where they
    /// lie outside. None where the operator is not smooth nearby or the result gets too large to be differenced.
    /// </summary>
    private static Step? Resolve(Draw draw, List<Variable<double>> values)
    {
        for (int shift = 0; shift < values.Count; shift++)
        {
            // Only the latest results are drawn: that makes long chains.
            int latest = values.Count - 1, recent = Math.Min(values.Count, 4);
            int[] operands = [.. draw.Operands.Take(draw.Operator.Arity)
                .Select((pick, i) => (latest - pick % recent + i * shift) % values.Count)];
            if (!draw.Operator.Fits([.. operands.Select(operand => values[operand].Shape)]))
                continue;
            bool[] moved = [.. operands.Select((operand, i) => !Lies(values[operand], draw.Operator.Domains[i]))];
            var step = new Step(draw.Operator, draw.Choice, operands, moved);
            return step.IsSmooth(values) ? step : null;
        }
        return null;
    }

    private static bool Lies(Variable<double> x, Domain domain) =>
        Elements(x).All(value => value >= domain.Low && value <= domain.High);

    private static double[] Elements(Variable<double> x) => x.Value.ToArray();

    private sealed record Draw(OperatorUse<double> Operator, int Choice, int[] Operands);

    private sealed record Step(OperatorUse<double> Operator, int Choice, int[] Operands, bool[] Moved)
    {
        public Variable<double> Apply(List<Variable<double>> values) => Operator.Apply(Arguments(values), Choice);

        public bool IsSmooth(List<Variable<double>> values) =>
            Operator.Kinks(Arguments(values), Choice).SelectMany(Elements).All(x => Math.Abs(x) > KinkDistance)
            && Elements(Apply(values)).All(x => Math.Abs(x) < GreatestValue);

        public override string ToString() =>
            $"{Operator} of {string.Join(", ", Operands.Zip(Moved, (o, m) => m ? $"v{o} moved" : $"v{o}"))}; {Choice}";

        private Variable<double>[] Arguments(List<Variable<double>> values) =>
        [
            .. Operands.Select((operand, i) =>
                Moved[i] ? Move(values[operand], Operator.Domains[i]) : values[operand]),
        ];

        private static Variable<double> Move(Variable<double> x, Domain domain) =>
            x.Tanh() * ((domain.High - domain.Low) / 2) + (domain.High + domain.Low) / 2;
    }
}
