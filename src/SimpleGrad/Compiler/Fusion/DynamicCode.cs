using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// Whether kernels are emitted as machine code of their own, or run operator by operator over small tiles.
/// </summary>
internal static class DynamicCode
{
    private static readonly AsyncLocal<bool?> _choice = new();
    private static readonly AsyncLocal<long?> _callsFor = new();

    /// <summary>
    /// Whether the runtime can compile code while it runs; off in programs that are compiled ahead of time, and with
    /// the setting SimpleGrad.DynamicCode.
    /// </summary>
    [FeatureSwitchDefinition("SimpleGrad.DynamicCode")]
    public static bool IsSupported => RuntimeFeature.IsDynamicCodeSupported
        && (!AppContext.TryGetSwitch("SimpleGrad.DynamicCode", out bool isOn) || isOn);

    /// <summary>Whether new kernels are emitted; tests turn it off for themselves.</summary>
    public static bool IsUsed
    {
        get => IsSupported && _choice.Value is not false;
        set => _choice.Value = value;
    }

    /// <summary>
    /// How many elements a new kernel computes before expensive operators are inlined; tests change it for themselves.
    /// </summary>
    public static long CallsFor
    {
        get => _callsFor.Value ?? 100_000;
        set => _callsFor.Value = value;
    }
}
