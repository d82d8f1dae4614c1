using System.Globalization;
using SimpleGrad.Cli;
using Point = SimpleGrad.Cli.Point;

namespace SimpleGrad.Pictures;

/// <summary>The pictures of the documents. What they show comes from the library: tapes, explanations, a fit.</summary>
public static class Pictures
{
    private const double Gap = 40, CaptionHeight = 34;

    /// <summary>All pictures, with the names of their files.</summary>
    public static IReadOnlyList<(string Name, string Svg)> All() =>
    [
        ("icon.svg", Icon.Svg()),
        ("gradient.svg", Gradient()),
        ("lost-path.svg", LostPath()),
        ("minimum-cut.svg", MinimumCut()),
        ("fusion.svg", Fusion()),
        ("fit.svg", Fit()),
    ];

    /// <summary>(a + b) * b, forwards and backwards: one tape.</summary>
    private static string Gradient()
    {
        var tape = new Tape<float>();
        Variable<float> a = tape.Variable([1, 2], name: "a"), b = tape.Variable([3, 4], name: "b");
        Variable<float> loss = ((a + b) * b).Sum(name: "L");
        int before = tape.Count;
        (Variable<float>? da, Variable<float>? db) = tape.Grad(loss, a, b);
        return GraphDrawing.Svg(TapeGraph.Of(
            tape, [a, b], [before..tape.Count], [(da!.Name, "dL/da"), (db!.Name, "dL/db")]));
    }

    /// <summary>An aggregate whose propagate captures a temporary that it does not declare.</summary>
    private static string LostPath()
    {
        var tape = new Tape<float> { ChecksCaptures = false };
        Variable<float> a = tape.Variable([1, 2], name: "a"), b = tape.Variable([3, 4], name: "b");
        Tensor<float> sum = a.Value + b.Value;
        Variable<float> t = tape.Temporary(sum, name: "t"), r = tape.Temporary(sum * b.Value, name: "r");
        tape.RecordAggregate("aggregate", inputs: [a, b], outputs: [r], gradients =>
        {
            Variable<float> dt = gradients[0]! * b;
            return [dt, dt + gradients[0]! * t];
        });
        Variable<float> loss = r.Sum(name: "L0");
        int before = tape.Count;
        (Variable<float>? da, Variable<float>? db) = tape.Grad(loss, a, b);
        TapeGraph graph = TapeGraph.Of(
            tape, [a, b], [before..tape.Count], [(da!.Name, "dL0/da"), (db!.Name, "dL0/db")]);

        DiagramBox[] boxes =
        [
            .. graph.Nodes.Select(node => node.Title == t.Name
                ? new DiagramBox("t", "made inside, not declared", "lost")
                : new DiagramBox(node.Title, node.Detail, GraphDrawing.ClassOf(node))),
        ];
        int Of(string title) => Array.FindIndex(boxes, box => box.Title == title);
        var diagram = new Diagram(
            boxes,
            [
                .. graph.Edges.Select(edge => (edge.From, edge.To, "edge")),
                (Of("a"), Of("t"), "lostedge"), (Of("b"), Of("t"), "lostedge"),
            ]);
        return Captioned([(diagram, "The tape does not know the dashed edges: what t owes to a and b is lost.")]);
    }

    /// <summary>What the compiler saves of a function, with three memory budgets.</summary>
    private static string MinimumCut()
    {
        Aggregate<float> function = Aggregate.Compile<float>(
            (x, w) =>
            {
                Variable<float> u = x.Exp(), v = u * w;
                return v * v + u;
            },
            "function");
        return Captioned([.. new[] { 1, 0.5, 0 }.Select(budget =>
        {
            string code = function.WithMemoryBudget(budget).Explain([[1000], [1000]]).Split("// propagate")[0];
            // A saved value has a name that begins with t, and is returned beside the result.
            string[] saved =
                [.. code.Split('\n').Where(line => line.Trim().StartsWith("var t", StringComparison.Ordinal))];
            bool isSavedU = saved.Any(line => line.EndsWith("Exp();", StringComparison.Ordinal));
            bool isSavedV = saved.Any(line => !line.EndsWith("Exp();", StringComparison.Ordinal));
            DiagramBox Value(string title, bool isSaved) =>
                new(title, isSaved ? "saved" : "computed again", isSaved ? "saved" : "again");
            var diagram = new Diagram(
                [
                    new("x", "input", "leaf"), new("w", "input", "leaf"), Value("u = exp(x)", isSavedU),
                    Value("v = u * w", isSavedV), new("propagate", "reads u, v and w", "gradient"),
                ],
                [(0, 2, "edge"), (2, 3, "edge"), (1, 3, "edge"), (2, 4, "edge"), (3, 4, "edge"), (1, 4, "edge")]);
            return (diagram, string.Create(CultureInfo.InvariantCulture, $"memory budget {budget}"));
        })]);
    }

