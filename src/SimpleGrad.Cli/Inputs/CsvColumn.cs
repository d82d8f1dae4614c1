using System.Globalization;
using System.Numerics;
using CsvHelper;
using CsvHelper.Configuration;

namespace SimpleGrad.Cli;

/// <summary>Reads a column of a CSV file whose first line has the names of the columns.</summary>
internal static class CsvColumn
{
    public static Tensor<T> Read<T>(string path, string column) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var reader = new StreamReader(InputFile.Open(path));
        using var parser = new CsvParser(reader, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            TrimOptions = TrimOptions.Trim,
            BadDataFound = bad => throw new MistakeException(
                $"{path}({bad.Context.Parser!.RawRow}): a quotation mark is out of place."),
        });
        if (!parser.Read())
            throw new MistakeException($"The file '{path}' is empty; its first line names the columns.");
        int at = Find(path, column, parser.Record!);

        var values = new List<T>();
        while (parser.Read())
        {
            string? reason = at < parser.Count
                ? NumberText.TryParse(parser[at], out T value)
                : NumberText.TryParse("", out value);
            if (reason is not null)
                throw new MistakeException($"{path}({parser.RawRow},{at + 1}): column '{column}': {reason}");
            values.Add(value);
        }
        return values.Count > 0
            ? Tensor.Create<T>([.. values])
            : throw new MistakeException($"The file '{path}' has no line below the names of the columns.");
    }

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
