using System.CommandLine;
using SimpleGrad;
using SimpleGrad.Bench.Programs;

var programs = new Option<string[]>("--program")
{
    Description = "Only this program; --list names all.",
    AllowMultipleArgumentsPerToken = true,
};
var filter = new Option<string>("--filter")
{
    Description = "Only cases with this in their name.",
    DefaultValueFactory = _ => "",
};
var rounds = new Option<int>("--rounds") { Description = "Rounds of measuring.", DefaultValueFactory = _ => 9 };
var isLong = new Option<bool>("--long") { Description = "Also the cases that take minutes." };
var json = new Option<FileInfo?>("--json") { Description = "Also writes the figures to this file." };
var list = new Option<bool>("--list") { Description = "Only names the programs and their cases." };
var noDynamicCode = new Option<bool>("--no-dynamic-code")
{
    Description = "Runs compiled functions as where code cannot be emitted.",
};
programs.AcceptOnlyFromAmong([.. AllCases.Of.Select(item => item.Program).Distinct()]);

var command = new RootCommand("Measures whole programs, value and derivatives, beside peers.")
{
    programs, filter, rounds, isLong, json, list, noDynamicCode,
};
command.SetAction(arguments =>
{
    if (arguments.GetValue(noDynamicCode))
        AppContext.SetSwitch("System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported", false);
    IEnumerable<Case> cases = AllCases.Of.Where(item =>
        (arguments.GetValue(programs) is not { Length: > 0 } wanted || wanted.Contains(item.Program))
        && item.Name.Contains(arguments.GetValue(filter)!, StringComparison.OrdinalIgnoreCase)
        && (arguments.GetValue(isLong) || !item.IsLong));
    if (arguments.GetValue(list))
    {
        foreach (Case item in cases)
            Console.WriteLine($"{item.Program}: {item.Name}: {string.Join(", ", item.Ways.Select(way => way.Name))}");
        return 0;
    }

    Parallelism.ThreadCount = 1;
    Report.Start();
    Runner.WarmUp();
    var report = new Report();
    var runner = new Runner(arguments.GetValue(rounds));
    foreach (Case item in cases)
        report.Add([.. runner.Run(item)]);
    if (arguments.GetValue(json) is { } file)
        report.Save(file);
    return report.HasErrors ? 1 : 0;
});
return command.Parse(args).Invoke();
