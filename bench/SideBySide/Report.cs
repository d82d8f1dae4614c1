using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SimpleGrad.Bench.SideBySide;

/// <summary>Writes the rows as they come, a table for each family; and all of them to a file of JSON.</summary>
internal sealed class Report(TextWriter writer)
{
    private static readonly JsonSerializerOptions _options =
        new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<Row> _rows = [];

    public bool HasErrors => _rows.Any(row => row.Error is not null);

    /// <summary>What the figures depend on.</summary>
    private static Dictionary<string, string> Facts => new(Machine.Facts)
    {
        ["ours"] = $"SimpleGrad {Version(typeof(Tensor).Assembly)}",
        ["peer"] = LibTorch.Version,
    };

    public void Start()
    {
        foreach ((string key, string value) in Facts)
            writer.WriteLine($"{key,-10} {value}");
        if (!LibTorch.IsAvailable)
            writer.WriteLine("The columns of libtorch stay empty: bash bench/side-by-side.sh gets it and runs this.");
    }

    public void Add(Row row)
    {
        if (_rows is [] || _rows[^1].Family != row.Family)
        {
            writer.WriteLine();
            writer.WriteLine(row.Family);
            WriteLine("case", "n or shape", "dtype", "threads", "ours", row.PeerName, "ratio", "bytes");
        }
        _rows.Add(row);
        WriteLine(
            row.Name, row.Size, row.DType, $"{row.Threads}", Time(row.Ours), Time(row.Peer),
            row.Ratio is { } ratio ? ratio.ToString("F2", CultureInfo.InvariantCulture) : "",
            row.Error is { } error ? $"FAILED: {error}" : row.Bytes.ToString("F0", CultureInfo.InvariantCulture));
    }

    public void Save(FileInfo file) => File.WriteAllText(
        file.FullName,
        JsonSerializer.Serialize(
            new { Date = DateTime.UtcNow, Machine = Facts, Unit = "ns", Rows = _rows }, _options) + "\n");

    private void WriteLine(
        string name, string size, string dtype, string threads, string ours, string peer, string ratio, string bytes) =>
        writer.WriteLine(
            $"{name,-36} {size,-18} {dtype,-5} {threads,7} {ours,10} {peer,16} {ratio,7} {bytes,12}".TrimEnd());

    private static string Time(Times? times) => times?.Median switch
    {
        null => "",
        < 1e4 => string.Create(CultureInfo.InvariantCulture, $"{times.Median:F1} ns"),
        < 1e7 => string.Create(CultureInfo.InvariantCulture, $"{times.Median / 1e3:F1} µs"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{times.Median / 1e6:F1} ms"),
    };

    private static string Version(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
}
