using System.CommandLine;
using System.Globalization;

namespace SimpleGrad.Cli;

/// <summary>What is to be fitted: the formula, its parameters, and the columns that it is fitted to.</summary>
/// <param name="Program">The formula, bound to the parameters and then the columns that it uses.</param>
/// <param name="Starts">The parameters and where they start.</param>
/// <param name="Predictors">The names of the columns that it uses.</param>
/// <param name="X">Their numbers, a row for each column.</param>
/// <param name="Y">The measurements; null for a likelihood.</param>
/// <param name="Weights">Their weights.</param>
/// <param name="Path">The file that they come from.</param>
/// <param name="Lines">The line of the file for each measurement.</param>
internal sealed record FitProblem(
    BoundProgram Program, IReadOnlyList<(string Name, double Value)> Starts, IReadOnlyList<string> Predictors,
    Tensor<double> X, Tensor<double>? Y, Tensor<double>? Weights, string Path, IReadOnlyList<long> Lines)
{
    /// <summary>The formula as a function of the vector of parameters, and of columns.</summary>
    public Variable<double> Model(Variable<double> b, Variable<double> x) => Program.Run(
        b.Tape,
        [
            .. Enumerable.Range(0, Starts.Count).Select(i => b[i]),
            .. Enumerable.Range(0, Predictors.Count).Select(i => x[i]),
        ]);

    /// <summary>Where an observation stands, and what the formula is given there: at line 2 (x = 0).</summary>
    public string Place(int observation)
    {
        double[] x = X.ToArray();
        string values = string.Join(", ", Predictors.Select((name, i) => string.Create(
            CultureInfo.InvariantCulture, $"{name} = {x[i * Lines.Count + observation]}")));
        return $"at line {Lines[observation]}{(values.Length == 0 ? "" : $" ({values})")} of '{Path}'";
    }
}

/// <summary>The arguments and options with which the fit command takes its problem.</summary>
internal sealed class FitInputs
{
    private readonly ProgramSource _source;

    private readonly Option<string> _data = new("--data")
    {
        HelpName = "FILE",
        Description = "A CSV file whose first line names the columns; the formula can use them. - is standard input.",
        Required = true,
    };

    private readonly Option<string?> _response = new("--y")
    {
        HelpName = "COLUMN",
        Description = "The column of measurements that the formula is to reproduce.",
    };

    private readonly Option<bool> _likelihood = new("--likelihood")
    {
        Description = "The formula is the logarithm of the density of each line: find the parameters under which the "
            + "data are most likely.",
    };

    private readonly Option<string[]> _start = new("--start")
    {
        HelpName = "NAME=VALUE,…",
        Description = "The parameters, and where the search starts: b1=500,b2=0.0001.",
        Required = true,
    };

    private readonly Option<string?> _weights = new("--weights")
    {
        HelpName = "COLUMN",
        Description = "A column of factors for the squares of the residuals, such as 1 / variance.",
    };

    private FitInputs(Command command)
    {
        _source = ProgramSource.AddTo(
            command, "FORMULA",
            "A C# expression, or statements, of parameters and columns: \"b1*(1 - Exp(-b2*x))\".");
        command.Add(_data);
        command.Add(_response);
        command.Add(_likelihood);
        command.Add(_start);
        command.Add(_weights);
    }

    public static FitInputs AddTo(Command command) => new(command);

    public bool IsLikelihood(ParseResult parsed) => parsed.GetValue(_likelihood);

