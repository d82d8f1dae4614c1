using System.Diagnostics;

namespace SimpleGrad.Docs.Tests;

public sealed class RunTests
{
    [Fact]
    public async Task A_process_that_takes_too_long_is_stopped()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no sleep command.");
        var watch = Stopwatch.StartNew();

        var error = await Assert.ThrowsAsync<TimeoutException>(
            () => Run.Process(TimeSpan.FromSeconds(0.2), "sh", "-c", "echo started; sleep 60; echo done"));

        Assert.Contains("started", error.Message);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 30);
    }
}