    /// <summary>(a + b) * b operator by operator, and as one kernel.</summary>
    private static string Fusion()
    {
        const int Length = 1_000_000, Bytes = sizeof(float), Million = 1_000_000;
        string kernel = Aggregate.Compile<float>((a, b) => (a + b) * b, "simple")
            .Explain([[Length], [Length]], new() { Order = 0 }).Split('\n')
            .Single(line => line.StartsWith("// kernel"));
        string[] moved = kernel.Split("moves ")[1].Split(' ');
        double fused = double.Parse(moved[0], CultureInfo.InvariantCulture)
            * Math.Pow(1024, Array.IndexOf(["bytes", "KiB", "MiB"], moved[1]));
        var tape = new Tape<float>();
        Tensor<float> zeros = Tensor.Zeros<float>([Length]);
        Variable<float> x = tape.Variable(zeros), y = tape.Variable(zeros);
        _ = (x + y) * y;
        double eager = tape.Entries.Sum(entry =>
            entry.InputShapes.Concat(entry.OutputShapes).Sum(shape => (double)shape.FlattenedLength * Bytes));

        DiagramBox[] Boxes(string sum) =>
        [
            new("a", "in memory", "leaf"), new("b", "in memory", "leaf"), new("add", "element by element", "entry"),
            new("a + b", sum, sum == "in memory" ? "leaf" : "again"), new("mul", "element by element", "entry"),
            new("(a + b) * b", "in memory", "leaf"),
        ];
        (int, int, string)[] edges =
            [(0, 2, "edge"), (1, 2, "edge"), (2, 3, "edge"), (3, 4, "edge"), (1, 4, "edge"), (4, 5, "edge")];
        var apart = new Diagram(Boxes("in memory"), edges);
        var together = new Diagram(Boxes("in a register"), edges);
        return Captioned(
            [
                (apart, $"Two loops: {eager / Million:F0} MB moved"),
                (together, $"One kernel: {fused / Million:F0} MB moved"),
            ],
            around: [null, (2, 4)]);
    }

    /// <summary>The plot of <c>simplegrad fit</c>.</summary>
    private static string Fit()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("pictures");
        try
        {
            string path = Path.Combine(folder.FullName, "fit.svg"), data = Path.Combine(folder.FullName, "misra1a.csv");
            File.WriteAllText(data, Misra1a);
            using var errors = new StringWriter();
            int code = Cli.Cli.Run(
                [
                    "fit", "b1*(1 - Exp(-b2*x))", "--data", data, "--y", "y", "--start", "b1=500,b2=0.0001",
                    "--plot", path,
                ],
                TextWriter.Null, errors, TextReader.Null);
            return code == 0 ? File.ReadAllText(path) : throw new InvalidOperationException($"{errors}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Diagrams side by side, each with a line of text above.</summary>
    /// <param name="diagrams">The diagrams.</param>
    /// <param name="around">For each the first and the last box that a frame goes around; null for none.</param>
    private static string Captioned(
        IReadOnlyList<(Diagram Diagram, string Caption)> diagrams, IReadOnlyList<(int First, int Last)?>? around = null)
    {
        double[] widths = [.. diagrams.Select(each => Math.Max(each.Diagram.Width, each.Caption.Length * 7.6 + 20))];
        var picture = new SvgPicture(
            widths.Sum() + Gap * (diagrams.Count - 1), diagrams.Max(each => each.Diagram.Height) + CaptionHeight,
            Diagram.Style, Diagram.DarkStyle);
        double left = 0;
        foreach ((int index, (Diagram diagram, string caption)) in diagrams.Index())
        {
            var corner = new Point(left + (widths[index] - diagram.Width) / 2, CaptionHeight);
            picture.Label(new(left + widths[index] / 2, 24), caption, "caption");
            if (around?[index] is var (first, last))
            {
                (Point Corner, double Width, double Height)[] places =
                    [.. Enumerable.Range(first, last - first + 1).Select(diagram.Place)];
                (double x, double y) = (places.Min(p => p.Corner.X) - 12, places.Min(p => p.Corner.Y) - 12);
                picture.Box(
                    new(corner.X + x, corner.Y + y),
                    (places.Max(p => p.Corner.X + p.Width) + 12 - x, places.Max(p => p.Corner.Y + p.Height) + 12 - y),
                    8, "kernel");
            }
            diagram.Draw(picture, corner);
            left += widths[index] + Gap;
        }
        return picture.ToString();
    }

    /// <summary>NIST's reference problem Misra1a, as in examples/misra1a.</summary>
    private const string Misra1a = """
        y,x
        10.07,77.6
        14.73,114.9
        17.94,141.1
        23.93,190.8
        29.61,239.9
        35.18,289
        40.02,332.8
        44.82,378.4
        50.76,434.8
        55.05,477.3
        61.01,536.8
        66.4,593.1
        75.47,689.1
        81.78,760
        """;
}