    public FitProblem Read(ParseResult parsed, TextReader stdin)
    {
        string? response = parsed.GetValue(_response), weights = parsed.GetValue(_weights);
        if (IsLikelihood(parsed) && (response ?? weights) is not null)
            throw new MistakeException(
                $"--likelihood takes no {(response is null ? "--weights" : "--y")}: the formula says it all.");
        if (!IsLikelihood(parsed) && response is null)
            throw new MistakeException("--y is missing: it names the column that the formula is to reproduce.");
        ProgramText text = _source.Read(parsed, stdin);
        IReadOnlyList<(string Name, double Value)> starts = ParameterArgument.Starts(parsed.GetValue(_start)!);
        var files = new InputFiles(_source.IsStandardInput(parsed) ? null : stdin);
        var table = new CsvTable(files, parsed.GetValue(_data)!);
        BoundProgram program = Bind(text, starts, table, response);

        string[] predictors = [.. program.Variables.Skip(starts.Count)];
        string[] wanted = [.. predictors, .. new[] { response, weights }.OfType<string>()];
        if (wanted.Length == 0)
            throw new MistakeException($"The formula uses no column of '{table.Path}'.");
        TableColumns<double> read = table.Read<double>(wanted, (column, value) => value switch
        {
            < 0 when weights is not null && column == wanted.Length - 1 => "A weight is not negative.",
            _ when double.IsFinite(value) => null,
            _ => string.Create(CultureInfo.InvariantCulture, $"{value} cannot be fitted to: leave the line out."),
        });
        double[][] columns = read.Values;
        return new FitProblem(
            program,
            starts,
            predictors,
            predictors.Length == 0
                ? Tensor.Scalar(0.0)
                : Tensor.FromArray<double>(columns[..predictors.Length]),
            response is null ? null : Tensor.Create<double>(columns[predictors.Length]),
            weights is null ? null : Tensor.Create<double>(columns[^1]),
            table.Path,
            read.Lines);
    }

    /// <summary>Binds the formula to all parameters and to the columns that it uses.</summary>
    private static BoundProgram Bind(
        ProgramText text, IReadOnlyList<(string Name, double Value)> starts, CsvTable table, string? response)
    {
        string[] parameters = [.. starts.Select(start => start.Name)];
        if (parameters.FirstOrDefault(table.Headers.Contains) is { } both)
            throw new MistakeException(
                $"--start: '{both}' is also a column of '{table.Path}': choose another name for the parameter.");
        RefuseShadowed(text, table);
        string[] columns = [.. table.Headers.Distinct().Where(name => name != response && IsUsable(name))];
        string Hint(string name) => name == response
            ? " It is what the formula is to reproduce, and cannot be a part of it."
            : $" It is no column of '{table.Path}', and --start gives it no value."
                + table.Listing($"The columns of '{table.Path}'");
        BoundProgram all;
        try
        {
            all = ProgramBinder.Bind(text, [.. parameters, .. columns], Hint);
        }
        catch (MistakeException e) when (ProgramLexer.Tokens(text).Where(token => token.Kind == TokenKind.Keyword)
            .Select(token => token.Text).FirstOrDefault(columns.Contains) is { } keyword)
        {
            throw new MistakeException(
                $"{e.Message}\n'{keyword}' is a keyword: a formula calls the column '{keyword}' @{keyword}.");
        }
        IReadOnlyList<string> used = all.UsedVariables;
        if (parameters.FirstOrDefault(name => !used.Contains(name)) is { } unused)
            throw new MistakeException($"--start: the formula does not use the parameter '{unused}'.");
        return ProgramBinder.Bind(text, used, Hint);
    }

    /// <summary>
    /// Refuses a formula with the name of a constant or operator that is also a column: whoever wrote it may have meant
    /// the column.
    /// </summary>
    private static void RefuseShadowed(ProgramText text, CsvTable table)
    {
        if (Array.TrueForAll(table.Headers, name => IsUsable(name) || !ProgramNames.IsIdentifier(name)))
            return;
        List<Token> tokens = ProgramLexer.Tokens(text);
        for (int i = 0; i + 1 < tokens.Count; i++)
        {
            (TokenKind kind, TextSpan span, string word) = tokens[i];
            bool isOperator = tokens[i + 1].Is("(") || (i > 0 && tokens[i - 1].Is("."));
            if (kind == TokenKind.Name && !isOperator && table.Headers.Contains(word) && !IsUsable(word))
                throw text.Mistake(span, $"The column '{word}' of '{table.Path}' cannot be used: "
                    + $"{ProgramNames.WhyNot(word)} Rename the column in the first line of the table.");
        }
    }

    /// <summary>Whether a formula can use a column of that name; a keyword is written with @.</summary>
    private static bool IsUsable(string name) =>
        ProgramNames.WhyNot(name) is null || name == "var" || ProgramNames.IsKeyword(name);
}
