using System.CommandLine;

namespace SimpleGrad.Cli;

/// <summary>The argument and the option with which a command takes the text of a program.</summary>
internal sealed class ProgramSource
{
    private readonly Argument<string?> _program;

    private readonly Option<string?> _file = new("--file")
    {
        HelpName = "FILE",
        Description = "Read the program from a file; - is standard input.",
    };

    private ProgramSource(string name, string description) => _program = new Argument<string?>(name)
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = description
            + $" Operators, as functions or as methods: {string.Join(", ", OperatorLookup.Names)}. "
            + $"Constants: {string.Join(", ", ProgramNames.Constants.Keys)}.",
    };

    public static ProgramSource AddTo(Command command, string name, string description)
    {
        var source = new ProgramSource(name, description);
        command.Add(source._program);
        command.Add(source._file);
        return source;
    }

    /// <summary>Whether the program is read from standard input.</summary>
    public bool IsStandardInput(ParseResult parsed) => parsed.GetValue(_file) == InputFiles.StandardInput;

    public ProgramText Read(ParseResult parsed, TextReader stdin) =>
        (parsed.GetValue(_program), parsed.GetValue(_file)) switch
        {
            ({ } program, null) => new ProgramText("program", program),
            (null, "-") => new ProgramText("standard input", stdin.ReadToEnd()),
            (null, { } file) => new ProgramText(file, ReadFile(file)),
            (null, null) => throw new MistakeException("There is no program: give it as an argument or with --file."),
            _ => throw new MistakeException("There are two programs, an argument and --file: give one."),
        };

    private static string ReadFile(string path)
    {
        using var reader = new StreamReader(InputFile.Open(path));
        return reader.ReadToEnd();
    }
}
