using System.Text.Json;

namespace SimpleGrad.Cli.Tests;

/// <summary>Variables from the command line and from CSV files.</summary>
public sealed class InputTests
{
    [Theory]
    [InlineData("x=2.5", new int[0], "2.5")]
    [InlineData("x=-2.5e-1", new int[0], "-0.25")]
    [InlineData("x = 2.5 ", new int[0], "2.5")]
    [InlineData("x=[2.5]", new[] { 1 }, "2.5")]
    [InlineData("x=1,2", new[] { 2 }, "1 2")]
    [InlineData("x=1, 2", new[] { 2 }, "1 2")]
    [InlineData("x=[1,2]", new[] { 2 }, "1 2")]
    [InlineData("x=[[1,2],[3,4]]", new[] { 2, 2 }, "1 2 3 4")]
    [InlineData("x= [ [1, 2], [3, 4] , [5,6] ] ", new[] { 3, 2 }, "1 2 3 4 5 6")]
    [InlineData("x=[[[1],[2]]]", new[] { 1, 2, 1 }, "1 2")]
    [InlineData("x=nan,inf,-inf,+inf", new[] { 4 }, "NaN Infinity -Infinity Infinity")]
    [InlineData("x=NaN,-Infinity,INF", new[] { 3 }, "NaN -Infinity Infinity")]
    public void A_value_has_the_shape_that_it_is_written_in(string variable, int[] shape, string expected)
    {
        JsonElement value = Tool.Grad("x", [variable]).GetProperty("value");

        Assert.Equal(shape, Tool.Shape(value));
        Assert.Equal(Tool.Numbers(expected), Tool.Numbers(value));
    }

    [Theory]
    [InlineData("x", "--var x: the form is NAME=VALUE; a=2.5 is a number")]
    [InlineData("x=", "--var x=: There is no value")]
    [InlineData("=1", "'' is not an identifier")]
    [InlineData("1x=1", "'1x' is not an identifier")]
    [InlineData("a b=1", "'a b' is not an identifier")]
    [InlineData("@x=1", "'@x' is not an identifier")]
    [InlineData("class=1", "'class' is a keyword")]
    [InlineData("true=1", "'true' is a keyword")]
    [InlineData("var=1", "'var' is a keyword")]
    [InlineData("PI=3", "'PI' is a constant")]
    [InlineData("E=3", "'E' is a constant")]
    [InlineData("Exp=3", "'Exp' is an operator")]
    [InlineData("v0=3", "'v0' is one of the names that the tape gives itself")]
    [InlineData("x=abc", "--var x: 'abc' is not a number.")]
    [InlineData("x=1_000", "'1_000' is not a number")]
    [InlineData("x=0x10", "'0x10' is not a number")]
    [InlineData("x=--inf", "'--inf' is not a number")]
    [InlineData("x=1;2", "'1;2' is not a number")]
    [InlineData("x=1,,2", "A number is missing")]
    [InlineData("x=1,", "A number is missing")]
    [InlineData("x=1e400", "The number 1e400 is too large for f64")]
    [InlineData("x=-.5e400", "The number -.5e400 is too large for f64")]
    [InlineData("x=[]", "A number is missing")]
    [InlineData("x=[[],[]]", "A number is missing")]
    [InlineData("x=[1,2", "A ']' is missing")]
    [InlineData("x=[[1,2]", "A ']' is missing")]
    [InlineData("x=[1]2", "After the last ']' comes '2'")]
    [InlineData("x=[[1][2]]", "A ',' or ']' is missing before '[2]]'")]
    [InlineData("x=[[1,2],[3]]", "equal lengths; one has 2, another 1")]
    [InlineData("x=[[1],[2,3]]", "equal lengths; one has 1, another 2")]
    [InlineData("x=[1,[2]]", "a list stands where another row has a number")]
    [InlineData("x=[[1],2]", "a number stands where another row has a list")]
    [InlineData("x=@", "'@' names no column")]
    [InlineData("x=@data.csv", "'@data.csv' names no column")]
    [InlineData("x=@nowhere.csv:a", "There is no file 'nowhere.csv'")]
    [InlineData("x=@nowhere.npy", "There is no file 'nowhere.npy'")]
    public void A_variable_that_makes_no_sense_is_a_mistake(string variable, string message) =>
        Assert.Contains(message, Tool.Run("grad", "1", "--var", variable).Mistake());

    [Fact]
    public void A_variable_is_given_once() =>
        Assert.Equal(
            "--var x=2: there is a variable 'x' already.\n",
            Tool.Run("grad", "x", "--var", "x=1", "--var", "x=2").Mistake());

    [Fact]
    public void A_number_that_float_cannot_hold_is_a_mistake() =>
        Assert.Equal(
            "--var x: The number 1e40 is too large for f32.\n",
            Tool.Run("grad", "x", "--var", "x=1e40", "--dtype", "f32").Mistake());

