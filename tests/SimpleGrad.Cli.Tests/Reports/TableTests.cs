using System.Text;
using System.Text.Json;

namespace SimpleGrad.Cli.Tests.Reports;

/// <summary>Tables that are not what they seem: never a result that is silently wrong.</summary>
public sealed class TableTests : IDisposable
{
    private const string Plain = "x,y\n0,1.1\n1,2.9\n2,5.2\n3,7.1\n4,8.8\n5,11.1\n"; // its line: 1.98857 x + 1.06190

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The name means a constant or an operator, and may have been meant as the column.</summary>
    [Theory]
    [InlineData("a*E*x + b", "E", "'E' is a constant.")]
    [InlineData("a*x + b*PI", "PI", "'PI' is a constant.")]
    [InlineData("a*x + b*E.Exp()", "E", "'E' is a constant.")]
    [InlineData("var t = a*E; return t*x + b;", "E", "'E' is a constant.")]
    [InlineData("a*Log + b*x", "Log", "'Log' is an operator.")]
    [InlineData("a*Sum.Exp() + b*x", "Sum", "'Sum' is an operator.")]
    public void A_column_with_the_name_of_a_constant_is_no_part_of_a_formula(
        string formula, string column, string message)
    {
        string path = _folder.Write("data.csv", $"{column},x,y\n1,3,6.8978\n2,1,4.8563\n3,4,25.0199\n4,1,9.0133\n");
        string said = Tool.Run("fit", formula, "--data", path, "--y", "y", "--start", "a=1,b=1").Mistake();

        Assert.Contains($"The column '{column}' of '{path}' cannot be used: {message}", said);
        Assert.Contains("Rename the column", said);
    }

    [Fact]
    public void A_constant_whose_column_is_not_there_is_the_constant()
    {
        string path = _folder.Write("data.csv", Plain.Replace("x,", "PI,"));
        Assert.Equal(1.98857142857143 / Math.E, Value("a*E*x + b", _folder.Write("plain.csv", Plain), "a"), 1e-12);
        // A column of that name that the formula does not use does no harm, and can be what is fitted to.
        Assert.Equal(2.5, Value("a + 0*y", path, "a", y: "PI"), 1e-12);
        Assert.Equal([0.0, 1, 2, 3, 4, 5], Tool.Value("v", $"v=@{path}:PI"));
    }

    [Theory]
    [InlineData("x,y\n0,5,1,1\n1,5,2,9\n", "(2): 4 cells, the first line names 2 columns.", "decimal commas")]
    [InlineData("x,y\n0,1.1\n1,2.9,7\n2,5.2\n", "(3): 3 cells, the first line names 2 columns.", "")]
    [InlineData("x,y\n0,1.1,\n", "(2): 3 cells, the first line names 2 columns.", "")]
    [InlineData("x,y,z\n0,1.1,1\n\n1,2.9\n", "(4): 2 cells, the first line names 3 columns.", "")]
    [InlineData("x,y\n0,\"1,1\"\n", "(2,2): column 'y': '1,1' is not a number.", "written with a point")]
    public void Rows_have_a_cell_for_each_column(string text, string message, string hint)
    {
        string path = _folder.Write("data.csv", text);
        string[] said =
        [
            Tool.Run("fit", "a*x + b", "--data", path, "--y", "y", "--start", "a=1,b=1").Mistake(),
            Tool.Run("grad", "v", "--var", $"v=@{path}:y").Mistake(),
        ];
        Assert.All(said, each => Assert.Contains(path + message, each));
        Assert.All(said, each => Assert.Contains(hint, each));
    }

    [Theory]
    [InlineData("x;y\n0;1.1\n1;2.9\n", "'x;y'", "separated by semicolons")]
    [InlineData("x;y\n0;1,1\n1;2,9\n", "'x;y'", "separated by semicolons")]
    [InlineData("x\ty\n0\t1.1\n1\t2.9\n", @"'x\ty'", "separated by tabs")]
    [InlineData("x|y\n0|1.1\n1|2.9\n", "'x|y'", "separated by bars")]
    [InlineData("x     y\n     0     1.100\n", "'x     y'", "separated by blanks")]
    [InlineData("# measured\nx,y\n0,1.1\n", "'# measured'", "leave out the comment")]
    [InlineData("Instrument: ABC\nDate: 1\n\nx,y\n0,1.1\n", "'Instrument: ABC'", "other lines stand above them")]
    [InlineData("0,1.1\n1,2.9\n2,5.2\n", "'0', '1.1'", "put a line of names above it")]
    [InlineData("x [s],y [V]\n0,1.1\n1,2.9\n", "'x [s]', 'y [V]'", "whose name is an identifier")]
    [InlineData("Time (s),y\n0,1.1\n1,2.9\n", "'Time (s)', 'y'", "unlike 'Time (s)'")]
    public void The_columns_that_were_found_are_shown(string text, string columns, string hint)
    {
        string path = _folder.Write("data.csv", text);
        string said = Tool.Run("fit", "a*x + b", "--data", path, "--y", "y", "--start", "a=1,b=1").Mistake();
        Assert.Contains("There is no variable 'x'.", said);
        Assert.Contains($"The columns of '{path}' are {columns}.", said);
        Assert.Contains(hint, said);

        said = Tool.Run("grad", "v", "--var", $"v=@{path}:x").Mistake();
        Assert.Contains($"' has no column 'x'. Its columns are {columns}.", said);
        Assert.Contains(hint, said);
    }

