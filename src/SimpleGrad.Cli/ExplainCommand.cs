using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace SimpleGrad.Cli;

/// <summary><c>simplegrad explain</c>: what the compiler makes of a program.</summary>
internal sealed class ExplainCommand
{
    private const double MaxOperators = 3e5;

    private readonly Option<string?> _pattern = new("--pattern")
    {
        HelpName = "DIGITS",
        Description = "Show propagate for one pattern of known zeros: for the result, and then for each saved value, 1 "
            + "where its gradient is there and 0 where it is known to be zero.",
    };

    private readonly Option<string?> _wanted = WantedVariables.NewOption();

    private readonly Option<int> _order = new("--order")
    {
        HelpName = "N",
        Description = "Differentiate N times: 0 shows the forward alone, 2 the propagate of propagate too.",
        DefaultValueFactory = _ => 1,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int order) && order <= 9)
                return order;
            result.AddError($"--order takes a whole number from 0 to 9, not '{text}'.");
            return 0;
        },
    };

    private readonly Option<bool> _passes = new("--passes")
    {
        Description = "Show what each stage of the compiler gives too.",
    };

    private readonly Option<double> _budget = new("--memory-budget")
    {
        HelpName = "FRACTION",
        Description = "From 0, compute again what can be, to 1, save all that propagate reads.",
        DefaultValueFactory = _ => 0.5,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double budget)
                && budget is >= 0 and <= 1)
                return budget;
            result.AddError($"--memory-budget takes a number from 0 to 1, not '{text}'.");
            return 0;
        },
    };

    private readonly ProgramInputs _inputs;
    private readonly TextWriter _stdout;
    private readonly TextReader _stdin;
    private readonly Messages _messages;

    private ExplainCommand(Command command, TextWriter stdout, TextReader stdin, Messages messages)
    {
        (_stdout, _stdin, _messages) = (stdout, stdin, messages);
        _inputs = ProgramInputs.AddTo(command);
        command.Add(_pattern);
        command.Add(_wanted);
        command.Add(_order);
        command.Add(_passes);
        command.Add(_budget);
        command.SetAction(parsed =>
        {
            if (_inputs.IsFloat(parsed))
                Run<float>(parsed);
            else
                Run<double>(parsed);
        });
    }

    public static Command Create(TextWriter stdout, TextReader stdin, Messages messages)
    {
        var command = new Command("explain", "Shows what the compiler makes of a program, as C#.");
        _ = new ExplainCommand(command, stdout, stdin, messages);
        return command;
    }

    private void Run<T>(ParseResult parsed) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool[]? pattern = Pattern(parsed.GetValue(_pattern));
        (BoundProgram program, IReadOnlyList<VariableArgument> arguments) = _inputs.Read(parsed, _stdin);
        if (program.Variables.Count == 0)
            throw new MistakeException("A program without variables has nothing to compile: give some with --var.");
        program.RequireOrder("--order", parsed.GetValue(_order), MaxOperators);
        int[] wanted = WantedVariables.PlacesOf(parsed.GetValue(_wanted), program.Variables);
        Shape[] shapes = [.. arguments.Select(argument => argument.Load<T>(_messages).Shape)];
        Aggregate<T> aggregate = Aggregate.Compile<T>(
            x => [program.Run(x[0].Tape, x)], "forward", [.. program.Variables])
            .WithMemoryBudget(parsed.GetValue(_budget));
        try
        {
            _stdout.Write(aggregate.Explain(shapes, new ExplainOptions
            {
                Pattern = pattern,
                Order = parsed.GetValue(_order),
                Passes = parsed.GetValue(_passes),
                Wanted = [.. program.Variables.Select((_, i) => wanted.Contains(i))],
            }));
        }
        catch (Exception e) when (MistakeException.IsRefusal(e))
        {
            throw new MistakeException(MistakeException.MessageOf(e));
        }
    }

    private static bool[]? Pattern(string? digits) => digits is null ? null
        : digits.Length > 0 && digits.All(digit => digit is '0' or '1') && digits.Contains('1')
        ? [.. digits.Select(digit => digit == '1')]
        : throw new MistakeException(
            "--pattern takes digits 0 and 1, of which one at least is 1 (else there is nothing to do), not "
            + $"'{digits}'.");
}
