using System.CommandLine;
using SimpleGrad.Bench.SideBySide;

var families = new Option<string[]>("--family") { Description = "Only this family; may be given more than once." };
var filter = new Option<string>("--filter")
{
    Description = "Only cases with this in their family, name, shape or type.",
    DefaultValueFactory = _ => "",
};
var dtype = new Option<string>("--dtype") { Description = "Only f32 or f64.", DefaultValueFactory = _ => "" };
var threads = new Option<int>("--threads") { Description = "Threads of each side.", DefaultValueFactory = _ => 1 };
var rounds = new Option<int?>("--rounds") { Description = "Rounds of measuring; 15, or 5 with --quick." };
var quick = new Option<bool>("--quick") { Description = "Fewer rounds, and nothing of 4M numbers and more." };
var json = new Option<FileInfo?>("--json") { Description = "Also writes the figures to this file." };
var list = new Option<bool>("--list") { Description = "Only names the families and the number of their cases." };
families.AcceptOnlyFromAmong([.. Cases.All().Select(item => item.Family).Distinct()]);
dtype.AcceptOnlyFromAmong("f32", "f64");

var command = new RootCommand("Measures SimpleGrad and libtorch in turns.")
{
    families, filter, dtype, threads, rounds, quick, json, list,
};
command.SetAction(arguments =>
{
    IEnumerable<Case> cases = Cases.All().Where(item =>
        (arguments.GetValue(families) is not { Length: > 0 } wanted || wanted.Contains(item.Family))
        && $"{item.Family} {item.Name} {item.Size} {item.DType}".Contains(
            arguments.GetValue(filter)!, StringComparison.OrdinalIgnoreCase)
        && item.DType.Contains(arguments.GetValue(dtype)!)
        && (!arguments.GetValue(quick) || item.Elements < 4 << 20));
    if (arguments.GetValue(list))
    {
        foreach (IGrouping<string, Case> family in cases.GroupBy(item => item.Family))
            Console.WriteLine($"{family.Key}: {family.Count()}");
        return 0;
    }

    var report = new Report(Console.Out);
    report.Start();
    Runner.SetThreads(arguments.GetValue(threads));
    var runner = new Runner(
        arguments.GetValue(rounds) ?? (arguments.GetValue(quick) ? 5 : 15), arguments.GetValue(threads),
        arguments.GetValue(quick));
    foreach (Case item in cases)
        report.Add(runner.Run(item));
    if (arguments.GetValue(json) is { } file)
        report.Save(file);
    return report.HasErrors ? 1 : 0;
});
return command.Parse(args).Invoke();
