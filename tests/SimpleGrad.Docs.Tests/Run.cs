using System.Diagnostics;
using System.Text;

namespace SimpleGrad.Docs.Tests;

/// <summary>A finished process, started in the repository's root.</summary>
internal sealed record Run(int ExitCode, string Output, string Errors)
{
    private static readonly TimeSpan ProgramLimit = TimeSpan.FromMinutes(5);

    private static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static string Configuration =>
        AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}")
            ? "Release"
            : "Debug";

    /// <summary>Builds and runs a program of one file, or a project, in the configuration of these tests.</summary>
    /// <remarks>In any other one the library would be built again, beside the tests that use it.</remarks>
    public static Task<Run> File(string path) => path.EndsWith("proj", StringComparison.Ordinal)
        ? Process(ProgramLimit, Dotnet, "run", "-c", Configuration, "--project", path)
        : Process(ProgramLimit, Dotnet, "run", "-c", Configuration, path);

    /// <summary>Runs the tool that was built with these tests.</summary>
    public static Task<Run> Tool(params string[] arguments) =>
        Process(ProgramLimit, Dotnet, [Path.Combine(AppContext.BaseDirectory, "SimpleGrad.Cli.dll"), .. arguments]);

    public static async Task<Run> Process(TimeSpan limit, string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };

        // A compiler or build server would outlive the program and keep its output open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["NO_COLOR"] = "1";

        using var process = System.Diagnostics.Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"{command} {string.Join(' ', arguments)} took longer than {limit} and was stopped. Its output:\n"
                + await output + await errors);
        }

        return new Run(process.ExitCode, await output, await errors);
    }
}