    [Fact]
    public void Float_numbers_are_rounded_once() =>
        // Rounded to double first, this would be a tie and become 1.
        Assert.Equal(
            """{"value":{"shape":[],"data":[1.0000001]},"gradients":{"x":{"shape":[],"data":[1]}}}""" + "\n",
            Tool.Run("grad", "x", "--var", "x=1.000000059604644775390626", "--dtype", "f32", "--json").Output);

    [Theory]
    [InlineData("--wrt", "y", "--wrt y: there is no variable 'y'.")]
    [InlineData("--wrt", "lent", "--wrt lent: there is no variable 'lent'. Did you mean 'length'?")]
    [InlineData("--wrt", "x,", "--wrt x,: there is no variable ''.")]
    [InlineData("--wrt", "x,x", "--wrt x,x: 'x' is named twice.")]
    public void Wanted_variables_are_those_that_there_are(string option, string names, string message) =>
        Assert.Equal(
            message + "\n", Tool.Run("grad", "x", "--var", "x=1", "--var", "length=1", option, names).Mistake());

    [Fact]
    public void A_name_of_a_loss_is_free_only_where_there_is_no_such_loss()
    {
        Assert.Equal(
            "--orders 2 names a loss 'L1': choose another name for the variable.\n",
            Tool.Run("grad", "L1", "--var", "L1=1", "--orders", "2").Mistake());
        Assert.Equal(0, Tool.Run("grad", "L1", "--var", "L1=1", "--orders", "1").ExitCode);
        Assert.Equal(0, Tool.Run("grad", "L0", "--var", "L0=1").ExitCode);
    }

    [Fact]
    public void A_column_is_read_by_its_name()
    {
        using var folder = new TemporaryFolder();
        const string Text =
            """"
            name, x ,"y, 1"
            "a,""b""",1,nan

            c, 2.5 ,"-inf"
            d,-3e-1, inf
            """";
        string path = folder.Write("da:ta.csv", Text.ReplaceLineEndings("\r\n"));

        Assert.Equal([1.0, 2.5, -0.3], Tool.Value("v", $"v=@{path}:x"));
        Assert.Equal(Tool.Numbers("NaN -Infinity Infinity"), Tool.Value("v", $"v=@{path}:y, 1"));
        Assert.Equal([3.0, 6.5, 0.0], Tool.Value("v * 2 + w", $"v=@{path}:x", "w=1,1.5,0.6"));
    }

    [Fact]
    public void A_column_with_one_number_is_a_vector()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("data.csv", "\uFEFFx\n7\n");
        JsonElement value = Tool.Grad("v", [$"v=@{path}:x"]).GetProperty("value");

        Assert.Equal([1], Tool.Shape(value));
        Assert.Equal([7.0], Tool.Numbers(value));
    }

    [Theory]
    [InlineData("x,y\n1,2\n\n3,abc\n", "y", "(4,2): column 'y': 'abc' is not a number.")]
    [InlineData("x,y\n1,2\n3\n", "y", "(3,2): column 'y': A number is missing.")]
    [InlineData("x,y\n1,2\n,3\n", "x", "(3,1): column 'x': A number is missing.")]
    [InlineData("x,y\n1e400,2\n", "x", "(2,1): column 'x': The number 1e400 is too large for f64.")]
    [InlineData("x,y\n\"1,5\",2\n", "x", "(2,1): column 'x': '1,5' is not a number.")]
    [InlineData("x,y\n1,2\n", "z", "' has no column 'z'. Its columns are 'x', 'y'.")]
    [InlineData("x,y\n1,2\n", "", "' has no column ''. Its columns are 'x', 'y'.")]
    [InlineData("x,x\n1,2\n", "x", "' has more than one column 'x'.")]
    [InlineData("", "x", "' is empty; its first line names the columns.")]
    [InlineData("x,y\n", "x", "' has no line below the names of the columns.")]
    [InlineData("x,y\n1,2\n3\"4\",5\n", "x", "(3): ")]
    [InlineData("x,y\n1,2\n\"3,5\n", "x", "(3): ")]
    public void A_column_that_makes_no_sense_is_a_mistake(string text, string column, string message)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("data.csv", text);
        string said = Tool.Run("grad", "v", "--var", $"v=@{path}:{column}").Mistake();

        Assert.StartsWith("--var v: ", said);
        Assert.Contains(path + message, said);
    }

    [Fact]
    public void A_folder_is_no_file()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("is a directory.", Tool.Run("grad", "v", "--var", $"v=@{folder.FullName}:x").Mistake());
        Assert.Contains("is a directory.", Tool.Run("grad", "--file", folder.FullName).Mistake());
    }

    [Fact]
    public void Programs_are_checked_before_files_are_read() =>
        Assert.StartsWith("program(1,5): ", Tool.Run("grad", "v * q", "--var", "v=@nowhere.csv:x").Mistake());
}
