using System.Globalization;
using System.Text;

namespace SimpleGrad.Cli;

/// <summary>A picture as SVG text: shapes, in the order in which they are drawn.</summary>
/// <remarks>Each shape has a class, and the style sheets say what a class looks like, on a light page and on a dark
/// one.</remarks>
internal sealed class SvgPicture(double width, double height, string style, string darkStyle)
{
    private readonly StringBuilder _shapes = new();

    public void Line(Point from, Point to, string kind) => Add(
        $"<line class=\"{kind}\" x1=\"{Text(from.X)}\" y1=\"{Text(from.Y)}\" "
        + $"x2=\"{Text(to.X)}\" y2=\"{Text(to.Y)}\"/>");

    /// <summary>Straight lines from point to point.</summary>
    public void Path(IEnumerable<Point> points, string kind) => Add(
        $"<polyline class=\"{kind}\" points=\"{string.Join(' ', points.Select(p => $"{Text(p.X)},{Text(p.Y)}"))}\"/>");

    public void Circle(Point center, double radius, string kind) =>
        Add($"<circle class=\"{kind}\" cx=\"{Text(center.X)}\" cy=\"{Text(center.Y)}\" r=\"{Text(radius)}\"/>");

    /// <summary>A box with rounded corners.</summary>
    public void Box(Point corner, (double Width, double Height) size, double radius, string kind) => Add(
        $"<rect class=\"{kind}\" x=\"{Text(corner.X)}\" y=\"{Text(corner.Y)}\" "
        + $"width=\"{Text(size.Width)}\" height=\"{Text(size.Height)}\" rx=\"{Text(radius)}\"/>");

    /// <summary>A smooth line from point to point, upright at each.</summary>
    public void Curve(IReadOnlyList<Point> points, string kind)
    {
        var path = new StringBuilder($"M{Text(points[0].X)},{Text(points[0].Y)}");
        foreach ((Point from, Point to) in points.Zip(points.Skip(1)))
        {
            string middle = Text((from.Y + to.Y) / 2);
            path.Append($" C{Text(from.X)},{middle} {Text(to.X)},{middle} {Text(to.X)},{Text(to.Y)}");
        }
        Add($"<path class=\"{kind}\" d=\"{path}\"/>");
    }

    /// <summary>An arrow's head that points down.</summary>
    public void Head(Point tip, string kind) => Add(
        $"<path class=\"{kind}\" d=\"M{Text(tip.X)},{Text(tip.Y)} l-4,-8 h8 z\"/>");

    public void Label(Point at, string text, string kind) =>
        Add($"<text class=\"{kind}\" x=\"{Text(at.X)}\" y=\"{Text(at.Y)}\">{Escaped(text)}</text>");

    /// <summary>A label that reads from below to above.</summary>
    public void UprightLabel(Point at, string text, string kind) => Add(
        $"<text class=\"{kind}\" transform=\"translate({Text(at.X)} {Text(at.Y)}) rotate(-90)\">"
        + $"{Escaped(text)}</text>");

    public override string ToString() => $"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Text(width)} {Text(height)}"
             width="{Text(width)}" height="{Text(height)}">
        <style>
        text {"{ font: 13px system-ui, sans-serif; fill: #222; text-anchor: middle; }"} {".paper { fill: #fff; }"}
        {style}
        @media (prefers-color-scheme: dark) {"{"}
        {"text { fill: #e6e6e6; } .paper { fill: #15181d; }"}
        {darkStyle}
        {"}"}
        </style>
        <rect class="paper" width="100%" height="100%"/>
        {_shapes.ToString().TrimEnd('\n')}
        </svg>

        """;

    private void Add(string shape) => _shapes.Append(shape).Append('\n');

    private static string Text(double number) => Math.Round(number, 2).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Escaped(string text) => string.Concat(text.Select(c => c switch
    {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        _ when char.IsControl(c) || char.IsSurrogate(c) || c >= '\uFFFE' => "\uFFFD",
        _ => $"{c}",
    }));
}
