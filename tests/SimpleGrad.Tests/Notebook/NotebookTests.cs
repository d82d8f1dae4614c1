using System.Numerics;
using System.Text.Json;

namespace SimpleGrad.Tests.Notebook;

/// <summary>
/// Every printing cell of the notebook, to the letter, in both precisions, and its gradients in full.
/// </summary>
public sealed class NotebookTests
{
    private delegate Variable<T> Program<T>(Variable<T> a, Variable<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    [Theory]
    [InlineData("08-using-grad")]
    [InlineData("09-zero-gradients")]
    [InlineData("10-grad-of-grad-simple")]
    [InlineData("12-simple_recompute")]
    [InlineData("13-simple_variable_wrong")]
    [InlineData("14-simple_variable_wrong-first-order")]
    [InlineData("15-simple_variable_almost")]
    [InlineData("16-simple_variable")]
    public void CellPrintsWhatTheNotebookPrints(string cell)
    {
        Check<float>(cell, ".txt", "float32");
        Check<double>(cell, ".float64.txt", "float64");
    }

    [Fact]
    public void AllCellsRunOnOneTapeWithOnePair()
    {
        string[] golden = TestData.Lines("notebook/straight-run-pair1.txt");
        float[] a = [0.0171f, 0.1633f, 0.5833f, 0.3794f], b = [0.3774f, 0.6308f, 0.5239f, 0.1387f];
        IEnumerable<string> cells =
            golden.Where(line => line.StartsWith("#### ", StringComparison.Ordinal)).Select(line => line[5..]);
        foreach (string cell in cells.Where(cell => !cell.StartsWith("11", StringComparison.Ordinal)))
        {
            IEnumerable<string> expected = golden.SkipWhile(line => line != "#### " + cell).Skip(1)
                .TakeWhile(line => !line.StartsWith("####", StringComparison.Ordinal));
            Assert.Equal(Expected(cell, expected, ""), Run<float>(cell, a, b).Output);
        }
    }

    private static void Check<T>(string cell, string suffix, string dtype)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        JsonElement golden = TestData.Json("notebook/results.json").GetProperty(cell);
        JsonElement inputs = golden.GetProperty("inputs");
        Result<T> result = Run<T>(
            cell, TestData.Numbers<T>(inputs.GetProperty("a")), TestData.Numbers<T>(inputs.GetProperty("b")));

        Assert.Equal(
            Expected(
                cell, TestData.Lines("notebook/" + cell + suffix),
                typeof(T) == typeof(double) ? ", dtype=torch.float64" : ""),
            result.Output);
        Assert.Equal(golden.GetProperty("tape_length").GetInt32(), result.TapeLength);
        foreach ((string name, Variable<T>? gradient) in new[] { ("da", result.Da), ("db", result.Db) })
        {
            JsonElement expected = golden.GetProperty(dtype).GetProperty(name);
            if (expected.ValueKind == JsonValueKind.Null)
                Assert.Null(gradient);
            else
                Assert.Equal(TestData.Numbers<T>(expected.GetProperty("data")), gradient!.Value.ToArray());
        }
    }

    /// <summary>A constant of zeros has the shape that it stands for; the notebook has a single number there.</summary>
    private static string Expected(string cell, IEnumerable<string> lines, string dtype)
    {
        IEnumerable<string> expected = lines.Select(line => cell.StartsWith("15", StringComparison.Ordinal)
            ? line.Replace(" = 0.0", $" = tensor([0., 0., 0., 0.]{dtype})", StringComparison.Ordinal)
            : line);
        return string.Join('\n', expected.Where(line => line.Length > 0)) + "\n";
    }

    private sealed record Result<T>(string Output, Variable<T>? Da, Variable<T>? Db, int TapeLength)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    private static Result<T> Run<T>(string cell, T[] a, T[] b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var output = new StringWriter { NewLine = "\n" };
        var tape = new Tape<T>(Trace.Notebook(output))
        {
            ChecksCaptures = !cell.Contains("wrong", StringComparison.Ordinal),
        };
        var programs = new NotebookPrograms<T>(tape);
        if (cell.StartsWith("08", StringComparison.Ordinal) || cell.StartsWith("09", StringComparison.Ordinal))
            return RunOnce(cell, tape, output, a, b);

        Program<T> program = cell[3..] switch
        {
            "grad-of-grad-simple" => NotebookPrograms<T>.Simple,
            "simple_recompute" => programs.Recompute,
            "simple_variable_wrong" or "simple_variable_wrong-first-order" => programs.Wrong,
            "simple_variable_almost" => programs.Almost,
            "simple_variable" => programs.Optimised,
            _ => throw new ArgumentException($"There is no program for cell {cell}.", nameof(cell)),
        };
        bool secondLoss = !cell.EndsWith("first-order", StringComparison.Ordinal);
        (Variable<T>? da, Variable<T>? db) = RunGradients(tape, program, a, b, secondLoss);
        int length = tape.Count;
        (_, _) = (da?.Value, db?.Value); // read before the tape is reset
        string reference = "", referenceB = "";
        if (cell.StartsWith("12", StringComparison.Ordinal) || cell.StartsWith("14", StringComparison.Ordinal))
        {
            (Variable<T>? da1, Variable<T>? db1) = RunGradients(tape, NotebookPrograms<T>.Simple, a, b, secondLoss);
            (reference, referenceB) = ($" {da1}", $" {db1}");
            length = tape.Count;
        }
        output.WriteLine($"da {da?.ToString() ?? "None"}{reference}");
        output.WriteLine($"db {db?.ToString() ?? "None"}{referenceB}");
        return new Result<T>(output.ToString(), da, db, length);
    }

    private static Result<T> RunOnce<T>(string cell, Tape<T> tape, StringWriter output, T[] aValues, T[] bValues)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T> a = tape.Variable(aValues, "a"), b = tape.Variable(bValues, "b");
        Variable<T> loss;
        if (cell.StartsWith("08", StringComparison.Ordinal))
        {
            loss = NotebookPrograms<T>.Simple(a, b);
        }
        else
        {
            // The cell goes on with the variables of the one before, on an emptied tape.
            output.GetStringBuilder().Clear();
            tape.Reset();
            loss = a * a;
        }
        (Variable<T>? da, Variable<T>? db) = tape.Grad(loss, a, b);
        output.WriteLine($"da {da?.ToString() ?? "None"}");
        output.WriteLine($"db {db?.ToString() ?? "None"}");
        return new Result<T>(output.ToString(), da, db, tape.Count);
    }

    private static (Variable<T>?, Variable<T>?) RunGradients<T>(
        Tape<T> tape, Program<T> program, T[] aValues, T[] bValues, bool secondLoss)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        tape.Reset();
        Variable<T> a = tape.Variable(aValues, "a"), b = tape.Variable(bValues, "b");
        Variable<T> l0 = program(a, b).Sum(name: "L0");
        (Variable<T>? da, Variable<T>? db) = tape.Grad(l0, a, b);
        if (!secondLoss)
            return (da, db);
        Variable<T> l1 = (da! * da! + db! * db!).Sum(name: "L1");
        return tape.Grad(l1, a, b);
    }
}
