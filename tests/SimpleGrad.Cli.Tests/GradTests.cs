using System.Globalization;
using System.Text.Json;

namespace SimpleGrad.Cli.Tests;

/// <summary>What the grad command prints.</summary>
public sealed class GradTests
{
    private const string Simple = "var t = a + b; return t * b;";

    private static readonly string[] Pair1 =
        ["--var", "a=0.0171,0.1633,0.5833,0.3794", "--var", "b=0.3774,0.6308,0.5239,0.1387"];

    private static readonly string[] Pair2 =
        ["--var", "a=0.4605,0.4061,0.9422,0.3946", "--var", "b=0.0850,0.3296,0.9888,0.6494"];

    [Theory]
    [InlineData("f32", "08-using-grad.txt")]
    [InlineData("f64", "08-using-grad.float64.txt")]
    public void The_trace_of_a_gradient_is_the_notebooks(string numberType, string file) =>
        AssertPrints(file, ["grad", Simple, .. Pair1, "--dtype", numberType, "--trace", "notebook"]);

    [Theory]
    [InlineData("f32", "10-grad-of-grad-simple.txt")]
    [InlineData("f64", "10-grad-of-grad-simple.float64.txt")]
    public void The_trace_of_a_gradient_of_gradients_is_the_notebooks(string numberType, string file) =>
        AssertPrints(file, ["grad", Simple, .. Pair2, "--dtype", numberType, "--trace", "notebook", "--orders", "2"]);

    [Fact]
    public void Without_a_trace_the_value_comes_before_the_gradients()
    {
        Tool run = Tool.Run(["grad", "a * a", .. Pair2, "--dtype", "f32"]);

        Assert.Equal(
            """
            value tensor([0.2121, 0.1649, 0.8877, 0.1557])
            da tensor([0.9210, 0.8122, 1.8844, 0.7892])
            db None

            """,
            run.Output);
        Assert.Equal("", run.Errors);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public void With_orders_there_is_no_value_line()
    {
        Assert.Equal(
            """
            da tensor([1.2610, 2.1306, 5.8396, 3.3868])
            db tensor([ 2.6920,  4.9204, 13.6568,  8.0724])

            """,
            Tool.Run(["grad", Simple, .. Pair2, "--dtype", "f32", "--orders", "2"]).Output);
        Assert.Equal("da None\ndb None\n", Tool.Run(["grad", "a + b", .. Pair1, "--orders", "2"]).Output);
    }

    [Theory]
    [InlineData(1, 2.87620062, 0.085, 0.6305)]
    [InlineData(2, 14.440536900000001, 1.261, 2.6919999999999997)]
    [InlineData(3, 334.82994792, 26.58, 63.928)]
    [InlineData(4, 181959.6046656, 14400.575999999997, 34765.95199999999)]
    public void The_chain_of_losses_is_PyTorchs(int orders, double loss, double firstOfA, double firstOfB)
    {
        JsonElement json = Tool.Grad(Simple, Variables(Pair2), "--orders", $"{orders}");

        Assert.Equal(orders, json.GetProperty("orders").GetInt32());
        AssertClose(loss, Tool.Numbers(json.GetProperty("value"))[0]);
        AssertClose(firstOfA, Tool.Numbers(json.GetProperty("gradients").GetProperty("a"))[0]);
        AssertClose(firstOfB, Tool.Numbers(json.GetProperty("gradients").GetProperty("b"))[0]);
    }

    [Fact]
    public void Squares_of_different_shapes_are_summed_before_they_are_added()
    {
        // L0 = y S with S = sum x; L1 = 2 y^2 + S^2; L2 = 8 S^2 + 16 y^2.
        JsonElement json = Tool.Grad("x * y", ["x=1,2", "y=2"], "--orders", "3");

        Assert.Equal([136.0], Tool.Numbers(json.GetProperty("value")));
        Assert.Equal([48.0, 48.0], Tool.Numbers(json.GetProperty("gradients").GetProperty("x")));
        Assert.Equal([64.0], Tool.Numbers(json.GetProperty("gradients").GetProperty("y")));
        Assert.Equal(
            """
            x = tensor([1., 2.])
            y = 2.0
            v0 = x * y
            L0 = v0.sum()
            dL0 ------------------------
            v2 = v1.expand(2)
            v3 = v2 * y
            v4 = v2 * x
            v5 = v4.sum()
            dL0_dL0 = v1
            dL0_dv0 = v2
            dL0_dx = v3
            dL0_dy = v5
            ------------------------
            v6 = v3 * v3
            v7 = v6.sum()
            v8 = v5 * v5
            v9 = v8.sum()
            v10 = v7 + v9
            L1 = v10.sum()
            dL1 ------------------------
            """,
            string.Join('\n', Trace(
                "x * y", "--var", "x=1,2", "--var", "y=2", "--orders", "2", "--dtype", "f32").Take(21)));
    }

    [Fact]
    public void Three_gradients_of_one_shape_are_added_from_left_to_right()
    {
        string[] lines = Trace("a * b * c", "--var", "a=1,2", "--var", "b=3,4", "--var", "c=5,6", "--orders", "2");
        int loss = Array.FindIndex(lines, line => line.StartsWith("L1 = ", StringComparison.Ordinal));
        string[] symbols = [.. lines[(loss - 5)..loss].Select(line => line.Split(' ')[3])];
        Assert.Equal(["*", "*", "+", "*", "+"], symbols);
    }

    [Fact]
    public void A_chain_that_runs_out_of_gradients_ends_with_zero()
    {
        JsonElement json = Tool.Grad("a + b", ["a=1,2", "b=3,4"], "--orders", "3");

        Assert.Equal([0.0], Tool.Numbers(json.GetProperty("value")));
        Assert.Equal(JsonValueKind.Null, json.GetProperty("gradients").GetProperty("a").ValueKind);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("gradients").GetProperty("b").ValueKind);
    }

