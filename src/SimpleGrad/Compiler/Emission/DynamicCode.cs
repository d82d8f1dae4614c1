using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// Whether kernels can be emitted as machine code of their own. Else they run operator by operator over small tiles.
/// </summary>
internal static class DynamicCode
{
    /// <summary>
    /// Whether the runtime can compile code while it runs; off in programs that are compiled ahead of time, and with
    /// the setting SimpleGrad.DynamicCode.
    /// </summary>
    [FeatureSwitchDefinition("SimpleGrad.DynamicCode")]
    public static bool IsSupported => RuntimeFeature.IsDynamicCodeSupported
        && (!AppContext.TryGetSwitch("SimpleGrad.DynamicCode", out bool isOn) || isOn);
}
