using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SimpleGrad.Bench;

/// <summary>What the figures of a benchmark depend on.</summary>
internal static class Machine
{
    /// <summary>The processor, its cores and vectors, the system and the runtime, by their names in a report.</summary>
    public static Dictionary<string, string> Facts => new()
    {
        ["processor"] = Processor(),
        ["cores"] = $"{Environment.ProcessorCount}",
        ["simd"] = Vector512.IsHardwareAccelerated ? "512 bit"
            : Vector256.IsHardwareAccelerated ? "256 bit"
            : "128 bit",
        ["system"] = RuntimeInformation.OSDescription,
        ["runtime"] = RuntimeInformation.FrameworkDescription,
    };

    private static string Processor()
    {
        const string file = "/proc/cpuinfo";
        string? line = File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