    [Fact]
    public void Only_the_wanted_variables_are_reported_in_their_order()
    {
        Tool run = Tool.Run(
            "grad", "a * b * c", "--var", "a=2", "--var", "b=3", "--var", "c=5", "--wrt", "c, a", "--dtype", "f32");

        Assert.Equal("value tensor(30.)\ndc tensor(6.)\nda tensor(15.)\n", run.Output);
    }

    [Fact]
    public void Only_the_wanted_variables_take_part_in_the_chain() =>
        // L1 is the square of b, whose gradient by a is known zero.
        Assert.Equal(
            "da None\n",
            Tool.Run("grad", "a * b", "--var", "a=2", "--var", "b=3", "--wrt", "a", "--orders", "2").Output);

    [Fact]
    public void Json_has_shapes_and_null_for_known_zero() => Assert.Equal(
        """{"value":{"shape":[2,1],"data":[2,4]},"gradients":{"m":{"shape":[2,1],"data":[2,2]},"s":null}}""" + "\n",
        Tool.Run("grad", "2 * m", "--var", "m=[[1],[2]]", "--var", "s=1", "--json").Output);

    [Theory]
    [InlineData(0.1)]
    [InlineData(1.0 / 3)]
    [InlineData(5e-324)]
    [InlineData(double.MaxValue)]
    [InlineData(-0.0)]
    public void Json_gives_each_double_back(double number)
    {
        string text = number.ToString("R", CultureInfo.InvariantCulture);
        double back = Tool.Value("x", $"x={text}")[0];

        Assert.Equal(BitConverter.DoubleToInt64Bits(number), BitConverter.DoubleToInt64Bits(back));
    }

    [Fact]
    public void Json_has_no_more_digits_than_a_float_needs() => Assert.Equal(
        """{"value":{"shape":[],"data":[0.1]},"gradients":{"x":{"shape":[],"data":[1]}}}""" + "\n",
        Tool.Run("grad", "x", "--var", "x=0.1", "--json", "--dtype", "f32").Output);

    [Fact]
    public void Json_writes_numbers_that_are_not_finite_as_strings() => Assert.Equal(
        """{"value":{"shape":[3],"data":["NaN","Infinity","-Infinity"]},"gradients":{}}""" + "\n",
        Tool.Run("grad", "Stack([0.0 / 0, 1.0 / 0, -1.0 / 0])", "--json").Output);

    [Fact]
    public void Float_arithmetic_is_done_in_float() =>
        Assert.StartsWith(
            "value tensor(16777216.)\n", Tool.Run("grad", "x + 1", "--var", "x=16777216", "--dtype", "f32").Output);

    [Fact]
    public void A_result_without_variables_has_no_gradients()
    {
        const string Value = "value tensor(6.2832, dtype=torch.float64)\n";
        Assert.Equal(Value + "da None\n", Tool.Run("grad", "2*PI", "--var", "a=1").Output);
        Assert.Equal(Value, Tool.Run("grad", "2*PI").Output);
    }

    [Fact]
    public void What_the_library_refuses_in_a_gradient_is_a_mistake()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(1.0), result = tape.Temporary(Tensor.Scalar(1.0));
        tape.RecordAggregate(
            "odd", [x], [result], _ => throw new ArgumentException("No gradient here.", nameof(result)));

        var mistake = Assert.Throws<MistakeException>(() => GradientChain.Compute(tape, result, [x], null));
        Assert.Equal("No gradient here.", mistake.Message);
    }

    private static void AssertPrints(string file, string[] arguments)
    {
        Tool run = Tool.Run(arguments);
        Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", file)), run.Output);
        Assert.Equal("", run.Errors);
        Assert.Equal(0, run.ExitCode);
    }

    private static string[] Trace(string program, params string[] options) =>
        Tool.Run(["grad", program, "--trace", "notebook", .. options]).Output.Split('\n');

    private static string[] Variables(string[] options) => [.. options.Where(option => option != "--var")];

    private static void AssertClose(double expected, double actual) =>
        Assert.True(Math.Abs(expected - actual) <= 1e-12 * Math.Abs(expected), $"{actual} is not {expected}.");
}
