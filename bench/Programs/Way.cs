namespace SimpleGrad.Bench.Programs;

/// <summary>Runs a program once; what it gives reads the results of that run, for comparison.</summary>
internal delegate IEnumerable<double> Run();

/// <summary>One way of computing what a case asks for.</summary>
/// <param name="Name">How it is done.</param>
/// <param name="Prepare">Makes the inputs; the first run of what it gives is the first call, which compiles.</param>
/// <param name="Reach">What ours should take at most, as a part of what this takes.</param>
/// <param name="IsComparable">Whether its results are those of ours, or the first of them.</param>
internal sealed record Way(string Name, Func<Run> Prepare, double? Reach = null, bool IsComparable = true);
