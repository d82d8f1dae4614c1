namespace SimpleGrad.Cli;

/// <summary>A drawn tape as a picture, or as text for a program that draws graphs.</summary>
internal static class GraphDrawing
{
    private const int MaxNodes = 500;
    private const double Height = 44, Letter = 7.4, Padding = 24;

    private const string Style = """
        .leaf { fill: #dcecfb; stroke: #1f6fb4; } .entry { fill: #f4f4f4; stroke: #777; }
        .gradient { fill: #fdeadc; stroke: #c8581b; } .result { stroke-width: 3; }
        .edge { fill: none; stroke: #777; } .head { fill: #777; } .title { font-weight: 600; } .detail { font-size: 11px; }
        """;

    private const string DarkStyle = """
        .leaf { fill: #173450; stroke: #58a6ff; } .entry { fill: #2a2f36; stroke: #8b949e; }
        .gradient { fill: #4a2a14; stroke: #f0883e; } .edge { stroke: #8b949e; } .head { fill: #8b949e; }
        """;

    /// <exception cref="MistakeException">The tape is too long for a picture that anyone could read.</exception>
    public static string Svg(TapeGraph graph)
    {
        if (graph.Nodes.Count > MaxNodes)
            throw new MistakeException(
                $"--graph: a picture has room for {MaxNodes} variables and entries, and the tape has "
                + $"{graph.Nodes.Count}. Text for Graphviz, FILE.dot, may have any number.");
        (double Width, double Height)[] sizes = [.. graph.Nodes.Select(SizeOf)];
        var layout = new LayeredLayout(sizes, graph.Edges);
        var picture = new SvgPicture(layout.Width, layout.Height, Style, DarkStyle);
        for (int edge = 0; edge < graph.Edges.Count; edge++)
        {
            IReadOnlyList<Point> route = layout.Route(edge);
            picture.Curve(route, "edge");
            picture.Head(route[^1], "head");
        }
        foreach ((int index, GraphNode node) in graph.Nodes.Index())
        {
            Point middle = layout.Middle(index);
            (double width, double height) = sizes[index];
            picture.Box(
                new(middle.X - width / 2, middle.Y - height / 2), (width, height), node.Kind == NodeKind.Leaf ? 20 : 5,
                node.IsResult ? $"{ClassOf(node.Kind)} result" : ClassOf(node.Kind));
            picture.Label(new(middle.X, middle.Y - 3), node.Title, "title");
            picture.Label(new(middle.X, middle.Y + 13), node.Detail, "detail");
        }
        return picture.ToString();
    }

    /// <summary>Text for Mermaid, which code hosts and editors draw.</summary>
    public static string Mermaid(TapeGraph graph) => string.Concat(
    [
        "flowchart TD\n",
        .. graph.Nodes.Select((node, i) => node.Kind == NodeKind.Leaf
            ? $"    n{i}([\"{Escaped(node)}\"])\n"
            : $"    n{i}[\"{Escaped(node)}\"]{(node.Kind == NodeKind.Gradient ? ":::gradient" : "")}\n"),
        .. graph.Edges.Select(edge => $"    n{edge.From} --> n{edge.To}\n"),
        "    classDef gradient stroke:#c8581b,stroke-dasharray:4\n",
    ]);

    /// <summary>Text for Graphviz.</summary>
    public static string Dot(TapeGraph graph) => string.Concat(
    [
        "digraph tape {\n    node [shape=box fontname=\"sans-serif\"]\n",
        .. graph.Nodes.Select((node, i) => $"    n{i} [label=\"{Quoted(node.Title)}\\n{Quoted(node.Detail)}\"{node.Kind switch
        {
            NodeKind.Leaf => " style=rounded",
            NodeKind.Gradient => " color=\"#c8581b\" style=dashed",
            _ => "",
        }}]\n"),
        .. graph.Edges.Select(edge => $"    n{edge.From} -> n{edge.To}\n"),
        "}\n",
    ]);

    private static (double Width, double Height) SizeOf(GraphNode node) =>
        (Math.Max(node.Title.Length, 0.85 * node.Detail.Length) * Letter + Padding, Height);

    private static string ClassOf(NodeKind kind) => kind switch
    {
        NodeKind.Leaf => "leaf",
        NodeKind.Gradient => "gradient",
        _ => "entry",
    };

    private static string Escaped(GraphNode node) => $"{Entities(node.Title)}<br>{Entities(node.Detail)}";

    private static string Entities(string text) =>
        text.Replace("#", "#35;").Replace("\"", "#quot;").Replace("<", "#lt;").Replace(">", "#gt;");

    private static string Quoted(string text) => text.Replace("\\", "\\\\").Replace("\"", "\\\"");
}
