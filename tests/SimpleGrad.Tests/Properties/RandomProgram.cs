using CsCheck;

namespace SimpleGrad.Tests.Properties;

/// <summary>
/// A straight-line program: each step applies an operator to inputs or to results of earlier steps. Its loss is made of
/// the results that no step uses.
/// </summary>
internal sealed class RandomProgram
{
    private static readonly OperatorUse<double>[] _operators =
        [.. OperatorTable<double>.All.Where(use => use.IsDifferentiable)];

    /// <summary>Shapes of operands for an operator that none of a program's values fits.</summary>
    private static readonly Dictionary<OperatorUse<double>, Shape[][]> _shapes = _operators.ToDictionary(
        use => use,
        use => OperatorPropertyTests.ShapesFor(use)
            .Where(shapes => shapes.All(shape => shape.FlattenedLength <= 60)).ToArray());

    private static readonly Gen<Draw> _draw = Gen.Select(
        Gen.Int[0, _operators.Length - 1], Gen.Int[0, 2], Gen.Int[0, 1000], Gen.Int[0, 1000], Gen.Int[0, 1000],
        (op, choice, x, y, z) => new Draw(_operators[op], choice, [x, y, z]));

    // Three decimals are short to print, and seldom equal.
    private static readonly Gen<Tensor<double>> _input =
        from lengths in Gen.Frequency((1, 0), (4, 1), (5, 2), (5, 3)).Array[0, 3]
        from values in Gen.Int[-2000, 2000].Array[Shape.Create(lengths).FlattenedLength]
        select Tensor.Create<double>([.. values.Select(value => value / 1000.0)], Shape.Create(lengths));

    private readonly List<Step> _steps = [];
    private readonly int[] _ends;
    private readonly bool _isCurved;

    private RandomProgram(Tensor<double>[] inputs, Draw[] draws, bool isCurved)
    {
        Inputs = inputs;
        _isCurved = isCurved;
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
        from isCurved in Gen.Bool
        select new RandomProgram(inputs, draws, isCurved);

    /// <summary>Tests a program, unless it comes to a point where eigenvalues are equal.</summary>
    public static void WhereDefined(Action test)
    {
        try
        {
            test();
        }
        catch (InvalidOperationException e)
            when (e is CoincidingEigenvaluesException || e.InnerException is CoincidingEigenvaluesException)
        {
        }
    }

    /// <summary>Programs of one step, an operator on each of the shapes and axes, where it is smooth.</summary>
    public static IEnumerable<RandomProgram> Of(OperatorUse<double> use)
    {
        var random = new Random(1);
        int[] operands = [.. Enumerable.Range(0, use.Arity).Reverse()];
        return
            from shapes in _shapes[use]
            from choice in Enumerable.Range(0, 3)
            let inputs = shapes.Zip(use.Domains, (shape, domain) => Tensor.Create<double>(
                [.. Enumerable.Range(0, shape.FlattenedLength).Select(_ => (double)domain.Draw(random))],
                shape)).ToArray()
            let program = new RandomProgram(inputs, [new Draw(use, choice, operands)], isCurved: true)
            where program._steps.Count == 1
            select program;
    }

    public Tensor<double>[] Inputs { get; }

    public IEnumerable<OperatorUse<double>> Operators => _steps.Select(step => step.Use);

    /// <summary>
    /// Half of the losses are plain sums, through which many gradients of higher order are known zero. The others have
    /// derivatives of all orders, and tell the elements apart.
    /// </summary>
    public Variable<double> Loss(Variable<double>[] inputs)
    {
        var values = inputs.ToList();
        foreach (Step step in _steps)
            values.Add(step.Apply(values));
        return _ends.Select(end => _isCurved ? Curved(values[end]) : values[end].Sum()).Aggregate((a, b) => a + b);
    }

    /// <summary>The program as source, in the notation of the table's rows.</summary>
    public override string ToString() => string.Join("\n", [
        .. Inputs.Select((input, i) => $"var v{i} = tape.Variable({Source(input)});"),
        .. _steps.Select((step, i) => $"var v{Inputs.Length + i} = {step};"),
        $"var loss = {string.Join(" + ", _ends.Select(end => _isCurved ? $"Curved(v{end})" : $"v{end}.Sum()"))};"]);

    private static Variable<double> Curved(Variable<double> x) => Step.Shifted(x).Sin().Sum();

    private static string Source(Tensor<double> x)
    {
        string numbers = string.Join(", ", x.ToArray().Select(Step.Source));
        return x.Rank == 0 ? numbers : $"Tensor.Create([{numbers}], [{string.Join(", ", x.Shape)}])";
    }

    /// <summary>
    /// The operands of a step: the first that fit, from those drawn on; where none do, those drawn, brought into a
    /// shape that fits. None where the operator is not smooth nearby or the result gets too large to be differenced.
    /// </summary>
    private static Step? Resolve(Draw draw, List<Variable<double>> values)
    {
        for (int shift = 0; shift < values.Count; shift++)
        {
            int[] operands = Operands(draw, values.Count, shift);
            Shape[] shapes = [.. operands.Select(operand => values[operand].Shape)];
            if (draw.Operator.Fits(shapes))
                return Step.TryMake(draw.Operator, draw.Choice, operands, shapes, values);
        }
        Shape[][] fitting = _shapes[draw.Operator];
        return fitting.Length == 0 ? null : Step.TryMake(
            draw.Operator, draw.Choice, Operands(draw, values.Count, 0), fitting[draw.Operands[0] % fitting.Length],
            values);
    }

    /// <summary>Only the latest values are drawn: that makes long chains.</summary>
    private static int[] Operands(Draw draw, int values, int shift) =>
    [
        .. draw.Operands.Take(draw.Operator.Arity)
            .Select((pick, i) => (values - 1 - pick % Math.Min(values, 4) + i * shift) % values),
    ];

    private sealed record Draw(OperatorUse<double> Operator, int Choice, int[] Operands);
}
