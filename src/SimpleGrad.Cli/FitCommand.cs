using System.CommandLine;
using System.Globalization;

namespace SimpleGrad.Cli;

/// <summary><c>simplegrad fit</c>: fits the parameters of a formula to a table.</summary>
internal sealed class FitCommand
{
    private const int NumericFailure = 3;

    private readonly Option<string[]> _bounds = new("--bounds")
    {
        HelpName = "NAME=LEAST..GREATEST,…",
        Description = "Bounds of parameters: b1=0..,b2=..10,b3=1..5.",
    };

    private readonly Option<string> _loss = new("--loss")
    {
        Description = "How residuals count: as squares, or less where they are large.",
        DefaultValueFactory = _ => "squared",
    };

    private readonly Option<double> _lossScale = Number(
        "--loss-scale", 1, "The residual from which on a loss takes it as large.", x => x > 0, "a positive number");

    private readonly Option<string> _method = new("--method")
    {
        Description = "How a likelihood is searched: by Newton's method, or first by L-BFGS, for many parameters.",
        DefaultValueFactory = _ => "newton",
    };

    private readonly Option<double> _confidence = Number(
        "--confidence", 0.95, "The confidence of the intervals.", x => x is > 0 and < 1, "a number between 0 and 1");

    private readonly Option<double> _maxIterations = Number(
        "--max-iterations", 2000, "How many steps are made at most.", x => x >= 1 && x == Math.Floor(x) && x < 1e9,
        "a whole number from 1 on");

    private readonly Option<string?> _plot = new("--plot")
    {
        HelpName = "FILE.svg",
        Description = "Draw the data, the fitted curve and the residuals.",
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print JSON with every digit instead of text.",
    };

    private readonly FitInputs _inputs;
    private readonly TextWriter _stdout;
    private readonly TextReader _stdin;
    private readonly Messages _messages;

    private FitCommand(Command command, TextWriter stdout, TextReader stdin, Messages messages)
    {
        (_stdout, _stdin, _messages) = (stdout, stdin, messages);
        _inputs = FitInputs.AddTo(command);
        _loss.AcceptOnlyFromAmong([.. Enum.GetNames<ResidualLoss>().Select(name => name.ToLowerInvariant())]);
        _method.AcceptOnlyFromAmong([.. Enum.GetNames<LikelihoodMethod>().Select(name => name.ToLowerInvariant())]);
        command.Add(_bounds);
        command.Add(_loss);
        command.Add(_lossScale);
        command.Add(_method);
        command.Add(_confidence);
        command.Add(_maxIterations);
        command.Add(_plot);
        command.Add(_json);
        command.SetAction(Run);
    }

    public static Command Create(TextWriter stdout, TextReader stdin, Messages messages)
    {
        var command = new Command(
            "fit",
            "Fits the parameters of a formula to a table, by least squares or maximum likelihood, with exact "
            + $"derivatives. Ends with {NumericFailure} where there is no result.");
        _ = new FitCommand(command, stdout, stdin, messages);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string? plot = parsed.GetValue(_plot);
        bool isLikelihood = _inputs.IsLikelihood(parsed);
        if (isLikelihood && (plot is not null || parsed.GetValue(_loss) != "squared"))
            throw new MistakeException(
                $"--likelihood takes no {(plot is null ? "--loss" : "--plot")}: it has no residuals.");
        if (!isLikelihood && parsed.GetValue(_method) != "newton")
            throw new MistakeException("--method is for --likelihood: least squares have one of their own.");
        if (parsed.GetResult(_lossScale) is { Implicit: false }
            && (isLikelihood || parsed.GetValue(_loss) == "squared"))
            throw new MistakeException("--loss-scale is for a --loss other than squared.");
        if (plot is not null)
            FitPlot.Check(plot);
        FitProblem problem = _inputs.Read(parsed, _stdin);
        FitResult result;
        try
        {
            result = _messages.Progress("fitting", say => Fit(parsed, problem, say));
        }
        catch (FitException e)
        {
            _messages.Error(e.Observation is { } observation
                ? $"{e.Message} The first such place is {problem.Place(observation)}."
                : e.Message);
            IEnumerable<string> point = problem.Starts.Zip(e.Point, (start, x) => string.Create(
                CultureInfo.InvariantCulture, $"{start.Name} = {x:G6}"));
            _messages.Hint($"The search ended at {string.Join(", ", point)}.");
            return NumericFailure;
        }
        catch (Exception e) when (MistakeException.IsRefusal(e))
        {
            throw new MistakeException(MistakeException.MessageOf(e));
        }
        if (result.Stop == FitStop.Kink)
        {
            string kinks = string.Join(", ", result.Parameters.Where(parameter => parameter.IsAtKink).Select(
                parameter => string.Create(CultureInfo.InvariantCulture, $"{parameter.Name} = {parameter.Value:G9}")));
            _messages.Warning($"The fit has a kink at {kinks}: to both sides it gets worse at once, and there is no "
                + "standard error. Those of the other parameters hold for this one kept where it is.");
        }
        if (plot is not null)
            FitPlot.Save(plot, problem, (LeastSquaresFit)result);
        var report = new FitReport(result, parsed.GetValue(_confidence));
        if (parsed.GetValue(_json))
            report.WriteJson(_stdout);
        else
            report.WriteText(_stdout);
        return 0;
    }

    private FitResult Fit(ParseResult parsed, FitProblem problem, Action<string> say)
    {
        double[] start = [.. problem.Starts.Select(parameter => parameter.Value)];
        string[] names = [.. problem.Starts.Select(parameter => parameter.Name)];
        string[] bounds = parsed.GetValue(_bounds) ?? [];
        var common = new FitOptions
        {
            Names = names,
            Bounds = bounds.Length == 0 ? null : ParameterArgument.Bounds(bounds, problem.Starts),
            MaxIterations = (int)parsed.GetValue(_maxIterations),
            Progress = new Listener(progress => say(string.Create(
                CultureInfo.InvariantCulture, $"fitting: iteration {progress.Iteration}, {progress.Cost:G6}"))),
        };
        return problem.Y is { } y
            ? SimpleGrad.Fit.LeastSquares(problem.Model, problem.X, y, start, new LeastSquaresOptions(common)
            {
                Weights = problem.Weights,
                Loss = Enum.Parse<ResidualLoss>(parsed.GetValue(_loss)!, ignoreCase: true),
                LossScale = parsed.GetValue(_lossScale),
            })
            : SimpleGrad.Fit.MaximumLikelihood(problem.Model, problem.X, start, new LikelihoodOptions(common)
            {
                Method = Enum.Parse<LikelihoodMethod>(parsed.GetValue(_method)!, ignoreCase: true),
            });
    }

    private static Option<double> Number(
        string name, double value, string description, Predicate<double> isAllowed, string allowed) => new(name)
        {
            HelpName = "X",
            Description = description,
            DefaultValueFactory = _ => value,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double x)
                    && isAllowed(x))
                    return x;
                result.AddError($"{name} takes {allowed}, not '{text}'.");
                return 0;
            },
        };

    private sealed class Listener(Action<FitProgress> listen) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => listen(value);
    }
}
