using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace SimpleGrad.Bench.Programs;

/// <summary>Writes a table for each case as it is measured; and all rows to a file of JSON.</summary>
internal sealed class Report
{
    private static readonly JsonSerializerOptions _options =
        new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<Row> _rows = [];

    public bool HasErrors => _rows.Any(row => row.Error is not null);

    /// <summary>What the figures depend on.</summary>
    private static Dictionary<string, string> Facts => new(Machine.Facts)
    {
        ["executor"] = RuntimeFeature.IsDynamicCodeSupported ? "emitted code" : "without dynamic code",
        ["C"] = CPeers.IsAvailable ? "gcc -O3 -march=native" : "none: bash bench/programs.sh builds it and runs this",
    };

    public static void Start()
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 150;
        foreach ((string key, string value) in Facts)
            Console.WriteLine($"{key,-10} {value}");
    }

    public void Add(IReadOnlyCollection<Row> rows)
    {
        _rows.AddRange(rows);
        Row ours = rows.First();
        Console.WriteLine();
        var table = new Table { Title = new TableTitle(Markup.Escape($"{ours.Program}: {ours.Case}")) };
        table.Border(Console.IsOutputRedirected ? TableBorder.Markdown : TableBorder.Rounded);
        foreach (string column in (string[])["way", "first call", "median", "min", "ours / this", "reach", "bytes"])
            table.AddColumn(column, each => each.Alignment(column == "way" ? Justify.Left : Justify.Right));
        foreach (Row row in rows)
            table.AddRow([.. Cells(row).Select(Markup.Escape)]);
        AnsiConsole.Write(table);
    }

    public void Save(FileInfo file) => File.WriteAllText(
        file.FullName,
        JsonSerializer.Serialize(
            new { Date = DateTime.UtcNow, Machine = Facts, Unit = "ns", Rows = _rows }, _options) + "\n");

    private static string[] Cells(Row row)
    {
        if (row is { Error: { } error, Rounds: 0 })
            return [row.Way, "", $"FAILED: {error}", "", "", "", ""];
        string first = Time(row.FirstCall);
        if (row.FirstCallReach is { } reach)
            first += $" (reach {Time(reach)})";
        if (row.Nodes is { } nodes)
            first += $", {Time(row.FirstCall / nodes)} for each of {nodes}";
        return
        [
            row.Way + (row.Error is { } wrong ? $" WRONG: {wrong}" : ""), first, Time(row.Median), Time(row.Min),
            Ratio(row.Ratio), Ratio(row.Reach), row.Bytes.ToString("N0", CultureInfo.InvariantCulture),
        ];
    }

    private static string Ratio(double? ratio) => ratio switch
    {
        null => "",
        < 0.1 => ratio.Value.ToString("F4", CultureInfo.InvariantCulture),
        _ => ratio.Value.ToString("F2", CultureInfo.InvariantCulture),
    };

    private static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1e4 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds:F0} ns"),
        < 1e7 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e3:F1} µs"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e6:F1} ms"),
    };
}
