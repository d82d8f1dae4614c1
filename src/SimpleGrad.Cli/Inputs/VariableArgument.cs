using System.Numerics;

namespace SimpleGrad.Cli;

/// <summary>A variable as the command line gives it: a name, and where its value comes from.</summary>
internal sealed record VariableArgument(string Name, string Value, InputFiles Files)
{
    private const string Forms =
        "a=2.5 is a number, a=1,2,3 a vector, a=[[1,2],[3,4]] a matrix, a=@data.csv:column a column, "
        + "a=@data.npy a NumPy array, a=@data.npz:name an array of a NumPy archive";

    /// <summary>Takes the arguments apart and checks the names; values are read later.</summary>
    public static IReadOnlyList<VariableArgument> Parse(IEnumerable<string> arguments, InputFiles files)
    {
        var variables = new List<VariableArgument>();
        foreach (string argument in arguments)
        {
            int equals = argument.IndexOf('=');
            if (equals < 0)
                throw new MistakeException($"--var {argument}: the form is NAME=VALUE; {Forms}.");
            string name = argument[..equals].Trim(), value = argument[(equals + 1)..].Trim();
            string? reason = ProgramNames.WhyNot(name) ?? (value.Length == 0 ? $"There is no value; {Forms}." : null);
            if (reason is not null)
                throw new MistakeException($"--var {argument}: {reason}");
            if (variables.Any(variable => variable.Name == name))
                throw new MistakeException($"--var {argument}: there is a variable '{name}' already.");
            CheckTape(argument, name);
            variables.Add(new VariableArgument(name, value, files));
        }
        return variables;
    }

    /// <summary>Reads the value.</summary>
    public Tensor<T> Load<T>(Messages messages) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        try
        {
            return Value[0] == '@' ? messages.Progress($"Reading {Value[1..]}", ReadFile<T>) : ListText<T>.Parse(Value);
        }
        catch (Exception e) when (e is MistakeException || MistakeException.IsRefusal(e))
        {
            throw new MistakeException($"--var {Name}: {MistakeException.MessageOf(e)}");
        }
    }

    private Tensor<T> ReadFile<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string path = Value[1..];
        if (HasExtension(path, ".npy"))
            return NpyFile.Read<T>(path);
        if (HasExtension(path, ".npz"))
            return NpzFile.Read<T>(path, null);
        int colon = path.LastIndexOf(':');
        if (colon < 0)
            throw new MistakeException($"'{Value}' names no column; {Forms}.");
        (string file, string name) = (path[..colon], path[(colon + 1)..]);
        if (HasExtension(file, ".npy"))
            throw new MistakeException($"'{file}' has one array and no columns: write @{file}.");
        return HasExtension(file, ".npz")
            ? NpzFile.Read<T>(file, name)
            : Tensor.Create<T>(new CsvTable(Files, file).Read<T>([name]).Values[0]);
    }

    private static bool HasExtension(string path, string extension) =>
        path.EndsWith(extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>The library has the last word on names: it gives some of them itself.</summary>
    private static void CheckTape(string argument, string name)
    {
        try
        {
            new Tape<double>().Variable(0.0, name);
        }
        catch (ArgumentException e)
        {
            throw new MistakeException($"--var {argument}: {MistakeException.MessageOf(e)}");
        }
    }
}
