namespace SimpleGrad.Bench.Programs;

/// <summary>The figures of a way of a case; times are in nanoseconds.</summary>
/// <param name="Program">The name of the program.</param>
/// <param name="Case">What is computed.</param>
/// <param name="Way">How.</param>
/// <param name="FirstCall">The first call, which compiles.</param>
/// <param name="FirstCallReach">What it should take at most.</param>
/// <param name="Nodes">How many operators the program has.</param>
/// <param name="Median">Of the rounds.</param>
/// <param name="Min">Of the rounds.</param>
/// <param name="Ratio">The median over the rounds of ours over this way; null for ours.</param>
/// <param name="Reach">What the ratio should be at most.</param>
/// <param name="Bytes">What a run allocates on the managed heap.</param>
/// <param name="Rounds">How many rounds there were.</param>
/// <param name="Error">Why there are no figures.</param>
internal sealed record Row(
    string Program, string Case, string Way, double FirstCall = 0, double? FirstCallReach = null, int? Nodes = null,
    double Median = 0, double Min = 0, double? Ratio = null, double? Reach = null, long Bytes = 0, int Rounds = 0,
    string? Error = null);
