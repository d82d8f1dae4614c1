using System.Xml.Linq;

namespace SimpleGrad.Cli.Tests;

/// <summary>What <c>grad --graph</c> draws.</summary>
public sealed class GraphTests : IDisposable
{
    private static readonly string[] _simple = ["grad", "(a + b) * b", "--var", "a=1,2", "--var", "b=3,4"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Mermaid_has_a_node_for_each_leaf_and_entry_and_the_gradients_named()
    {
        Assert.Equal(
            """
            flowchart TD
                n0(["a<br>(2,)"])
                n1(["b<br>(2,)"])
                n2["add<br>v0 (2,)"]
                n3["mul<br>v1 (2,)"]
                n4(["v2<br>(2,)"])
                n5["strong_multiply<br>da = v3 (2,)"]:::gradient
                n6["strong_multiply<br>v4 (2,)"]:::gradient
                n7["add<br>db = v5 (2,)"]:::gradient
                n0 --> n2
                n1 --> n2
                n1 --> n3
                n2 --> n3
                n1 --> n5
                n4 --> n5
                n2 --> n6
                n4 --> n6
                n5 --> n7
                n6 --> n7
                classDef gradient stroke:#c8581b,stroke-dasharray:4

            """,
            Draw("tape.mmd"));
    }

    [Fact]
    public void Dot_has_the_same()
    {
        string dot = Draw("tape.dot");
        Assert.StartsWith("digraph tape {\n", dot);
        Assert.Contains("    n7 [label=\"add\\ndb = v5 (2,)\" color=\"#c8581b\" style=dashed]\n", dot);
        Assert.Equal(10, dot.Split(" -> ").Length - 1);
        Assert.EndsWith("}\n", dot);
    }

    [Fact]
    public void A_picture_has_boxes_that_do_not_overlap_and_edges_that_lead_down()
    {
        XElement picture = XElement.Parse(Draw("tape.svg", "--orders", "2"));
        double Number(XElement shape, string name) => (double)shape.Attribute(name)!;
        (double Left, double Top, double Right, double Bottom)[] boxes =
        [
            .. from box in Shapes(picture, "rect").Where(box => Class(box) != "paper")
               let left = Number(box, "x")
               let top = Number(box, "y")
               select (left, top, left + Number(box, "width"), top + Number(box, "height")),
        ];
        Assert.Equal(22 + 4, boxes.Length); // entries, and a, b and two seeds
        for (int i = 0; i < boxes.Length; i++)
        {
            Assert.InRange(boxes[i].Left, 0, Number(picture, "width") - 1);
            Assert.InRange(boxes[i].Bottom, 0, Number(picture, "height"));
            for (int j = 0; j < i; j++)
                Assert.True(
                    boxes[i].Left >= boxes[j].Right || boxes[j].Left >= boxes[i].Right
                    || boxes[i].Top >= boxes[j].Bottom || boxes[j].Top >= boxes[i].Bottom, $"{i} and {j} overlap");
        }
        foreach (XElement edge in Shapes(picture, "path").Where(path => Class(path) == "edge"))
        {
            string[] points = ((string)edge.Attribute("d")!).TrimStart('M').Split(" C");
            double[] heights = [.. points.Select(point => double.Parse(point.Split(',')[^1]))];
            Assert.Equal(heights.Order(), heights);
        }
    }

    [Fact]
    public void What_the_result_does_not_use_is_drawn_too_and_has_no_gradient()
    {
        string mermaid = Draw(["grad", "a * 2", "--var", "a=1", "--var", "b=3"], "tape.mmd");
        Assert.Contains("n1([\"b<br>()\"])", mermaid);
        Assert.Contains("[\"mul 2.0<br>v0 ()\"]", mermaid);
        Assert.DoesNotContain("n1 -->", mermaid);
        Assert.DoesNotContain("db", mermaid);
    }

    [Fact]
    public void The_answer_is_the_same_with_a_graph()
    {
        string[] options = ["--orders", "2", "--json"];
        Assert.Equal(
            Tool.Run([.. _simple, .. options]).Output,
            Tool.Run([.. _simple, .. options, "--graph", PathOf("tape.svg")]).Output);
    }

    [Fact]
    public void A_graph_that_cannot_be_written_is_told_and_leaves_nothing()
    {
        string Mistake(string path) => Tool.Run([.. _simple, "--graph", path]).Mistake();
        Assert.Contains("--graph writes .svg, .mmd or .dot", Mistake(PathOf("tape.png")));
        Assert.Contains("--graph writes .svg, .mmd or .dot", Mistake(PathOf("tape")));
        Assert.Contains("there is no directory", Mistake(PathOf("no/tape.svg")));
        Directory.CreateDirectory(PathOf("d.svg"));
        Assert.Contains("is a directory", Mistake(PathOf("d.svg")));
        Assert.Empty(Directory.EnumerateFiles(_folder.FullName));
    }

    [Fact]
    public void A_tape_that_is_too_long_for_a_picture_is_told_and_leaves_nothing()
    {
        Assert.Contains(
            "a picture has room for 500 variables and entries",
            Tool.Run([.. _simple, "--orders", "7", "--graph", PathOf("tape.svg")]).Mistake());
        Assert.Empty(Directory.EnumerateFiles(_folder.FullName));
        Assert.Contains("n600 ", Draw("tape.dot", "--orders", "7"));
    }

    private string Draw(string file, params string[] options) => Draw([.. _simple, .. options], file);

    private string Draw(string[] arguments, string file)
    {
        Tool run = Tool.Run([.. arguments, "--graph", PathOf(file)]);
        Assert.True(run.ExitCode == 0, run.Errors);
        return File.ReadAllText(PathOf(file));
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private static IEnumerable<XElement> Shapes(XElement picture, string name) =>
        picture.Elements(XName.Get(name, "http://www.w3.org/2000/svg"));

    private static string Class(XElement shape) => (string)shape.Attribute("class")!;
}
