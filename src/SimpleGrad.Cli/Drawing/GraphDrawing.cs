namespace SimpleGrad.Cli;

/// <summary>A drawn tape as a picture, or as text for a program that draws graphs.</summary>
internal static class GraphDrawing
{
    private const int MaxNodes = 500;

    /// <exception cref="MistakeException">The tape is too long for a picture that anyone could read.</exception>
    public static string Svg(TapeGraph graph)
    {
        if (graph.Nodes.Count > MaxNodes)
            throw new MistakeException(
                $"--graph: a picture has room for {MaxNodes} variables and entries, and the tape has "
                + $"{graph.Nodes.Count}. Text for Graphviz, FILE.dot, may have any number.");
        var diagram = new Diagram(
            [.. graph.Nodes.Select(node => new DiagramBox(node.Title, node.Detail, ClassOf(node)))],
            [.. graph.Edges.Select(edge => (edge.From, edge.To, "edge"))]);
        var picture = new SvgPicture(diagram.Width, diagram.Height, Diagram.Style, Diagram.DarkStyle);
        diagram.Draw(picture);
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
        .. graph.Nodes.Select((node, i) =>
            $"    n{i} [label=\"{Quoted(node.Title)}\\n{Quoted(node.Detail)}\"{StyleOf(node)}]\n"),
        .. graph.Edges.Select(edge => $"    n{edge.From} -> n{edge.To}\n"),
        "}\n",
    ]);

    /// <summary>The classes of a node in a picture.</summary>
    public static string ClassOf(GraphNode node)
    {
        string kind = node.Kind switch
        {
            NodeKind.Leaf => "leaf",
            NodeKind.Gradient => "gradient",
            _ => "entry",
        };
        return node.IsResult ? $"{kind} result" : kind;
    }

    private static string StyleOf(GraphNode node) => node.Kind switch
    {
        NodeKind.Leaf => " style=rounded",
        NodeKind.Gradient => " color=\"#c8581b\" style=dashed",
        _ => "",
    };

    private static string Escaped(GraphNode node) => $"{Entities(node.Title)}<br>{Entities(node.Detail)}";

    private static string Entities(string text) =>
        text.Replace("#", "#35;").Replace("\"", "#quot;").Replace("<", "#lt;").Replace(">", "#gt;");

    private static string Quoted(string text) => text.Replace("\\", "\\\\").Replace("\"", "\\\"");
}
