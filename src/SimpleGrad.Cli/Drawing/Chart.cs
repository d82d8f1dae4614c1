using System.Globalization;

namespace SimpleGrad.Cli;

/// <summary>Markers and lines between two axes: one panel of a picture.</summary>
internal sealed class Chart(string xLabel, string yLabel)
{
    public const string Style = """
        .axis { stroke: #888; fill: none; } .grid { stroke: #eee; }
        .marker { fill: #1f6fb4; fill-opacity: .75; } .line { stroke: #d9541e; stroke-width: 2; fill: none; }
        .start { text-anchor: start; } .end { text-anchor: end; }
        """;

    public const string DarkStyle = """
        .axis { stroke: #8b949e; } .grid { stroke: #2a3038; }
        .marker { fill: #58a6ff; } .line { stroke: #f0883e; }
        """;

    private const int MaxTicks = 7;
    private const double Left = 80, Right = 20, Above = 15, Below = 50, MarkerRadius = 3.5;

    private readonly List<(IReadOnlyList<Point> Points, bool IsLine, string? Name)> _series = [];

    public void AddMarkers(IEnumerable<Point> points, string? name = null) => _series.Add(([.. points], false, name));

    public void AddLine(IEnumerable<Point> points, string? name = null) => _series.Add(([.. points], true, name));

    /// <summary>Draws the panel into a picture, from a height down.</summary>
    public void Draw(SvgPicture picture, Point corner, (double Width, double Height) size)
    {
        Point[] all = [.. _series.SelectMany(series => series.Points)];
        var x = new Axis(all.Select(p => p.X), corner.X + Left, corner.X + size.Width - Right);
        var y = new Axis(all.Select(p => p.Y), corner.Y + size.Height - Below, corner.Y + Above);
        foreach (double tick in x.Ticks)
        {
            picture.Line(new(x.At(tick), y.Start), new(x.At(tick), y.End), "grid");
            picture.Label(new(x.At(tick), y.Start + 18), Text(tick), "tick");
        }
        foreach (double tick in y.Ticks)
        {
            picture.Line(new(x.Start, y.At(tick)), new(x.End, y.At(tick)), "grid");
            picture.Label(new(x.Start - 8, y.At(tick) + 4), Text(tick), "end");
        }
        picture.Path(
            [new(x.Start, y.End), new(x.Start, y.Start), new(x.End, y.Start), new(x.End, y.End), new(x.Start, y.End)],
            "axis");
        picture.Label(new((x.Start + x.End) / 2, y.Start + 40), xLabel, "title");
        picture.UprightLabel(new(corner.X + 18, (y.Start + y.End) / 2), yLabel, "title");
        foreach ((IReadOnlyList<Point> points, bool isLine, _) in _series)
        {
            Point[] placed = [.. points.Select(p => new Point(x.At(p.X), y.At(p.Y)))];
            if (isLine)
                picture.Path(placed, "line");
            foreach (Point point in isLine ? [] : placed)
                picture.Circle(point, MarkerRadius, "marker");
        }
        DrawLegend(picture, new(x.Start + 16, y.End + 18));
    }

    private void DrawLegend(SvgPicture picture, Point at)
    {
        foreach ((_, bool isLine, string? name) in _series.Where(series => series.Name is not null))
        {
            if (isLine)
                picture.Line(at with { X = at.X - 8 }, at with { X = at.X + 8 }, "line");
            else
                picture.Circle(at, MarkerRadius, "marker");
            picture.Label(new(at.X + 16, at.Y + 4), name!, "start");
            at = at with { Y = at.Y + 20 };
        }
    }

    private static string Text(double number) => number.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>Where numbers lie between two places, with a little room at both ends.</summary>
    private sealed class Axis
    {
        private readonly double _from, _to;

        public Axis(IEnumerable<double> numbers, double start, double end)
        {
            (Start, End) = (start, end);
            double[] finite = [.. numbers.Where(double.IsFinite)];
            (double min, double max) = finite.Length == 0 ? (0, 1) : (finite.Min(), finite.Max());
            // Halves, since the difference of the largest numbers is infinite.
            double most = Math.Max(Math.Abs(min), Math.Abs(max));
            double room = min == max ? Math.Max(most, 1) / 10 : Math.Max((max / 2 - min / 2) / 10, most * 1e-9);
            (_from, _to) = (Math.Max(min - room, double.MinValue), Math.Min(max + room, double.MaxValue));
        }

        public double Start { get; }

        public double End { get; }

        /// <summary>Multiples of 1, 2 or 5 times a power of ten.</summary>
        public IEnumerable<double> Ticks
        {
            get
            {
                double least = (_to / MaxTicks) - (_from / MaxTicks);
                double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
                double step = power * (power >= least ? 1 : 2 * power >= least ? 2 : 5 * power >= least ? 5 : 10);
                double first = Math.Ceiling(_from / step);
                for (int i = 0; i <= MaxTicks && (first + i) * step <= _to; i++)
                    yield return (first + i) * step;
            }
        }

        public double At(double number) =>
            Start + (End - Start) * ((number / 2 - _from / 2) / (_to / 2 - _from / 2));
    }
}
