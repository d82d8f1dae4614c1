using System.CommandLine;

namespace SimpleGrad.Cli;

/// <summary>The arguments and options with which a command takes a program and its variables.</summary>
internal sealed class ProgramInputs
{
    private readonly Argument<string?> _program = new("PROGRAM")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "A C# expression, or statements such as \"var t = a + b; return t * b;\". "
            + $"Operators, as functions or as methods: {string.Join(", ", OperatorLookup.Names)}. "
            + $"Constants: {string.Join(", ", ProgramNames.Constants.Keys)}.",
    };

    private readonly Option<string?> _file = new("--file")
    {
        HelpName = "FILE",
        Description = "Read the program from a file; - is standard input.",
    };

    private readonly Option<string[]> _variables = new("--var")
    {
        HelpName = "NAME=VALUE",
        Description = "A variable: a=2.5 (number), a=1,2,3 (vector), a=[[1,2],[3,4]] (any shape), "
            + "a=@data.csv:column (a column by its name), a=@data.npy (a NumPy array). Can be repeated.",
    };

    private readonly Option<string> _numberType = new("--dtype")
    {
        Description = "The type of the numbers.",
        DefaultValueFactory = _ => "f64",
    };

    private ProgramInputs() => _numberType.AcceptOnlyFromAmong("f32", "f64");

    public static ProgramInputs AddTo(Command command)
    {
        var inputs = new ProgramInputs();
        command.Add(inputs._program);
        command.Add(inputs._file);
        command.Add(inputs._variables);
        command.Add(inputs._numberType);
        return inputs;
    }

    public bool IsFloat(ParseResult parsed) => parsed.GetValue(_numberType) == "f32";

    /// <summary>The program, bound to the variables, and the variables; their values are not read yet.</summary>
    public (BoundProgram Program, IReadOnlyList<VariableArgument> Variables) Read(ParseResult parsed, TextReader stdin)
    {
        IReadOnlyList<VariableArgument> variables = VariableArgument.Parse(parsed.GetValue(_variables) ?? []);
        ProgramText text = (parsed.GetValue(_program), parsed.GetValue(_file)) switch
        {
            ({ } program, null) => new ProgramText("program", program),
            (null, "-") => new ProgramText("standard input", stdin.ReadToEnd()),
            (null, { } file) => new ProgramText(file, ReadFile(file)),
            (null, null) => throw new MistakeException("There is no program: give it as an argument or with --file."),
            _ => throw new MistakeException("There are two programs, an argument and --file: give one."),
        };
        return (ProgramBinder.Bind(text, [.. variables.Select(variable => variable.Name)]), variables);
    }

    private static string ReadFile(string path)
    {
        using var reader = new StreamReader(InputFile.Open(path));
        return reader.ReadToEnd();
    }
}
