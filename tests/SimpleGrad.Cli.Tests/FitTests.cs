using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;

namespace SimpleGrad.Cli.Tests;

/// <summary>What the fit command prints.</summary>
public sealed class FitTests : IDisposable
{
    private const string Line = "a + b*x";
    private const string Data = "x,y,w\n1,2.1,1\n2,3.9,1\n3,6.2,1\n4,8.1,1\n5,9.7,0\n";

    private readonly TemporaryFolder _folder = new();
    private readonly string _data;

    public FitTests() => _data = _folder.Write("data.csv", Data);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Estimates_errors_and_intervals_are_a_table()
    {
        Tool run = Fit(Line, "--y", "y", "--start", "a=0,b=0");

        Assert.Equal("", run.Errors);
        Assert.Equal(0, run.ExitCode);
        string[] lines = run.Output.TrimEnd('\n').Split('\n');
        Assert.Equal("parameter estimate standard error 95 % from to", Words(lines[0]));
        Assert.Matches("^a 0.18 0.21[0-9]* -0.49[0-9]+ 0.8[0-9]+$", Words(lines[2]));
        Assert.Matches("^b 1.94 0.0[0-9]+ 1.[0-9]+ 2.[0-9]+$", Words(lines[3]));
        Assert.Equal("residual sum of squares 0.124", Words(lines[4]));
        Assert.Equal("residual standard deviation 0.203306009, degrees of freedom 3", Words(lines[5]));
        Assert.Matches("^[0-9]+ iterations, [0-9]+ evaluations; no step makes it better$", lines[6]);
    }

    [Fact]
    public void Json_has_every_digit_and_nothing_else()
    {
        JsonElement fit = Json(Line, "--y", "y", "--start", "a=0", "--start", "b=0");
        JsonElement b = fit.GetProperty("parameters").GetProperty("b");

        Assert.Equal(1.94, b.GetProperty("value").GetDouble(), 1e-12);
        double error = Math.Sqrt(0.124 / 3 / 10);
        Assert.Equal(error, b.GetProperty("standard_error").GetDouble(), 1e-12);
        // 3.182446305 is the t quantile of 3 degrees of freedom and 95 %, from tables.
        Assert.Equal(1.94 - 3.182446305 * error, b.GetProperty("lower").GetDouble(), 1e-9);
        Assert.Equal(1.94 + 3.182446305 * error, b.GetProperty("upper").GetDouble(), 1e-9);
        Assert.Equal(0.124, fit.GetProperty("rss").GetDouble(), 1e-12);
        Assert.Equal(Math.Sqrt(0.124 / 3), fit.GetProperty("residual_sd").GetDouble(), 1e-12);
        Assert.Equal(3, fit.GetProperty("degrees_of_freedom").GetInt32());
        Assert.InRange(fit.GetProperty("iterations").GetInt32(), 1, 6);
        Assert.InRange(fit.GetProperty("evaluations").GetInt32(), 1, 10);
        Assert.Equal("negligible_reduction", fit.GetProperty("stop").GetString());
    }

