namespace SimpleGrad.Bench.Programs;

/// <summary>A program at a size, computed in several ways that are measured in turns.</summary>
/// <param name="Program">The name of the program.</param>
/// <param name="Name">What is computed.</param>
/// <param name="Ways">The first is ours, and is compared with the others.</param>
internal sealed record Case(string Program, string Name, params Way[] Ways)
{
    /// <summary>What the first call should take at most, in milliseconds.</summary>
    public double? FirstCall { get; init; }

    /// <summary>how many operators ours has, where the time of the first call for each is of interest.</summary>
    public Func<int>? Nodes { get; init; }

    /// <summary>Whether it takes minutes, so that it runs on demand only.</summary>
    public bool IsLong { get; init; }
}
