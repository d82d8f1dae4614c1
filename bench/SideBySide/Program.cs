using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SimpleGrad.Bench.SideBySide;
using Spectre.Console;

var json = new Option<FileInfo?>("--json") { Description = "Also writes the figures to this file." };
var filter = new Option<string>("--filter")
{
    Description = "Only cases whose family or name contains this.",
    DefaultValueFactory = _ => "",
};
var rounds = new Option<int>("--rounds") { Description = "Rounds of measuring.", DefaultValueFactory = _ => 25 };
var command = new RootCommand("Measures SimpleGrad and its peers in turns.") { json, filter, rounds };
command.SetAction(arguments =>
{
    string wanted = arguments.GetValue(filter)!;
    Case[] cases =
    [
        .. Cases.All().Where(item => $"{item.Family} {item.Name}".Contains(wanted, StringComparison.OrdinalIgnoreCase)),
    ];
    var rows = new List<Row>();
    AnsiConsole.Progress().Start(context =>
    {
        ProgressTask task = context.AddTask("measuring", maxValue: cases.Length);
        foreach (Case item in cases)
        {
            rows.Add(Runner.Run(item, arguments.GetValue(rounds)));
            task.Increment(1);
        }
    });
    foreach (IGrouping<string, Row> family in rows.GroupBy(row => row.Family))
        AnsiConsole.Write(TableOf(family));
    if (arguments.GetValue(json) is { } file)
        File.WriteAllText(file.FullName, JsonSerializer.Serialize(rows, JsonSerializerOptions.Web) + "\n");
});
return command.Parse(args).Invoke();

static Table TableOf(IGrouping<string, Row> family)
{
    Table table = new Table().Title(family.Key).AddColumns("case", "ours", "peer", "ours / peer", "bytes");
    for (int column = 1; column < 5; column++)
        table.Columns[column].RightAligned();
    foreach (Row row in family)
        table.AddRow(
            row.Name, Time(row.Nanoseconds), row.PeerNanoseconds is { } peer ? Time(peer) : "",
            row.Ratio is { } ratio ? ratio.ToString("F2", CultureInfo.InvariantCulture) : "",
            row.Bytes.ToString("F0", CultureInfo.InvariantCulture));
    return table;
}

static string Time(double nanoseconds) => nanoseconds switch
{
    < 1e4 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds:F1} ns"),
    < 1e7 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e3:F1} µs"),
    _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e6:F1} ms"),
};
