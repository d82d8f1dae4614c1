using System.CommandLine;

namespace SimpleGrad.Cli;

/// <summary>The arguments and options with which a command takes a program and its variables.</summary>
internal sealed class ProgramInputs
{
    private readonly ProgramSource _source;

    private readonly Option<string[]> _variables = new("--var")
    {
        HelpName = "NAME=VALUE",
        Description = "A variable: a=2.5 (number), a=1,2,3 (vector), a=[[1,2],[3,4]] (any shape), "
            + "a=@data.csv:column (a column by its name), a=@data.npy (a NumPy array), a=@data.npz:name (an array of a "
            + "NumPy archive). Can be repeated.",
    };

    private readonly Option<string> _numberType = new("--dtype")
    {
        Description = "The type of the numbers.",
        DefaultValueFactory = _ => "f64",
    };

    private ProgramInputs(Command command)
    {
        _numberType.AcceptOnlyFromAmong("f32", "f64");
        _source = ProgramSource.AddTo(
            command, "PROGRAM", "A C# expression, or statements such as \"var t = a + b; return t * b;\".");
        command.Add(_variables);
        command.Add(_numberType);
    }

    public static ProgramInputs AddTo(Command command) => new(command);

    public bool IsFloat(ParseResult parsed) => parsed.GetValue(_numberType) == "f32";

    /// <summary>The program, bound to the variables, and the variables; their values are not read yet.</summary>
    public (BoundProgram Program, IReadOnlyList<VariableArgument> Variables) Read(ParseResult parsed, TextReader stdin)
    {
        var files = new InputFiles(_source.IsStandardInput(parsed) ? null : stdin);
        IReadOnlyList<VariableArgument> variables = VariableArgument.Parse(parsed.GetValue(_variables) ?? [], files);
        ProgramText text = _source.Read(parsed, stdin);
        return (ProgramBinder.Bind(text, [.. variables.Select(variable => variable.Name)]), variables);
    }
}
