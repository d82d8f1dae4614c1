namespace SimpleGrad.Tests.Properties;

public sealed class OperatorPageTests
{
    private const string Update = "SIMPLEGRAD_UPDATE_OPERATORS";

    private static readonly string _committed = Path.Combine(Repository.Root, "docs", "operators.md");

    [Fact]
    public void Page_of_operators_is_the_committed_one()
    {
        string actual = OperatorPage.Text();
        if (Environment.GetEnvironmentVariable(Update) == "1")
            File.WriteAllText(_committed, actual);
        string expected = File.Exists(_committed) ? File.ReadAllText(_committed) : "";
        Assert.True(
            actual == expected,
            $"docs/operators.md is not what the operators say of themselves: run the tests with {Update}=1.");
    }

    [Fact]
    public void Every_function_is_an_operator_or_a_composition() => Assert.Empty(CompositionTable.Missing);
}
