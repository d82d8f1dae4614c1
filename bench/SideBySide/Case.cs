namespace SimpleGrad.Bench.SideBySide;

/// <summary>One thing that is measured: our way, and the peer's where there is one.</summary>
/// <param name="Family">The table that it belongs to.</param>
/// <param name="Name">What is measured.</param>
/// <param name="Ours">Runs it once.</param>
/// <param name="Peer">Runs the peer once; null where there is none.</param>
/// <param name="Operations">How many operations one run has; times are given for one.</param>
internal sealed record Case(string Family, string Name, Action Ours, Action? Peer = null, int Operations = 1);

/// <param name="Family">The table that the row belongs to.</param>
/// <param name="Name">What was measured.</param>
/// <param name="Nanoseconds">The median time of one operation.</param>
/// <param name="PeerNanoseconds">The peer's; null where there is none.</param>
/// <param name="Ratio">The median over the rounds of ours over the peer's.</param>
/// <param name="Bytes">Memory allocated on the managed heap for one operation.</param>
internal sealed record Row(
    string Family, string Name, double Nanoseconds, double? PeerNanoseconds, double? Ratio, double Bytes);
