using System.Diagnostics;
using Microsoft.CodeAnalysis;
using SimpleGrad.Mutate;

// Mutation testing: plants small faults in the library, one at a time, and looks whether its tests notice.

Options options = Options.Parse(args);
string root = Options.Root();
string built = Path.Combine(root, "tests", "SimpleGrad.Tests", "bin", "Release", "net10.0");
string work = Path.Combine(root, "artifacts", "mutants");
var program = new TestProgram(built, Path.Combine(work, "tests"));
var library = new Library(root, built);
HashSet<string> equivalent =
    [.. File.ReadLines(Path.Combine(root, "tools", "mutate", "equivalent.txt")).Where(line => !line.StartsWith('#'))];
using var log = new StreamWriter(Path.Combine(work, "report.txt")) { AutoFlush = true };
var watch = Stopwatch.StartNew();

Say($"mutants of {string.Join(", ", options.Parts)}; seed {options.Seed}");
Coverage coverage = Coverage.Measure(library, program, work, options.KeepsCoverage, Say);
if (options.IsPlanted)
    return Plant(Path.Combine(root, "tools", "mutate", "planted.txt"));
string survivors = Path.Combine(work, "survivors.txt");
if (options.IsAgain)
    return Again();
File.Delete(survivors);
foreach (string part in options.Parts)
    Draw(part);
return 0;

// Some mutants of a part, drawn at random.
void Draw(string part)
{
    Mutant[] mutants = [.. library.Trees.Where(IsOfPart).SelectMany(Mutations.Of)];
    new Random(options.Seed).Shuffle(mutants);
    int killed = 0, survived = 0, same = 0;
    foreach (Mutant mutant in mutants)
    {
        if (killed + survived + same == options.Count || watch.Elapsed > options.Budget)
            break;
        if (equivalent.Contains($"{library.NameOf(mutant.Tree)}: {mutant}"))
        {
            same++;
            continue;
        }
        if (Try(mutant) is not { } isKilled)
            continue; // the compiler notices it
        _ = isKilled ? killed++ : survived++;
        if (!isKilled)
            File.AppendAllLines(survivors, [$"{library.NameOf(mutant.Tree)}: {mutant}"]);
    }
    Say($"== {part}: {killed} of {killed + survived} killed"
        + $" ({100.0 * killed / Math.Max(1, killed + survived):F0} %), {same} known to be equivalent,"
        + $" of {mutants.Length} places; {watch.Elapsed.TotalMinutes:F0} minutes");

    bool IsOfPart(SyntaxTree tree) =>
        library.NameOf(tree) is var name
        && (name == part || name.StartsWith(part.TrimEnd('/') + "/", StringComparison.Ordinal));
}

// The faults that survived the last draw, against the tests as they are now.
int Again()
{
    int survived = 0;
    string[] faults = [.. File.ReadLines(survivors).Where(fault => !equivalent.Contains(fault))];
    foreach (string fault in faults)
    {
        Mutant[] mutants =
        [
            .. from tree in library.Trees
               where fault.StartsWith(library.NameOf(tree), StringComparison.Ordinal)
               from mutant in Mutations.Of(tree)
               where fault == $"{library.NameOf(mutant.Tree)}: {mutant}"
               select mutant,
        ];
        if (mutants.Length == 0)
            Say($"NOT THERE {fault}");
        if (mutants.Any(mutant => Try(mutant) == false)) // the same text may stand at several places
            survived++;
    }
    Say($"== again: {survived} of {faults.Length} survive; {watch.Elapsed.TotalMinutes:F0} minutes");
    return survived == 0 ? 0 : 1;
}

// The faults of the list, each of which must be noticed.
int Plant(string list)
{
    int failures = 0;
    foreach (string line in File.ReadLines(list).Where(line => line.Length > 0 && line[0] != '#'))
    {
        string[] parts = line.Split(": ", 2);
        if (options.Parts.Length > 0 && !options.Parts.Any(part => parts[0].StartsWith(part, StringComparison.Ordinal)))
            continue;
        Mutant? mutant = library.Trees.Where(tree => library.NameOf(tree) == parts[0])
            .Select(tree => Mutant.Parse(tree, parts[1])).SingleOrDefault();
        if (mutant is null)
            Say($"NOT THERE {line}");
        if (mutant is null || Try(mutant) != true)
            failures++;
    }
    Say($"== planted: {(failures == 0 ? "all killed" : $"{failures} not killed")}");
    return failures == 0 ? 0 : 1;
}

// Whether a fault is noticed; null where it does not compile.
bool? Try(Mutant mutant)
{
    string place = $"{library.NameOf(mutant.Tree)}:{mutant.Line}: {mutant}";
    if (!library.TryCompile([(mutant.Tree, mutant.Mutated())], program.Library, out string errors))
    {
        if (options.IsPlanted)
            Say($"DOES NOT COMPILE {place}\n{errors}");
        return null;
    }
    string? killer = Killer(coverage.Of(mutant, library.NameOf(mutant.Tree).Split('/')[0]));
    Say(killer is null ? $"SURVIVED {place}" : $"killed   {place} ({killer})");
    return killer is not null;
}

// Few quick classes first: most mutants do not need more.
string? Killer(TestClass[] classes)
{
    TimeSpan effort = TimeSpan.Zero;
    for (int at = 0; at < classes.Length && effort < options.Effort;)
    {
        int first = at;
        TimeSpan time = TimeSpan.Zero;
        for (; at < classes.Length && (at == first || time + classes[at].Time < TimeSpan.FromSeconds(12)); at++)
            time += classes[at].Time;
        effort += time;
        TestClass[] next = classes[first..at];
        if (!program.Passes(next.Select(tests => tests.Name), TimeSpan.FromSeconds(60) + 4 * time, out _))
            return next.Length == 1 ? next[0].Name : $"{next[0].Name} … {next[^1].Name}";
    }
    return null;
}

void Say(string line)
{
    Console.WriteLine(line);
    log.WriteLine(line);
}
