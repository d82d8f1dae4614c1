using System.Diagnostics;

namespace SimpleGrad.Fuzz;

/// <summary>Feeds targets with inputs, and stops at the first fault.</summary>
internal static class Fuzzing
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60); // for one input

    public static int Run(Options options, Corpus? guide)
    {
        string folder = Directory.CreateTempSubdirectory("simplegrad-fuzz").FullName;
        try
        {
            foreach (string name in options.Targets)
            {
                Target target = Target.Of(name, folder);
                if (options.Input is { } file)
                    target.Feed(File.ReadAllBytes(file));
                else
                    Feed(target, name, options, guide);
            }
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Feed(Target target, string name, Options options, Corpus? guide)
    {
        var random = new Random(options.Seed);
        var corpus = new List<byte[]>(target.Seeds);
        var watch = Stopwatch.StartNew();
        int count = 0, refused = 0;
        for (; count < options.Count && watch.Elapsed < TimeSpan.FromSeconds(options.Seconds); count++)
        {
            byte[] input = count < target.Seeds.Count
                ? target.Seeds[count]
                : target.Damage(random, corpus[random.Next(corpus.Count)], corpus[random.Next(corpus.Count)]);
            guide?.Begin();
            using (var alarm = new Timer(_ => Fail(name, input, "There is no answer."), null, _patience, _patience))
            {
                try
                {
                    refused += target.Feed(input) ? 0 : 1;
                }
                catch (FaultException fault)
                {
                    Fail(name, input, fault.Message);
                }
            }
            if (guide?.IsNew() == true)
                corpus.Add(input);
        }
        Console.WriteLine(
            $"{name}: {count} inputs in {watch.Elapsed.TotalSeconds:F0} s, {refused} refused"
            + (guide is null ? "" : $", {corpus.Count} that reach other code"));
        if (refused == count)
            Fail(name, [], "All inputs are refused: the target feeds nothing.");
    }

    private static void Fail(string name, byte[] input, string what)
    {
        string file = Path.Combine(Path.GetTempPath(), $"simplegrad-{name}.input");
        File.WriteAllBytes(file, input);
        Console.Error.WriteLine($"{name}: {what}\nThe input is in {file}; --input feeds it again.");
        Environment.Exit(1);
    }
}

/// <summary>What must not happen, whatever the input.</summary>
internal sealed class FaultException(string message) : Exception(message);
