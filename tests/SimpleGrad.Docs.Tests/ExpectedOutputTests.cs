namespace SimpleGrad.Docs.Tests;

public sealed class ExpectedOutputTests
{
    [Theory]
    [InlineData("a\nb\n", "a\nb\n")]
    [InlineData("a\nb\n", "a\r\nb\r\n")]
    [InlineData("{any}\n", "\n")]
    [InlineData("took {any} ms (x*y)\n", "took 12.5 ms (x*y)\n")]
    [InlineData("{any} of {any} MB\n", "3 of 4 MB\n")]
    public void Equal_outputs_have_no_difference(string expected, string actual) =>
        Assert.Null(ExpectedOutput.Difference(expected, actual));

    [Theory]
    [InlineData("a\nb\n", "a\nc\n", "Line 2 differs.")]
    [InlineData("a\n", "a", "actual:   (the end)")]
    [InlineData("a", "a\n", "expected: (the end)")]
    [InlineData("a \n", "a\n", "Line 1 differs.")]
    [InlineData("took {any} ms\n", "took 12.5 s\n", "Line 1 differs.")]
    [InlineData("a{any}\n", "a\nb\n", "Line 2 differs.")]
    [InlineData("a.c{any}\n", "abc\n", "Line 1 differs.")]
    public void Other_outputs_differ(string expected, string actual, string message) =>
        Assert.Contains(message, ExpectedOutput.Difference(expected, actual));

    [Theory]
    [InlineData("", "new\n", "new\n")]
    [InlineData("a\nt {any}\n", "b\nt 5\n", "b\nt {any}\n")]
    [InlineData("t {any}\na\n", "first\nt 5\na\nlast\n", "first\nt {any}\na\nlast\n")]
    [InlineData("gone\nt {any}\n", "t 5\n", "t {any}\n")]
    [InlineData("a\n{any}\n", "a\nb\nc\n", "a\n{any}\nc\n")]
    [InlineData("t {any} ms\n", "t 5 s\n", "t 5 s\n")]
    public void An_update_keeps_the_lines_with_a_marker_that_match(string expected, string actual, string updated) =>
        Assert.Equal(updated, ExpectedOutput.Update(expected, actual));
}
