namespace SimpleGrad.Cli;

/// <summary>A box of a diagram.</summary>
/// <param name="Title">The upper line.</param>
/// <param name="Detail">The lower line.</param>
/// <param name="Kind">Its class: <c>leaf</c>, which is round, <c>entry</c>, <c>gradient</c> and others.</param>
internal sealed record DiagramBox(string Title, string Detail, string Kind);

/// <summary>Boxes in layers, with arrows that lead down from one to the other.</summary>
internal sealed class Diagram
{
    public const string Style = """
        .leaf { fill: #dcecfb; stroke: #1f6fb4; } .entry { fill: #f4f4f4; stroke: #777; }
        .gradient { fill: #fdeadc; stroke: #c8581b; } .result { stroke-width: 3; }
        .edge { fill: none; stroke: #777; } .head { fill: #777; }
        .title { font-weight: 600; } .detail { font-size: 11px; }
        .lost { fill: #fff; stroke: #cf222e; stroke-width: 2; stroke-dasharray: 5; }
        .lostedge { fill: none; stroke: #cf222e; stroke-width: 2; stroke-dasharray: 5; }
        .saved { fill: #d8f0dc; stroke: #1a7f37; stroke-width: 3; }
        .again { fill: #fff; stroke: #777; stroke-dasharray: 4; }
        .kernel { fill: none; stroke: #1a7f37; stroke-width: 2; stroke-dasharray: 8 4; } .caption { font-size: 14px; }
        """;

    public const string DarkStyle = """
        .leaf { fill: #173450; stroke: #58a6ff; } .entry { fill: #2a2f36; stroke: #8b949e; }
        .gradient { fill: #4a2a14; stroke: #f0883e; } .edge { stroke: #8b949e; } .head { fill: #8b949e; }
        .lost { fill: #15181d; stroke: #ff7b72; } .lostedge { stroke: #ff7b72; }
        .saved { fill: #12361f; stroke: #3fb950; }
        .again { fill: #15181d; stroke: #8b949e; } .kernel { stroke: #3fb950; }
        """;

    private const double BoxHeight = 44, Letter = 7.4, Padding = 24;

    private readonly IReadOnlyList<DiagramBox> _boxes;
    private readonly IReadOnlyList<(int From, int To, string Kind)> _edges;
    private readonly LayeredLayout _layout;

    /// <param name="boxes">The boxes.</param>
    /// <param name="edges">The arrows, each to a box with a higher number, and their classes.</param>
    public Diagram(IReadOnlyList<DiagramBox> boxes, IReadOnlyList<(int From, int To, string Kind)> edges)
    {
        (_boxes, _edges) = (boxes, edges);
        _layout = new LayeredLayout([.. boxes.Select(SizeOf)], [.. edges.Select(edge => (edge.From, edge.To))]);
    }

    public double Width => _layout.Width;

    public double Height => _layout.Height;

    /// <summary>Where a box is, with its size.</summary>
    public (Point Corner, double Width, double Height) Place(int box)
    {
        Point middle = _layout.Middle(box);
        (double width, double height) = SizeOf(_boxes[box]);
        return (new(middle.X - width / 2, middle.Y - height / 2), width, height);
    }

    /// <summary>Draws the diagram into a picture, from a corner right and down.</summary>
    public void Draw(SvgPicture picture, Point corner = default)
    {
        for (int edge = 0; edge < _edges.Count; edge++)
        {
            Point[] route = [.. _layout.Route(edge).Select(point => new Point(point.X + corner.X, point.Y + corner.Y))];
            picture.Curve(route, _edges[edge].Kind);
            picture.Head(route[^1], "head");
        }
        for (int box = 0; box < _boxes.Count; box++)
        {
            (Point place, double width, double height) = Place(box);
            (double left, double top) = (place.X + corner.X, place.Y + corner.Y);
            picture.Box(
                new(left, top), (width, height), _boxes[box].Kind.StartsWith("leaf", StringComparison.Ordinal) ? 20 : 5,
                _boxes[box].Kind);
            picture.Label(new(left + width / 2, top + 19), _boxes[box].Title, "title");
            picture.Label(new(left + width / 2, top + 35), _boxes[box].Detail, "detail");
        }
    }

    private static (double Width, double Height) SizeOf(DiagramBox box) =>
        (Math.Max(box.Title.Length, 0.85 * box.Detail.Length) * Letter + Padding, BoxHeight);
}
