using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace SimpleGrad.Cli;

/// <summary><c>simplegrad grad</c>: the value and the gradients of a program.</summary>
internal sealed class GradCommand
{
    private readonly Option<string?> _wanted = WantedVariables.NewOption();

    private readonly Option<int?> _orders = new("--orders")
    {
        HelpName = "N",
        Description = "Differentiate N times. L0 is the sum of the result, each next loss the sum of the squares of "
            + "the last one's gradients; the gradients of the last loss are printed.",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int orders) && orders >= 1)
                return orders;
            result.AddError($"--orders takes a whole number from 1 on, not '{text}'.");
            return null;
        },
    };

    private readonly Option<string> _trace = new("--trace")
    {
        Description = "Print every operator and gradient as it is computed.",
        DefaultValueFactory = _ => "none",
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print JSON with every digit instead of text.",
    };

    private readonly Option<string?> _graph = new("--graph")
    {
        HelpName = "FILE",
        Description = "Draw the tape, with the entries that the gradients recorded: FILE.svg is a picture, FILE.mmd "
            + "text for Mermaid, FILE.dot text for Graphviz.",
    };

    private readonly ProgramInputs _inputs;
    private readonly TextWriter _stdout;
    private readonly TextReader _stdin;
    private readonly Messages _messages;

    private GradCommand(Command command, TextWriter stdout, TextReader stdin, Messages messages)
    {
        (_stdout, _stdin, _messages) = (stdout, stdin, messages);
        _inputs = ProgramInputs.AddTo(command);
        _trace.AcceptOnlyFromAmong("none", "notebook");
        command.Add(_wanted);
        command.Add(_orders);
        command.Add(_trace);
        command.Add(_json);
        command.Add(_graph);
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
        var command = new Command("grad", "Computes the value of a program and its gradients.");
        _ = new GradCommand(command, stdout, stdin, messages);
        return command;
    }

    private void Run<T>(ParseResult parsed) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool isTraced = parsed.GetValue(_trace) == "notebook", isJson = parsed.GetValue(_json);
        if (isTraced && isJson)
            throw new MistakeException("--json and --trace both write to standard output: give one of them.");
        GraphFile? graph = parsed.GetValue(_graph) is { } path ? GraphFile.At(path) : null;
        int? orders = parsed.GetValue(_orders);
        (BoundProgram program, IReadOnlyList<VariableArgument> arguments) = _inputs.Read(parsed, _stdin);
        if (program.Variables.FirstOrDefault(name => IsLoss(name, orders)) is { } taken)
            throw new MistakeException(
                $"--orders {orders} names a loss '{taken}': choose another name for the variable.");
        int[] wanted = WantedVariables.PlacesOf(parsed.GetValue(_wanted), program.Variables);
        Tensor<T>[] values = [.. arguments.Select(argument => argument.Load<T>(_messages))];

        var tape = new Tape<T>(isTraced ? Trace.Notebook(_stdout) : null);
        Variable<T>[] variables = [.. values.Zip(program.Variables, (value, name) => tape.Variable(value, name))];
        Variable<T> result = program.Run(tape, variables);
        List<Range>? sweeps = graph is null ? null : [];
        (Tensor<T> value, Variable<T>?[] gradients) =
            GradientChain.Compute(tape, result, [.. wanted.Select(i => variables[i])], orders, sweeps);
        if (graph is not null)
            graph.Write(TapeGraph.Of(
                tape, variables, sweeps!,
                gradients.Zip(wanted, (gradient, i) => (gradient?.Name, $"d{program.Variables[i]}"))));

        var report = new GradientReport<T>(
            value, [.. wanted.Select((variable, i) => (program.Variables[variable], gradients[i]?.Value))], orders);
        if (isJson)
            report.WriteJson(_stdout);
        else
            report.WriteText(_stdout, withValue: !isTraced && (orders is null || wanted.Length == 0));
    }

    private static bool IsLoss(string name, int? orders) =>
        name[0] == 'L' && int.TryParse(name[1..], out int order) && order < orders && name == $"L{order}";
}
