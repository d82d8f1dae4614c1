namespace SimpleGrad.Cli;

/// <summary>A file that a tape is drawn into, in the form that its name says.</summary>
internal sealed class GraphFile
{
    private readonly string _path;
    private readonly Func<TapeGraph, string> _draw;

    private GraphFile(string path, Func<TapeGraph, string> draw) => (_path, _draw) = (path, draw);

    /// <exception cref="MistakeException">The name has another ending, or no file can be written there.</exception>
    public static GraphFile At(string path)
    {
        Func<TapeGraph, string> draw = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".svg" => GraphDrawing.Svg,
            ".mmd" => GraphDrawing.Mermaid,
            ".dot" => GraphDrawing.Dot,
            _ => throw new MistakeException(
                $"--graph writes .svg, .mmd or .dot: the name must end with one of them, not as '{path}' does."),
        };
        OutputFile.Check("--graph", path);
        return new GraphFile(path, draw);
    }

    /// <summary>Writes the picture, whole or not at all.</summary>
    public void Write(TapeGraph graph) => OutputFile.Write(_path, _draw(graph));
}
