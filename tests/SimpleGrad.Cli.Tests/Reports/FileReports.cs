using System.Text;

namespace SimpleGrad.Cli.Tests.Reports;

/// <summary>Files that are binary, or damaged.</summary>
public sealed class FileReports
{
    private static readonly string _archive = Path.Combine(AppContext.BaseDirectory, "Data", "archive.npz");

    [Fact]
    public void An_array_of_an_archive_is_read()
    {
        // numpy.savez("archive.npz", x=[1.0, 2, 3], y=[1.0, 2, 3])
        Assert.Equal([1.0, 4, 9], Tool.Value("x*x", $"x=@{_archive}:x"));
        Assert.Equal([1.0, 2, 3], Tool.Value("y", $"y=@{_archive}:y"));
    }

    [Fact]
    public void An_archive_is_asked_for_what_it_has()
    {
        Assert.Contains("has no array 'z'. Its arrays are 'x', 'y'.", Mistake($"{_archive}:z"));
        Assert.Contains("has several arrays: write @", Mistake(_archive));
    }

    [Fact]
    public void An_array_has_no_columns()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("f8.npy", [0x93, .. "NUMPY"u8, 1, 0]);
        Assert.Contains($"has one array and no columns: write @{path}.", Mistake($"{path}:x"));
    }

    [Fact]
    public void A_header_without_a_comma_is_a_mistake()
    {
        using var folder = new TemporaryFolder();
        byte[] header = Encoding.ASCII.GetBytes("{'descr': '<f8', 'fortran_order': False, 'shape': (2 3,), }\n");
        string path = folder.Write(
            "05.npy", [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, .. new byte[48]]);
        Assert.Contains("its header is not understood: a comma is missing in 'shape'", Mistake(path));
    }

    [Theory]
    [InlineData(new byte[] { 0x50, 0x4B, 3, 4, 1, 2 }, "is a ZIP archive")]
    [InlineData(new byte[] { 0x1F, 0x8B, 8, 0 }, "is compressed (gzip)")]
    [InlineData(new byte[] { 0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59 }, "is a NumPy array")]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x78, 0 }, "is encoded in UTF-16")]
    [InlineData(new byte[] { 0x78, 0x0A, 0, 1, 2 }, "is no text: a table is a text file")]
    [InlineData(new byte[] { 0x1B, 0x5B, 0x32, 0x4A, 0x0A, 0x31 }, "has no column 'x'")]
    public void What_is_no_text_is_refused_and_not_printed(byte[] content, string message)
    {
        using var folder = new TemporaryFolder();
        string said = Mistake($"{folder.Write("data.csv", content)}:x");
        Assert.Contains(message, said);
        Assert.DoesNotContain(said.ReplaceLineEndings("").ToCharArray(), char.IsControl);
    }

    private static string Mistake(string file) => Tool.Run("grad", "x", "--var", $"x=@{file}").Mistake();
}
