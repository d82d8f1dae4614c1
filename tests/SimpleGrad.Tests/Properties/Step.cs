using System.Globalization;
using System.Text.RegularExpressions;

namespace SimpleGrad.Tests.Properties;

/// <summary>A step of a <see cref="RandomProgram"/>: an operator on values of earlier steps.</summary>
internal sealed partial class Step
{
    /// <summary>How far the values stay from where an operator is not smooth.</summary>
    private const double KinkDistance = 0.02;
    private const double GreatestValue = 30;

    private readonly int _choice;
    private readonly Shape?[] _shapes;
    private readonly bool[] _isMoved;

    /// <summary>
    /// The operands are brought into the given shapes where they have others, and moved into the operator's domain
    /// where they lie outside.
    /// </summary>
    private Step(OperatorUse<double> use, int choice, int[] operands, Shape[] shapes, List<Variable<double>> values)
    {
        (Use, _choice, Operands) = (use, choice, operands);
        _shapes = [.. operands.Zip(shapes, (operand, shape) => values[operand].Shape == shape ? null : shape)];
        _isMoved = new bool[operands.Length];
        _isMoved = [.. Arguments(values).Zip(use.Domains, (x, domain) => !Lies(x, domain))];
    }

    public OperatorUse<double> Use { get; }

    /// <summary>The places of the operands among the values.</summary>
    public int[] Operands { get; }

    /// <summary>A step, if the operator is smooth around its operands and its result small enough.</summary>
    public static Step? TryMake(
        OperatorUse<double> use, int choice, int[] operands, Shape[] shapes, List<Variable<double>> values)
    {
        if (operands.Any(operand => values[operand].Length == 0))
            return null;
        var step = new Step(use, choice, operands, shapes, values);
        return use.Kinks(step.Arguments(values), choice).SelectMany(Elements).All(x => Math.Abs(x) > KinkDistance)
            && Elements(step.Apply(values)).All(x => Math.Abs(x) < GreatestValue) ? step : null;
    }

    public Variable<double> Apply(List<Variable<double>> values) => Use.Apply(Arguments(values), _choice);

    /// <summary>The step in the notation of its row in the table.</summary>
    public override string ToString()
    {
        string source = Names.Replace(Use.Name, name => name.Value == "A"
            ? $"Matrix({Operand(0)})"
            : Operand("xyz".IndexOf(name.Value[0], StringComparison.Ordinal)));
        return source.Contains("axis") ? $"{source} /* choice {_choice} */" : source;
    }

    public static string Source(double x) => x.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>No two elements that are equal stay so.</summary>
    public static Variable<double> Shifted(Variable<double> x) => x + x.Tape.Constant(
        Tensor.Create<double>([.. Enumerable.Range(0, x.Length).Select(i => Math.Sin(i))], x.Shape));

    [GeneratedRegex(@"\b[xyzA]\b")]
    private static partial Regex Names { get; }

    private static bool Lies(Variable<double> x, Domain domain) =>
        Elements(x).All(value => value >= domain.Low && value <= domain.High);

    private static double[] Elements(Variable<double> x) => x.Value.ToArray();

    private string Operand(int i)
    {
        string operand = $"v{Operands[i]}";
        if (_shapes[i] is { } shape)
            operand = $"Shaped({operand}, [{string.Join(", ", shape)}])";
        return _isMoved[i] ? $"Moved({operand}, {Source(Use.Domains[i].Low)}, {Source(Use.Domains[i].High)})" : operand;
    }

    private Variable<double>[] Arguments(List<Variable<double>> values)
    {
        var arguments = new Variable<double>[Operands.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            Variable<double> x = values[Operands[i]];
            x = _shapes[i] is { } shape ? Shaped(x, shape) : x;
            arguments[i] = _isMoved[i] ? Moved(x, Use.Domains[i].Low, Use.Domains[i].High) : x;
        }
        return arguments;
    }

    /// <summary>The elements in another shape, as often as it takes.</summary>
    private static Variable<double> Shaped(Variable<double> x, Shape shape)
    {
        int[] places = [.. Enumerable.Range(0, shape.FlattenedLength).Select(i => i % x.Length)];
        return Shifted(x.TakeAlongAxis(Tensor.Create<int>(places)).Reshape([.. shape]));
    }

    private static Variable<double> Moved(Variable<double> x, double low, double high) =>
        x.Tanh() * ((high - low) / 2) + (high + low) / 2;
}
