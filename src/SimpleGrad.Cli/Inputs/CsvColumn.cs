using System.Numerics;
using System.Text;
using CsvHelper;

namespace SimpleGrad.Cli;

/// <summary>Reads a column of a CSV file whose first line has the names of the columns.</summary>
internal static class CsvColumn
{
    private static readonly CsvReaderOptions _options = new()
    {
        Separator = ',',
        TrimWhitespace = true,
        TrackLineNumbers = true,
        MalformedData = CsvMalformedDataHandling.Throw,
    };

    public static Tensor<T> Read<T>(string path, string column) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using CsvReader reader = CsvReader.Create(InputFile.Open(path), _options);
        try
        {
            int at = Find(path, column, [.. reader.Headers]);
            var values = new List<T>();
            while (reader.Read())
            {
                string text = Encoding.UTF8.GetString(reader.GetSpan(at));
                if (NumberText.TryParse(text, out T value) is { } reason)
                    throw new MistakeException($"{path}({reader.LineNumber},{at + 1}): column '{column}': {reason}");
                values.Add(value);
            }
            return values.Count > 0
                ? Tensor.Create<T>([.. values])
                : throw new MistakeException($"The file '{path}' has no line below the names of the columns.");
        }
        catch (CsvFormatException e)
        {
            throw new MistakeException($"{path}({e.LineNumber}): {e.Message}");
        }
    }

    private static int Find(string path, string column, string[] columns)
    {
        if (columns.Length == 0)
            throw new MistakeException($"The file '{path}' is empty; its first line names the columns.");
        int at = columns.IndexOf(column);
        if (at < 0)
            throw new MistakeException(
                $"The file '{path}' has no column '{column}'. Its columns are '{string.Join("', '", columns)}'.");
        return at == Array.LastIndexOf(columns, column)
            ? at
            : throw new MistakeException($"The file '{path}' has more than one column '{column}'.");
    }
}
