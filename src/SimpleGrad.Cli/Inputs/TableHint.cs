using System.Globalization;

namespace SimpleGrad.Cli;

/// <summary>Guesses what is wrong with a table that does not read as one.</summary>
internal static class TableHint
{
    private const int MaxCharacters = 300;
    private const int LooksAt = 4096;

    private static readonly (char Separator, string Name)[] _others =
        [(';', "semicolons"), ('\t', "tabs"), ('|', "bars"), (' ', "blanks")];

    /// <summary>Refuses a file that is no text.</summary>
    /// <exception cref="MistakeException">It is none; the message says what it is, where that is known.</exception>
    public static void CheckText(string path, Stream stream)
    {
        byte[] bytes = new byte[LooksAt];
        ReadOnlySpan<byte> start = bytes.AsSpan(0, stream.ReadAtLeast(bytes, LooksAt, throwOnEndOfStream: false));
        string? kind = start switch
        {
            [0x1F, 0x8B, ..] => "is compressed (gzip): unpack it first, and give the file, or - for a pipe: "
                + $"gunzip -c {path} | simplegrad … -",
            [(byte)'P', (byte)'K', 3 or 5, ..] => "is a ZIP archive, as spreadsheets (.xlsx, .ods) and .npz files are: "
                + "save the table as CSV; of an .npz an array is read with @NAME.npz:ARRAY",
            [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..] =>
                "is a NumPy array, which has no columns: its name must end with .npy, and no column follows it",
            [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => "is encoded in UTF-16: save it in UTF-8",
            _ when start.ContainsAnyInRange((byte)0, (byte)8) =>
                "is no text: a table is a text file with commas between its cells",
            _ => null,
        };
        if (kind is not null)
            throw new MistakeException($"The file '{path}' {kind}.");
    }

    /// <summary>The names of the columns, and why a wanted one may not be among them.</summary>
    /// <param name="whose">The start of the sentence, as in "Its columns".</param>
    /// <param name="headers">The names.</param>
    public static string Of(string whose, string[] headers) =>
        $" {whose} are '{Printable(string.Join("', '", headers))}'.{Guess(headers)}";

    /// <summary>Why a row may have more or fewer cells than there are columns.</summary>
    public static string OfCells(string[] headers, string[] cells) =>
        cells.Length > headers.Length && Array.TrueForAll(cells, IsDigits)
            ? " Numbers are written with a point: decimal commas, as in 1,5, cut them in two."
            : headers.Length == 1 ? Guess(headers) : "";

    /// <summary>Why a text may be no number.</summary>
    public static string OfNumber(string text) =>
        text.Count(c => c == ',') == 1 && IsNumber(text.Replace(',', '.'))
            ? " Numbers are written with a point, as in 1.5."
            : "";

    private static string Guess(string[] headers)
    {
        const string First = " The first line must name the columns";
        if (headers[0].StartsWith('#') || headers[0].StartsWith('%') || headers[0].StartsWith("//"))
            return $"{First}: leave out the comment in it.";
        if (Array.TrueForAll(headers, IsNumber))
            return $"{First}, and it has numbers: put a line of names above it.";
        if (headers is [var only])
        {
            // Blanks may be a part of a name: they count only where nothing else can be meant.
            foreach ((char separator, string name) in _others)
            {
                if (only.Contains(separator))
                    return $"{First}, with commas between them; here they may be separated by {name}, or other lines "
                        + "stand above them.";
            }
        }
        return Array.Find(headers, name => !ProgramNames.IsIdentifier(name)) is { } odd
            ? " A formula can use columns whose name is an identifier, of letters and digits, unlike "
                + $"'{Printable(odd)}'."
            : "";
    }

    private static bool IsDigits(string text) =>
        text.TrimStart('-') is { Length: > 0 } digits && digits.All(char.IsAsciiDigit);

    private static bool IsNumber(string text) => double.TryParse(
        text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    /// <summary>A text that does no harm to a terminal, and is not too long.</summary>
    private static string Printable(string text)
    {
        string shown = string.Concat(text.Select(c => c == '\t' ? "\\t" : char.IsControl(c) ? "\uFFFD" : $"{c}"));
        return shown.Length <= MaxCharacters ? shown : $"{shown[..MaxCharacters]}…";
    }
}
