namespace SimpleGrad.Bench.SideBySide;

/// <summary>A row of a table: something that is computed by us and by a peer.</summary>
/// <param name="Family">The table.</param>
/// <param name="Name">What is computed.</param>
/// <param name="Size">The shapes that it is computed on, as text.</param>
/// <param name="DType">f32 or f64.</param>
/// <param name="Elements">How many numbers the largest input has.</param>
/// <param name="Prepare">Makes the inputs.</param>
/// <param name="PeerName">What the peer is called.</param>
internal sealed record Case(
    string Family, string Name, string Size, string DType, long Elements, Func<Pair> Prepare,
    string PeerName = "libtorch");

/// <summary>The two sides of a case with their inputs; what they return is compared before they are measured.</summary>
/// <param name="Ours">Runs ours once.</param>
/// <param name="Peer">Runs the peer once; null where there is none.</param>
/// <param name="Operations">How many operations a run of ours has; the figures are for one.</param>
/// <param name="PeerOperations">How many operations a run of the peer has.</param>
internal sealed record Pair(
    Func<object?> Ours, Func<object?>? Peer = null, int Operations = 1, int PeerOperations = 1);

/// <summary>What the rounds gave for one side: nanoseconds for one operation.</summary>
internal sealed record Times(double Median, double Min);

/// <summary>
/// The figures of a case. The ratio is the median over the rounds of ours over the peer's; bytes are what one operation
/// of ours allocates on the managed heap; an error says why there are no figures.
/// </summary>
internal sealed record Row(
    string Family, string Name, string Size, string DType, int Threads, string PeerName, Times? Ours, Times? Peer,
    double? Ratio, double Bytes, int Rounds, string? Error);
