using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// How the kernels of compiled functions run in this program: as machine code that is emitted while it runs, or
/// operator by operator over tiles that stay in the cache, which takes a few times as long. The numbers are the same
/// up to rounding.
/// </summary>
/// <remarks>
/// A project with <c>PublishAot</c> runs without emitted code under <c>dotnet run</c> too: look here when compiled
/// functions are slower than expected.
/// </remarks>
public static class KernelExecution
{
    /// <summary>Whether kernels are emitted as machine code.</summary>
    public static bool IsMachineCode => DynamicCode.IsSupported;

    /// <summary>Why that is so, and what would change it.</summary>
    public static string Reason =>
        DynamicCode.IsSupported ? "Kernels are machine code: the runtime compiles code while the program runs."
        : RuntimeFeature.IsDynamicCodeSupported
            ? "Kernels run operator by operator: the setting SimpleGrad.DynamicCode is false."
            : "Kernels run operator by operator: there is no compiler at run time. The program was compiled ahead of "
                + "time, or its project says PublishAot, which counts under dotnet run too; run it with "
                + "-p:PublishAot=false for machine code.";
}