    [Theory]
    [InlineData(new byte[] { 0x1F, 0x8B, 8, 8, 0x83, 0x7C }, "gzip")]
    [InlineData(new byte[] { (byte)'P', (byte)'K', 3, 4, 0, 0 }, "ZIP archive")]
    [InlineData(new byte[] { 0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0 }, "NumPy array")]
    [InlineData(new byte[] { 1, 0, 2, 0, 3, 0, 4, 0 }, "no text")]
    public void A_file_that_is_no_text_is_not_shown(byte[] bytes, string kind)
    {
        string path = _folder.Write("data.bin", bytes);
        foreach (Tool run in new[]
        {
            Tool.Run("fit", "a*x + b", "--data", path, "--y", "y", "--start", "a=1,b=1"),
            Tool.Run("grad", "v", "--var", $"v=@{path}:x"),
        })
        {
            string said = run.Mistake();
            Assert.Contains(kind, said);
            Assert.DoesNotContain(said.TrimEnd('\n'), char.IsControl);
        }
    }

    [Fact]
    public void A_long_line_of_names_is_cut()
    {
        string names = string.Join(",", Enumerable.Range(0, 5000).Select(i => $"c{i}"));
        string path = _folder.Write("data.csv", $"{names}\n1\n");
        string said = Tool.Run("fit", "a*x + b", "--data", path, "--y", "y", "--start", "a=1,b=1").Mistake();

        Assert.Contains("'c0', 'c1', ", said);
        Assert.InRange(said.Length, 300, 1000);
    }

    [Fact]
    public void A_column_that_is_a_keyword_is_written_as_in_csharp()
    {
        string path = _folder.Write("data.csv", Plain.Replace("x,", "class,"));
        Assert.Equal(1.98857142857143, Value("a*@class + b", path, "a"), 1e-12);

        string said = Tool.Run("fit", "a*class + b", "--data", path, "--y", "y", "--start", "a=1,b=1").Mistake();
        Assert.Contains("'class' is a keyword: a formula calls the column 'class' @class.", said);

        path = _folder.Write("var.csv", Plain.Replace("x,", "var,"));
        Assert.Equal(1.98857142857143, Value("var t = a*@var; return t + b;", path, "a"), 1e-12);
    }

    [Fact]
    public void Standard_input_can_be_a_table()
    {
        Tool run = Tool.RunWithInput(
            Plain, "fit", "a*x + b", "--data", "-", "--y", "y", "--start", "a=1,b=1", "--json");
        JsonElement fit = JsonDocument.Parse(run.Output).RootElement.GetProperty("parameters");
        Assert.Equal(1.98857142857143, fit.GetProperty("a").GetProperty("value").GetDouble(), 1e-12);
        Assert.Equal(1.06190476190476, fit.GetProperty("b").GetProperty("value").GetDouble(), 1e-12);

        run = Tool.RunWithInput(Plain, "grad", "(u*v).Sum()", "--var", "u=@-:x", "--var", "v=@-:y", "--json");
        Assert.StartsWith("""{"value":{"shape":[],"data":[125.3""", run.Output);
    }

    [Fact]
    public void Standard_input_is_the_table_or_the_program()
    {
        const string Message = "Standard input has the program (--file -): it cannot be the table too.";
        Assert.Contains(Message, Tool.RunWithInput(
            "a*x + b", "fit", "--file", "-", "--data", "-", "--y", "y", "--start", "a=1,b=1").Mistake());
        Assert.Contains(Message, Tool.RunWithInput("x", "grad", "--file", "-", "--var", "x=@-:x").Mistake());
    }

    /// <summary>A pipe can be read once, and a fit reads its names and then its numbers.</summary>
    [Fact]
    public async Task A_pipe_is_read_once()
    {
        if (OperatingSystem.IsWindows())
            return;
        string pipe = Path.Combine(_folder.FullName, "pipe");
        using (var make = System.Diagnostics.Process.Start("mkfifo", [pipe]))
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        Task<double> fit = Task.Run(() => Value("a*x + b", pipe, "b"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(pipe, Plain, Encoding.ASCII, TestContext.Current.CancellationToken);

        Assert.Equal(1.06190476190476, await fit, 1e-12);
    }

    private static double Value(string formula, string path, string parameter, string y = "y")
    {
        string start = formula.Contains('b') ? "a=1,b=1" : "a=1";
        Tool run = Tool.Run("fit", formula, "--data", path, "--y", y, "--start", start, "--json");
        Assert.True(run.ExitCode == 0, run.Errors);
        return JsonDocument.Parse(run.Output).RootElement.GetProperty("parameters").GetProperty(parameter)
            .GetProperty("value").GetDouble();
    }
}
