namespace SimpleGrad;

/// <summary>Where and how a tape prints what it computes.</summary>
public sealed class Trace
{
    private readonly TextWriter _writer;

    private Trace(TextWriter writer) => _writer = writer;

    /// <summary>
    /// Prints every operator as <c>v0 = a + b</c>, every constant with its value, and every gradient that a reverse
    /// sweep computed. Sweeps under this trace are not pruned: they show all that reverse mode can compute.
    /// </summary>
    public static Trace Notebook(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        return new Trace(writer);
    }

    internal void Assignment(string name, string value) => _writer.WriteLine($"{name} = {value}");

    internal void BeginGradients(string loss) => _writer.WriteLine($"d{loss} ------------------------");

    internal void Gradient(string loss, string variable, string gradient) =>
        _writer.WriteLine($"d{loss}_d{variable} = {gradient}");

    internal void EndGradients() => _writer.WriteLine("------------------------");
}