    public static TheoryData<string> Problems =>
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Data", "nist"), "*.json")
            .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Problems))]
    public void A_formula_reaches_the_certified_digits(string name)
    {
        JsonElement problem = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "nist", $"{name}.json"))).RootElement;
        string[] parameters = [.. problem.GetProperty("parameters").EnumerateArray().Select(p => p.GetString()!)];
        double[] certified = Doubles(problem, "certified"), deviations = Doubles(problem, "standard_deviation");
        string columns = string.Join(",", problem.GetProperty("columns").EnumerateArray());
        string rows = string.Concat(
            problem.GetProperty("data").EnumerateArray().Select(row => string.Join(",", row.EnumerateArray()) + "\n"));
        string path = _folder.Write($"{name}.csv", $"{columns}\n{rows}");
        foreach (string start in new[] { "start1", "start2" })
        {
            string starts = string.Join(",", parameters.Zip(Doubles(problem, start), (parameter, value) =>
                string.Create(CultureInfo.InvariantCulture, $"{parameter}={value}")));
            Tool run = Tool.Run(
                "fit", problem.GetProperty("formula").GetString()!, "--data", path, "--y", "y", "--start", starts,
                "--json");

            Assert.Equal("", run.Errors);
            JsonElement fit = JsonDocument.Parse(run.Output).RootElement.GetProperty("parameters");
            Assert.Equal(parameters, fit.EnumerateObject().Select(parameter => parameter.Name));
            for (int i = 0; i < parameters.Length; i++)
            {
                JsonElement found = fit.GetProperty(parameters[i]);
                Assert.Equal(1, found.GetProperty("value").GetDouble() / certified[i], 1e-9);
                Assert.Equal(1, found.GetProperty("standard_error").GetDouble() / deviations[i], 1e-9);
            }
        }
    }

    [Fact]
    public void Weights_bounds_and_losses_do_what_they_say()
    {
        // Without the last line the least squares are those of four points.
        Assert.Equal(2.03, Value(Json(Line, "--y", "y", "--start", "a=0,b=0", "--weights", "w"), "b"), 1e-12);

        JsonElement bounded = Json(Line, "--y", "y", "--start", "a=2,b=0", "--bounds", "a=1..,b=-5..5");
        Assert.Equal(1, Value(bounded, "a"));
        JsonElement a = bounded.GetProperty("parameters").GetProperty("a");
        Assert.True(a.GetProperty("at_bound").GetBoolean());
        Assert.Equal(JsonValueKind.Null, a.GetProperty("standard_error").ValueKind);
        Assert.Contains("at its bound", Fit(Line, "--y", "y", "--start", "a=2,b=0", "--bounds", "a=1..").Output);

        string outlier = _folder.Write("outlier.csv", Data.Replace("8.1", "80"));
        JsonElement robust = JsonDocument.Parse(Tool.Run(
            "fit", Line, "--data", outlier, "--y", "y", "--start", "a=0,b=0", "--loss", "cauchy", "--loss-scale", "0.2",
            "--json").Output).RootElement;
        Assert.InRange(Value(robust, "b"), 1.85, 2.05);
    }

    [Fact]
    public void A_likelihood_is_greatest_at_the_closed_form()
    {
        JsonElement fit = Json("Log(r) - r*x", "--likelihood", "--start", "r=1");

        Assert.Equal(1 / 3.0, Value(fit, "r"), 1e-10);
        Assert.Equal(5 * (Math.Log(1 / 3.0) - 1), fit.GetProperty("log_likelihood").GetDouble(), 1e-12);
        Assert.Equal(5, fit.GetProperty("observations").GetInt32());
        Assert.Contains("log-likelihood", Fit("Log(r) - r*x", "--likelihood", "--start", "r=1").Output);
        JsonElement lbfgs = Json("Log(r) - r*x", "--likelihood", "--start", "r=1", "--method", "lbfgs");
        Assert.Equal(1 / 3.0, Value(lbfgs, "r"), 1e-10);
    }

    [Fact]
    public void A_formula_may_have_statements_and_come_from_a_file()
    {
        string formula = _folder.Write("formula.txt", "var t = b*x;\nreturn a + t;\n");
        Tool run = Tool.Run("fit", "--file", formula, "--data", _data, "--y", "y", "--start", "a=0,b=0", "--json");

        Assert.Equal(1.94, Value(JsonDocument.Parse(run.Output).RootElement, "b"), 1e-12);
    }

    [Theory]
    [InlineData(Line)]
    [InlineData("a + b*x*w")]
    public void A_plot_is_a_picture(string formula)
    {
        string path = Path.Combine(_folder.FullName, "fit.svg");
        Tool run = Fit(formula, "--y", "y", "--start", "a=0,b=0", "--plot", path);

        Assert.Equal(0, run.ExitCode);
        XElement picture = XElement.Load(path);
        XName Svg(string name) => XName.Get(name, "http://www.w3.org/2000/svg");
        // Five measurements and five residuals, and the one of the legend; the curve, and the line of no residual.
        Assert.Equal(11, picture.Elements(Svg("circle")).Count());
        Assert.Equal(2, picture.Elements(Svg("polyline")).Count(line => line.Attribute("class")!.Value == "line"));
        Assert.Equal(["data.csv", "fit.svg"], Files());
    }

    [Fact]
    public void A_plot_that_cannot_be_written_is_told_and_leaves_nothing()
    {
        string[] options = ["--y", "y", "--start", "a=0,b=0", "--plot"];
        Assert.Contains("must end with .svg", Fit(Line, [.. options, "fit.jpg"]).Mistake());
        Assert.Contains("there is no directory", Fit(Line, [.. options, $"{_folder.FullName}/no/fit.svg"]).Mistake());
        Directory.CreateDirectory($"{_folder.FullName}/d.svg");
        Assert.Contains("is a directory", Fit(Line, [.. options, $"{_folder.FullName}/d.svg"]).Mistake());
        Assert.Equal(["data.csv"], Files());
    }

    [Theory]
    [InlineData("a + b*z", "a=0,b=0", "program(1,7): There is no variable 'z'. It is no column of ")]
    [InlineData("a + b*y", "a=0,b=0", "program(1,7): There is no variable 'y'. It is what the formula is to reproduce")]
    [InlineData("a + c*x", "a=0", "--start gives it no value.")]
    [InlineData("a + b*x[1..]", "a=0,b=0", "The function returns shape (4,), and the measurements have shape (5,).")]
    [InlineData("a + b*x", "a=0,b=0,c=0", "--start: the formula does not use the parameter 'c'.")]
    [InlineData("a + b*x", "a=0,b", "--start b: the form is NAME=VALUE, as in --start b1=500,b2=0.0001.")]
    [InlineData("a + b*x", "a=0,b=1e", "--start b=1e: '1e' is not a number.")]
    [InlineData("a + b*x", "a=0,b=inf", "--start b=inf: inf is not finite.")]
    [InlineData("a + b*x", "a=0,a=1", "--start a=1: 'a' has a start already.")]
    [InlineData("a + b*x", "a=0,Exp=1", "--start Exp=1: 'Exp' is an operator.")]
    [InlineData("a + b*x", "a=0,x=1", "--start: 'x' is also a column of ")]
    [InlineData("a + b*", "a=0,b=0", "program(1,7): ")]
    [InlineData("a + b*x + c*x*x + d*w + e*w*x", "a=0,b=0,c=0,d=0,e=0", "5 parameters need more measurements than 5.")]
    public void A_formula_or_start_that_is_wrong_is_a_mistake(string formula, string start, string message) =>
        Assert.Contains(message, Fit(formula, "--y", "y", "--start", start).Mistake());

    [Theory]
    [InlineData("--y is missing: it names the column")]
    [InlineData("--likelihood takes no --y", "--y", "y", "--likelihood")]
    [InlineData("--likelihood takes no --weights", "--weights", "w", "--likelihood")]
    [InlineData("--likelihood takes no --plot", "--plot", "a.svg", "--likelihood")]
    [InlineData("--likelihood takes no --loss", "--loss", "huber", "--likelihood")]
    [InlineData("' has no column 'q'. Its columns are 'x', 'y', 'w'.", "--y", "q")]
    [InlineData("' has no column 'q'.", "--y", "y", "--weights", "q")]
    [InlineData("--bounds c=0..: there is no parameter 'c'.", "--y", "y", "--bounds", "c=0..")]
    [InlineData("--bounds a=0: the form is NAME=LEAST..GREATEST", "--y", "y", "--bounds", "a=0")]
    [InlineData("--bounds a=5..4: nothing lies between 5 and 4.", "--y", "y", "--bounds", "a=5..4")]
    [InlineData("--bounds a=x..: 'x' is not a number.", "--y", "y", "--bounds", "a=x..")]
    [InlineData("--bounds a=1..2: 'a' starts at 0, outside of them.", "--y", "y", "--bounds", "a=1..2")]
    [InlineData("--bounds a=..3: 'a' has bounds already.", "--y", "y", "--bounds", "a=-1..,a=..3")]
    [InlineData("--method is for --likelihood", "--y", "y", "--method", "lbfgs")]
    [InlineData("'square'", "--y", "y", "--loss", "square")]
    [InlineData("--loss-scale takes a positive number, not '0'.", "--y", "y", "--loss-scale", "0")]
    [InlineData("--loss-scale is for a --loss other than squared.", "--y", "y", "--loss-scale", "2")]
    [InlineData("--confidence takes a number between 0 and 1, not '95'.", "--y", "y", "--confidence", "95")]
    [InlineData("--max-iterations takes a whole number from 1 on, not '0.5'.", "--y", "y", "--max-iterations", "0.5")]
    public void Options_that_are_wrong_are_mistakes(string message, params string[] options) =>
        Assert.Contains(message, Fit(Line, ["--start", "a=0,b=0", .. options]).Mistake());

    [Theory]
    [InlineData("x,y\n1,2\n2,three\n", "(3,2): column 'y': 'three' is not a number.")]
    [InlineData("x,y\n1,2\n2,\n", "(3,2): column 'y': A number is missing.")]
    [InlineData("x,y\n1,2\nnan,3\n", "(3,1): column 'x': NaN cannot be fitted to: leave the line out.")]
    [InlineData("x,y\n1,2\n1,inf\n", "(3,2): column 'y': Infinity cannot be fitted to: leave the line out.")]
    [InlineData("x,y\n", "' has no line below the names of the columns.")]
    [InlineData("", "' is empty; its first line names the columns.")]
    public void A_table_that_is_wrong_is_a_mistake(string text, string message)
    {
        string path = _folder.Write("wrong.csv", text);
        Assert.Contains(
            path + message,
            Tool.Run("fit", "b*x", "--data", path, "--y", "y", "--start", "b=0").Mistake());
    }

    [Fact]
    public void A_negative_weight_is_told_with_its_line()
    {
        string path = _folder.Write("weights.csv", Data.Replace("8.1,1", "8.1,-1"));
        Assert.Contains(
            $"{path}(5,3): column 'w': A weight is not negative.",
            Tool.Run("fit", Line, "--data", path, "--y", "y", "--start", "a=0,b=0", "--weights", "w").Mistake());
    }

    [Fact]
    public void A_table_that_is_not_there_is_a_mistake() => Assert.Contains(
        "There is no file 'nowhere.csv'.",
        Tool.Run("fit", "b", "--data", "nowhere.csv", "--y", "y", "--start", "b=0").Mistake());

    [Theory]
    [InlineData("a + b + 0*x", "a=0,b=0", "The data do not determine a and b: they can change together")]
    [InlineData("Log(a - 10*x) + b", "a=0,b=0", "At the start the function has no finite value: it is NaN.")]
    [InlineData("a*Exp(-b*x)", "a=1,b=1", "The search did not converge in 1 iterations.", "--max-iterations", "1")]
    [InlineData(
        "Square(Sqrt(a))*x + b", "a=1,b=50", "The search came to a place that is no optimum", "--bounds", "b=40..")]
    public void A_fit_without_a_result_ends_with_3(
        string formula, string start, string message, params string[] options)
    {
        string picture = Path.Combine(_folder.FullName, "fit.svg");
        Tool run = Fit(formula, ["--y", "y", "--start", start, "--json", "--plot", picture, .. options]);

        Assert.Equal(3, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.StartsWith($"error: {message}", run.Errors);
        Assert.Contains("The search ended at a = ", run.Errors);
        Assert.Equal(["data.csv"], Files());
    }

    private Tool Fit(string formula, params string[] options) =>
        Tool.Run(["fit", formula, "--data", _data, .. options]);

    private JsonElement Json(string formula, params string[] options)
    {
        Tool run = Fit(formula, [.. options, "--json"]);
        Assert.Equal("", run.Errors);
        Assert.Equal(0, run.ExitCode);
        return JsonDocument.Parse(run.Output).RootElement;
    }

    private string?[] Files() =>
        [.. Directory.EnumerateFiles(_folder.FullName).Select(Path.GetFileName).Order(StringComparer.Ordinal)];

    private static double Value(JsonElement fit, string name) =>
        fit.GetProperty("parameters").GetProperty(name).GetProperty("value").GetDouble();

    private static double[] Doubles(JsonElement problem, string name) =>
        [.. problem.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];

    private static string Words(string line) =>
        string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
