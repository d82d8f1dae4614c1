using System.Numerics;
using System.Text;
using CsvHelper;

namespace SimpleGrad.Cli;

/// <summary>Reads columns of a CSV file whose first line has the names of the columns.</summary>
internal static class CsvTable
{
    private static readonly CsvReaderOptions _options = new()
    {
        Separator = ',',
        TrimWhitespace = true,
        TrackLineNumbers = true,
        MalformedData = CsvMalformedDataHandling.Throw,
    };

    /// <summary>The names of the columns.</summary>
    public static string[] Headers(string path) => Open(path, reader => NotEmpty(path, [.. reader.Headers]));

    /// <summary>The numbers of columns, one array for each.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">Their names.</param>
    /// <param name="check">Why a number of a column is refused; null where it is welcome, and where all are.</param>
    public static T[][] Read<T>(string path, IReadOnlyList<string> columns, Func<int, T, string?>? check = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Open(path, reader =>
        {
            string[] headers = NotEmpty(path, [.. reader.Headers]);
            int[] places = [.. columns.Select(column => Find(path, column, headers))];
            List<T>[] values = [.. columns.Select(_ => new List<T>())];
            while (reader.Read())
            {
                foreach ((int i, int at) in places.Index())
                {
                    string text = Encoding.UTF8.GetString(reader.GetSpan(at));
                    if ((NumberText.TryParse(text, out T value) ?? check?.Invoke(i, value)) is { } reason)
                        throw new MistakeException(
                            $"{path}({reader.LineNumber},{at + 1}): column '{columns[i]}': {reason}");
                    values[i].Add(value);
                }
            }
            return values.Any(column => column.Count == 0)
                ? throw new MistakeException($"The file '{path}' has no line below the names of the columns.")
                : values.Select(column => column.ToArray()).ToArray();
        });

    private static TResult Open<TResult>(string path, Func<CsvReader, TResult> read)
    {
        using CsvReader reader = CsvReader.Create(InputFile.OpenText(path), _options);
        try
        {
            return read(reader);
        }
        catch (CsvFormatException e)
        {
            throw new MistakeException($"{path}({e.LineNumber}): {e.Message}");
        }
    }

    private static string[] NotEmpty(string path, string[] columns) => columns.Length > 0
        ? columns
        : throw new MistakeException($"The file '{path}' is empty; its first line names the columns.");

    private static int Find(string path, string column, string[] columns)
    {
        int at = columns.IndexOf(column);
        if (at < 0)
            throw new MistakeException(
                $"The file '{path}' has no column '{column}'. Its columns are '{string.Join("', '", columns)}'.");
        return at == Array.LastIndexOf(columns, column)
            ? at
            : throw new MistakeException($"The file '{path}' has more than one column '{column}'.");
    }
}
