using System.Text.Json;

namespace SimpleGrad.Cli.Tests.Reports;

/// <summary>What the fit command says where a search ends in a special place.</summary>
public sealed class FitEndTests : IDisposable
{
    private const string Counts = "x,n\n0,12\n1,7\n2,4\n3,1\n4,0\n";

    private readonly TemporaryFolder _folder = new();
    private readonly string _counts;

    public FitEndTests() => _counts = _folder.Write("cnt.csv", Counts);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("(x-m)*(x-m)/2", "m=1", "along m:")]
    [InlineData("n*(a+b*x)", "a=0,b=0", "along a, b:")]
    [InlineData("n*(a+b*x)", "a=0,b=0", "along a, b:", "--method", "lbfgs")]
    [InlineData("k*Log(x+1)", "k=1", "along k:")]
    [InlineData("(n - p*x - q)*(n - p*x - q)", "p=1,q=1", "along p, q:")]
    [InlineData("n + p*x + q", "p=1,q=1", "along p, q:")]
    public void A_likelihood_without_a_maximum_says_so(
        string formula, string start, string along, params string[] options)
    {
        Tool run = Tool.Run(["fit", formula, "--data", _counts, "--likelihood", "--start", start, .. options]);

        Assert.Equal((3, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("error: The likelihood grows without end " + along, run.Errors);
    }

    [Theory]
    [InlineData("a*Pow(x,b)", "a=1,b=-0.5", "it is Infinity. The first such place is at line 2 (x = 0) of '")]
    [InlineData("a*Sqrt(x-b)", "a=1,b=0", "derivatives are finite. The first such place is at line 2 (x = 0) of '")]
    [InlineData("a*Log(3-x)+b*n*0", "a=1,b=1", "The first such place is at line 6 (x = 3, n = 1) of '")]
    public void The_line_without_a_finite_value_is_named(string formula, string start, string message)
    {
        string path = _folder.Write("gap.csv", Counts.Replace("1,7", "\n1,7"));
        string[] kind = formula.Contains('n') ? ["--likelihood"] : ["--y", "n"];
        Tool run = Tool.Run(["fit", formula, "--data", path, "--start", start, .. kind]);

        Assert.Equal(3, run.ExitCode);
        Assert.Contains(message, run.Errors);
    }

    /// <summary>A broken line that breaks at a measurement (stackoverflow 45096515).</summary>
    [Fact]
    public void A_kink_is_a_result_with_a_warning()
    {
        string path = _folder.Write("kink.csv", """
            x,y
            7228,0.874
            7620,0.893
            7730,0.8905
            7901,0.8916
            8139,0.9095
            8370,0.9142
            8448,0.9109
            8737,0.9185
            8824,0.9169
            9089,0.9251
            9233,0.929
            9321,0.9304
            9509,0.9467
            9568,0.9378
            9642,0.9464
            9756,0.9508
            9915,0.9583
            10601,0.9857
            10942,0.9975

            """);
        string[] command =
        [
            "fit", "var d = x - x0; return y0 + Where(x < x0, k1*d, k2*d);", "--data", path, "--y", "y", "--start",
            "x0=9000,y0=0.9,k1=0.0001,k2=0.0001",
        ];
        Tool run = Tool.Run([.. command, "--json"]);

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("warning: The fit has a kink at x0 = 9321: ", run.Errors);
        JsonElement fit = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal("kink", fit.GetProperty("stop").GetString());
        Assert.Equal(2.39281148e-4, fit.GetProperty("rss").GetDouble(), 1e-12); // as scipy's curve_fit finds
        JsonElement x0 = fit.GetProperty("parameters").GetProperty("x0");
        Assert.True(x0.GetProperty("at_kink").GetBoolean());
        Assert.Equal(JsonValueKind.Null, x0.GetProperty("standard_error").ValueKind);
        Assert.Contains("at a kink", Tool.Run(command).Output);
    }

    /// <summary>Random problems of which three ended with the message that their optimum is none.</summary>
    [Fact]
    public void A_bound_on_the_way_ends_at_the_bound()
    {
        string path = _folder.Write("case49.csv", """
            x0,x1,x2,y
            -0.7849524236244436,2.0808674278511994,-0.11267973463977614,0.6437412993581253
            -1.0054788996037718,-1.714472036492545,0.05125700219061207,2.0798717954984025
            0.9975774802110099,11.479891661458533,0.04276285071214127,2.4521787899227663
            -1.2385380498891814,3.2456747466721185,-0.19174608947131025,-2.35843390938276
            0.7909264533432703,-20.655943810633758,0.178505120452878,1.0154449745322687

            """);
        Tool run = Tool.Run(
            "fit", "b0*x0+b1*x1+b2*x2", "--data", path, "--y", "y", "--start",
            "b0=0.7586092823962218,b1=0.025997383719523627,b2=11.786122832588754", "--bounds",
            "b0=-0.4740457974703565..0.8864310806186098,b1=0.02404566239314339..0.1411321569514848,"
            + "b2=2.350932218812183..20.71190564065029");
        Assert.Equal("", run.Errors);
        Assert.Equal(0, run.ExitCode);
    }
}
