using System.Globalization;

namespace SimpleGrad.Fuzz;

/// <summary>What the command line asks for.</summary>
/// <param name="Targets">The names of the targets; all where none is named.</param>
/// <param name="Seconds">How long each target is fed.</param>
/// <param name="Count">How many inputs each gets at most.</param>
/// <param name="Seed">Which inputs.</param>
/// <param name="IsGuided">Whether inputs that reach new code are kept and changed further.</param>
/// <param name="Input">A file to feed once, in place of all this; a target must be named.</param>
internal sealed record Options(
    string[] Targets, int Seconds, int Count, int Seed, bool IsGuided, string? Input)
{
    private const string Usage =
        "fuzz [TARGET...] [--seconds N] [--count N] [--seed N] [--guided] [--input FILE]: targets are programs, csv, "
        + "npy and lists";

    public static Options Parse(string[] args)
    {
        var targets = new List<string>();
        var options = new Options([], 20, int.MaxValue, 1, false, null);
        for (int i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--seconds" => options with { Seconds = Number(args, ++i) },
                "--count" => options with { Count = Number(args, ++i) },
                "--seed" => options with { Seed = Number(args, ++i) },
                "--guided" => options with { IsGuided = true },
                "--input" => options with { Input = ++i < args.Length ? args[i] : throw new ArgumentException(Usage) },
                _ => options,
            };
            if (args[i] is "programs" or "csv" or "npy" or "lists")
                targets.Add(args[i]);
        }
        return options with { Targets = targets.Count > 0 ? [.. targets] : ["programs", "csv", "npy", "lists"] };
    }

    private static int Number(string[] args, int at) =>
        at < args.Length && int.TryParse(args[at], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new ArgumentException(Usage);
}
