using System.Numerics;
using System.Text;
using CsvHelper;

namespace SimpleGrad.Cli;

/// <summary>Columns of a table.</summary>
/// <param name="Values">An array of numbers for each column.</param>
/// <param name="Lines">The line number of each row in the file, counted from 1.</param>
internal sealed record TableColumns<T>(T[][] Values, IReadOnlyList<long> Lines);

/// <summary>A CSV file whose first line has the names of the columns.</summary>
internal sealed class CsvTable
{
    private static readonly CsvReaderOptions _options = new()
    {
        Separator = ',',
        TrimWhitespace = true,
        TrackLineNumbers = true,
        MalformedData = CsvMalformedDataHandling.Throw,
    };

    private readonly InputFiles _files;

    /// <exception cref="MistakeException">The file cannot be read, or has no first line.</exception>
    public CsvTable(InputFiles files, string path)
    {
        (_files, Path) = (files, path);
        using (Stream stream = files.Open(path))
            TableHint.CheckText(path, stream);
        Headers = Open(reader => reader.Headers.ToArray());
        if (Headers.Length == 0)
            throw new MistakeException($"The file '{path}' is empty; its first line names the columns.");
    }

    /// <summary>The name of the file.</summary>
    public string Path { get; }

    /// <summary>The names of the columns.</summary>
    public string[] Headers { get; }

    /// <summary>Names the columns, and says what may be wrong with them where a wanted one is not there.</summary>
    /// <param name="whose">The start of the sentence, as in "Its columns".</param>
    public string Listing(string whose = "Its columns") => TableHint.Of(whose, Headers);

    /// <summary>The numbers of columns.</summary>
    /// <param name="columns">Their names.</param>
    /// <param name="check">Why a number of a column is refused; null where it is welcome, and where all are.</param>
    /// <exception cref="MistakeException">Something is wrong with the table; the message says where.</exception>
    public TableColumns<T> Read<T>(IReadOnlyList<string> columns, Func<int, T, string?>? check = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Open(reader =>
        {
            int[] places = [.. columns.Select(Find)];
            List<T>[] values = [.. columns.Select(_ => new List<T>())];
            var lines = new List<long>();
            while (reader.Read())
            {
                if (reader.FieldCount > Headers.Length)
                    throw WrongCount(reader);
                foreach ((int i, int at) in places.Index())
                {
                    string text = Encoding.UTF8.GetString(reader.GetSpan(at));
                    if ((NumberText.TryParse(text, out T value) ?? check?.Invoke(i, value)) is { } reason)
                        throw new MistakeException($"{Path}({reader.LineNumber},{at + 1}): column '{columns[i]}': "
                            + reason + TableHint.OfNumber(text));
                    values[i].Add(value);
                }
                // If a row lacks a cell, the remaining cells may have slipped into the wrong columns.
                if (reader.FieldCount < Headers.Length)
                    throw WrongCount(reader);
                lines.Add(reader.LineNumber);
            }
            return lines.Count == 0
                ? throw new MistakeException($"The file '{Path}' has no line below the names of the columns.")
                : new TableColumns<T>([.. values.Select(column => column.ToArray())], lines);
        });

    private TResult Open<TResult>(Func<CsvReader, TResult> read)
    {
        using CsvReader reader = CsvReader.Create(_files.Open(Path), _options);
        try
        {
            return read(reader);
        }
        catch (CsvFormatException e)
        {
            throw new MistakeException($"{Path}({e.LineNumber}): {e.Message}");
        }
    }

    private int Find(string column)
    {
        int at = Array.IndexOf(Headers, column);
        if (at < 0)
            throw new MistakeException($"The file '{Path}' has no column '{column}'.{Listing()}");
        return at == Array.LastIndexOf(Headers, column)
            ? at
            : throw new MistakeException($"The file '{Path}' has more than one column '{column}'.");
    }

    private MistakeException WrongCount(CsvReader reader)
    {
        string[] cells = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)];
        return new MistakeException(
            $"{Path}({reader.LineNumber}): {Count(cells.Length, "cell")}, the first line names "
            + $"{Count(Headers.Length, "column")}.{TableHint.OfCells(Headers, cells)}");
    }

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
