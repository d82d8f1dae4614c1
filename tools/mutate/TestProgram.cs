using System.ComponentModel;
using System.Diagnostics;

namespace SimpleGrad.Mutate;

/// <summary>A class of tests, and how long it computes.</summary>
internal sealed record TestClass(string Name, TimeSpan Time);

/// <summary>The program of the library's tests, in a folder of its own where the library can be exchanged.</summary>
internal sealed class TestProgram
{
    // Enough for all tests; a fault that takes memory without end is to fail, and not to take the machine with it.
    private const string HeapLimit = "0xC0000000";

    // A program that computes for no longer than this in a minute waits for what does not come.
    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(0.2);

    private readonly string _program;

    public TestProgram(string built, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(built, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(folder, Path.GetRelativePath(built, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
        _program = Path.Combine(folder, "SimpleGrad.Tests.dll");
        Library = Path.Combine(folder, "SimpleGrad.dll");
    }

    /// <summary>The library that the tests load.</summary>
    public string Library { get; }

    /// <summary>The classes that test what the library does; those about its sources do not see a mutant.</summary>
    public string[] Classes() =>
    [
        .. Run(["-list", "classes"], TimeSpan.FromMinutes(1), null, out _, out _).Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.StartsWith("SimpleGrad.", StringComparison.Ordinal)
                && !line.StartsWith("SimpleGrad.Tests.Architecture.", StringComparison.Ordinal)),
    ];

    /// <summary>Runs classes of tests up to the first failure; one that takes too long has failed.</summary>
    /// <param name="classes">The classes.</param>
    /// <param name="limit">How long they may compute. What other programs of the machine do is not counted.</param>
    /// <param name="time">Gets how long they computed.</param>
    /// <param name="environment">A variable of the environment.</param>
    public bool Passes(
        IEnumerable<string> classes, TimeSpan limit, out TimeSpan time,
        (string Name, string Value)? environment = null)
    {
        string[] arguments = ["-stopOnFail", .. classes.SelectMany(name => (string[])["-class", name])];
        Run(arguments, limit, environment, out int exitCode, out time);
        return exitCode == 0;
    }

    private string Run(
        string[] arguments, TimeSpan limit, (string Name, string Value)? environment, out int exitCode,
        out TimeSpan time)
    {
        var start = new ProcessStartInfo("dotnet", [_program, .. arguments, "-noColor"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_GCHeapHardLimit"] = HeapLimit;
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        if (environment is var (name, value))
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        time = TimeSpan.Zero;
        TimeSpan before = TimeSpan.Zero; // what it had computed when the minute began
        for (var minute = Stopwatch.StartNew(); !process.WaitForExit(TimeSpan.FromSeconds(0.2));)
        {
            time = TimeComputed(process) ?? time;
            if (time > limit || (minute.Elapsed > TimeSpan.FromMinutes(1) && time - before < _idle))
                process.Kill(entireProcessTree: true);
            if (minute.Elapsed > TimeSpan.FromMinutes(1))
            {
                before = time;
                minute.Restart();
            }
        }
        process.WaitForExit();
        Task.WaitAll(output, errors);
        exitCode = process.ExitCode;
        return output.Result;
    }

    private static TimeSpan? TimeComputed(Process process)
    {
        try
        {
            return process.TotalProcessorTime;
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            return null; // it has just ended
        }
    }
}
