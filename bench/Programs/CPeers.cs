using System.Runtime.InteropServices;

namespace SimpleGrad.Bench.Programs;

/// <summary>The programs by hand in C, of the folder peers, where bench/peers.sh has built them.</summary>
internal static partial class CPeers
{
    private const string Library = "simplegrad_programs";

    public static bool IsAvailable { get; } = NativeLibrary.TryLoad(Library, typeof(CPeers).Assembly, null, out _);

    /// <summary>A way that is C, or none where there is no C.</summary>
    public static Way[] Way(string name, Func<Run> prepare, double? reach = null) =>
        IsAvailable ? [new Way(name, prepare, reach)] : [];

    [LibraryImport(Library, EntryPoint = "recurrence")]
    public static partial double Recurrence(double[] p, double h, nint steps, double[] states, double[] gradient);

    [LibraryImport(Library, EntryPoint = "lotka_volterra")]
    public static partial double LotkaVolterra(
        double[] p, double[] data, double h, nint steps, double[] states, double[] gradient);

    [LibraryImport(Library, EntryPoint = "libor")]
    public static partial double Libor(double delta, double[] lambda, double[] start, double[] z, nint paths);

    [LibraryImport(Library, EntryPoint = "heston")]
    public static partial double Heston(
        double[] p, double strike, double years, nint steps, double[] z, nint paths, double[] gradient);

    [LibraryImport(Library, EntryPoint = "kalman")]
    public static partial double Kalman(double[] p, double[] data, nint steps, double[] states, double[] gradient);

    [LibraryImport(Library, EntryPoint = "lennard_jones")]
    public static partial double LennardJones(double[] x, nint n, double box, double[] gradient);

    [LibraryImport(Library, EntryPoint = "lennard_jones_pairs")]
    public static partial double LennardJonesPairs(
        double[] x, nint n, int[] first, int[] second, nint pairs, double box, double[] gradient);
}
