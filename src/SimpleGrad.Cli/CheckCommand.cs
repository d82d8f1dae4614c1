using System.CommandLine;
using System.Globalization;

namespace SimpleGrad.Cli;

/// <summary><c>simplegrad check</c>: compares derivatives of a program with differences of its values.</summary>
internal sealed class CheckCommand
{
    private const int Wrong = 3;
    private const double MaxOperators = 4e6;

    private readonly Option<int?> _order = new("--order")
    {
        HelpName = "N",
        Description = "The highest order of derivatives to check; 2 where left out.",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int order) && order >= 1)
                return order;
            result.AddError($"--order takes a whole number from 1 on, not '{text}'.");
            return null;
        },
    };

    private readonly Option<double?> _tolerance = new("--tolerance")
    {
        HelpName = "X",
        Description = "The greatest difference of a derivative allowed, relative to it; 1e-6 where left out.",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double x) && x > 0)
                return x;
            result.AddError($"--tolerance takes a positive number, not '{text}'.");
            return null;
        },
    };

    private readonly ProgramInputs _inputs;
    private readonly TextWriter _stdout;
    private readonly TextReader _stdin;
    private readonly Messages _messages;

    private CheckCommand(Command command, TextWriter stdout, TextReader stdin, Messages messages)
    {
        (_stdout, _stdin, _messages) = (stdout, stdin, messages);
        _inputs = ProgramInputs.AddTo(command);
        command.Add(_order);
        command.Add(_tolerance);
        command.SetAction(Run);
    }

    public static Command Create(TextWriter stdout, TextReader stdin, Messages messages)
    {
        var command = new Command(
            "check",
            "Compares the derivatives of a program, by reverse mode, with forward mode and with differences of its "
            + $"values. Ends with {Wrong} where they differ; undecided are those of which differences say too little.");
        _ = new CheckCommand(command, stdout, stdin, messages);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        if (_inputs.IsFloat(parsed))
            throw new MistakeException("check computes with f64: differences of f32 numbers say too little.");
        (BoundProgram program, IReadOnlyList<VariableArgument> arguments) = _inputs.Read(parsed, _stdin);
        if (arguments.Count == 0)
            throw new MistakeException("There is no variable to differentiate by: give one with --var.");
        program.RequireOrder("--order", parsed.GetValue(_order) ?? 2, MaxOperators);
        Tensor<double>[] values = [.. arguments.Select(argument => argument.Load<double>(_messages))];
        GradientReport report =
            Check(program, values, parsed.GetValue(_order) ?? 2, parsed.GetValue(_tolerance) ?? 1e-6);
        _stdout.WriteLine(report.ToString(input => program.Variables[input]));
        return report.IsRight ? 0 : Wrong;
    }

    private GradientReport Check(BoundProgram program, Tensor<double>[] values, int order, double tolerance)
    {
        try
        {
            return _messages.Progress("checking", () => GradientCheck.Run(
                (Variable<double>[] x) => program.Run(x[0].Tape, x), values, order, tolerance));
        }
        catch (Exception e) when (MistakeException.IsRefusal(e))
        {
            throw new MistakeException(MistakeException.MessageOf(e));
        }
    }
}
