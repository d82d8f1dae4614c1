using System.Globalization;

namespace SimpleGrad.Mutate;

/// <summary>What the command line asks for.</summary>
/// <param name="Parts">Folders or files of the library, as <c>Tape</c> or <c>Compiler/Program.cs</c>.</param>
/// <param name="Count">How many mutants to try in each.</param>
/// <param name="Seed">Which of them are drawn.</param>
/// <param name="Budget">After which time no more are tried.</param>
/// <param name="Effort">How long tests are run against one fault: then it has survived.</param>
/// <param name="KeepsCoverage">Whether which tests reach what is known from the last run, of the same sources.</param>
/// <param name="IsPlanted">Whether the faults of planted.txt are tried.</param>
/// <param name="IsAgain">Whether those are tried that survived the last draw.</param>
internal sealed record Options(
    string[] Parts, int Count, int Seed, TimeSpan Budget, TimeSpan Effort, bool KeepsCoverage, bool IsPlanted,
    bool IsAgain)
{
    private const string Usage =
        "mutate PART... [--count N] [--seed N] [--minutes N] [--effort SECONDS] [--planted] [--again] "
        + "[--keep-coverage]: a part is a folder or file of src/SimpleGrad";

    public static Options Parse(string[] args)
    {
        var parts = new List<string>();
        var options = new Options([], 50, 1, TimeSpan.FromMinutes(60), TimeSpan.MaxValue, false, false, false);
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--count":
                    options = options with { Count = Number(args, ++i) };
                    break;
                case "--seed":
                    options = options with { Seed = Number(args, ++i) };
                    break;
                case "--minutes":
                    options = options with { Budget = TimeSpan.FromMinutes(Number(args, ++i)) };
                    break;
                case "--effort":
                    options = options with { Effort = TimeSpan.FromSeconds(Number(args, ++i)) };
                    break;
                case "--keep-coverage":
                    options = options with { KeepsCoverage = true };
                    break;
                case "--planted":
                    options = options with { IsPlanted = true };
                    break;
                case "--again":
                    options = options with { IsAgain = true };
                    break;
                default:
                    parts.Add(args[i]);
                    break;
            }
        }
        return parts.Count > 0 || options.IsPlanted || options.IsAgain
            ? options with { Parts = [.. parts] }
            : throw new ArgumentException(Usage);
    }

    /// <summary>The folder of the repository.</summary>
    public static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "SimpleGrad.slnx")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tool is not in a clone of the repository.");
    }

    private static int Number(string[] args, int at) =>
        at < args.Length && int.TryParse(args[at], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new ArgumentException(Usage);
}
