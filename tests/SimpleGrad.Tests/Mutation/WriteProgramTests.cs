using CsCheck;
using SimpleGrad.Tests.Compiler;
using SimpleGrad.Tests.Properties;

namespace SimpleGrad.Tests.Mutation;

/// <summary>Programs that write, beside the same programs without writes.</summary>
public sealed class WriteProgramTests
{
    private static readonly Tensor<double>[] _inputs =
    [
        Tensor.Create<double>([0.3, -0.7, 1.1, 0.6, -1.2, 0.9, 0.2, 1.4, -0.5, 0.8, -0.4, 0.35], [3, 4]),
        Tensor.Create<double>([1.2, 0.45, -0.9, 0.75, 0.55, -1.1, 1.6, 0.25, 0.85, -0.65, 0.95, -0.15], [3, 4]),
    ];

    /// <summary>Every write, through the variable itself, each view, and chains of views.</summary>
    public static TheoryData<string, string> Programs()
    {
        var programs = new TheoryData<string, string>();
        foreach (WriteKind write in WriteProgram.Writes)
        {
            foreach ((string place, _) in Places(write))
                programs.Add(write.Name, place);
        }
        return programs;
    }

    [Theory, MemberData(nameof(Programs))]
    public void Gradients_are_those_of_the_program_without_writes(string write, string place)
    {
        WriteKind kind = WriteProgram.Writes.Single(each => each.Name == write);
        Step[] views = Places(kind).Single(each => each.Place == place).Views;
        int part = views.Length;
        var last = new Step.Write(0, WriteProgram.Writes[5], 0);
        Step.Use saved = new(part, true);
        Step.View before = new(0, WriteProgram.Views[0]), after = new(0, WriteProgram.Views[1]);
        // The base is x0; the views follow; then b, and the sibling or what is made after the write.
        Step[] start = [new Step.Root(~0, false), .. views];
        Step[][] programs =
        [
            [.. start, new Step.Root(~1, false), new Step.Write(part, kind, part + 1), Use(0)],
            [.. start, new Step.Root(~1, false), Use(0), Use(part), new Step.Write(part, kind, part + 1), Use(part)],
            [.. start, new Step.Root(~1, false), before, new Step.Write(part, kind, part + 1), Use(part + 2), Use(0)],
            [.. start, new Step.Root(~1, false), new Step.Write(part, kind, part + 1), after, Use(part + 2), last,
                Use(part), Use(part + 2)],
            [.. start, before, last, new Step.Write(part, kind, part + 1), Use(part + 1), Use(part), last, Use(0)],
            [.. start, new Step.Root(~1, true), Use(0), new Step.Write(part, kind, part), Use(part), Use(0)],
            [.. start, new Step.Root(~1, false), saved, new Step.Write(part, kind, part + 1), Use(0)],
            [.. start, new Step.Root(~1, false), new Step.Write(part, kind, part + 1), saved, Use(0)],
        ];
        for (int i = 0; i < programs.Length; i++)
        {
            var program = new WriteProgram(programs[i]);
            bool isRefused = Check(program, orders: i == 4 ? 2 : 3, isCompiled: i == 4);
            Assert.Equal((i == 6 || kind.SavesResult && i is 3 or 4, program), (isRefused, program));
        }
    }

    [Fact]
    public void Random_programs_have_the_gradients_of_the_programs_without_writes()
    {
        int refused = 0, all = 0;
        _anyProgram.Sample(program =>
        {
            if (Check(program, orders: 2, isCompiled: false))
                Interlocked.Increment(ref refused);
            Interlocked.Increment(ref all);
        }, iter: 1000);
        Assert.InRange(refused, all / 20, all * 3 / 4);
    }

    [Fact]
    public void Compiled_random_programs_have_the_gradients_of_the_programs_without_writes() =>
        _anyProgram.Sample(program => { Check(program, orders: 2, isCompiled: true); }, iter: 30);

    private static Step.Use Use(int of) => new(of, false);

    private static IEnumerable<(string Place, Step[] Views)> Places(WriteKind write)
    {
        ViewKind[][] paths =
        [
            [], .. WriteProgram.Views.Select(view => new[] { view }),
            [WriteProgram.Views[3], WriteProgram.Views[0]], [WriteProgram.Views[2], WriteProgram.Views[4]],
            [WriteProgram.Views[0], WriteProgram.Views[5], WriteProgram.Views[4]],
        ];
        foreach (ViewKind[] path in paths)
        {
            Shape shape = [3, 4];
            var steps = new List<Step>();
            foreach (ViewKind view in path)
            {
                if (!view.Fits(shape))
                    break;
                shape = view.Of(new Tape<double>().Constant(Tensor.Zeros<double>(shape))).Shape;
                steps.Add(new Step.View(steps.Count, view));
            }
            if (steps.Count == path.Length)
                yield return ("x" + string.Concat(path.Select(view => view.Name[1..])), [.. steps]);
        }
    }

    /// <summary>Draws steps from numbers, each from what there is by then.</summary>
    private static readonly Gen<WriteProgram> _anyProgram =
        from draws in Gen.Select(Gen.Int[0, 9], Gen.Int[0, 999], Gen.Int[0, 999], Gen.Int[0, 999]).Array[3, 14]
        select Program(draws);

    private static WriteProgram Program((int Kind, int A, int B, int C)[] draws)
    {
        List<Step> steps = [new Step.Root(~0, false), new Step.Root(~1, false)];
        List<Shape> shapes = [_inputs[0].Shape, _inputs[1].Shape];
        foreach ((int kind, int a, int b, int c) in draws)
        {
            int of = a % shapes.Count;
            ViewKind view = WriteProgram.Views[b % WriteProgram.Views.Length];
            WriteKind write = WriteProgram.Writes[b % WriteProgram.Writes.Length];
            if (kind < 1)
            {
                steps.Add(new Step.Root(of, b % 3 == 0));
                shapes.Add(shapes[of]);
            }
            else if (kind < 4 && view.Fits(shapes[of]) && shapes.Count < 9)
            {
                steps.Add(new Step.View(of, view));
                shapes.Add(view.Of(new Tape<double>().Constant(Tensor.Zeros<double>(shapes[of]))).Shape);
            }
            else if (kind < 8 && (shapes[of].Rank > 0 || !write.Name.StartsWith("Index", StringComparison.Ordinal)))
            {
                steps.Add(new Step.Write(of, write, c % shapes.Count));
            }
            else
            {
                steps.Add(new Step.Use(of, b % 12 == 0));
            }
        }
        return new WriteProgram([.. steps, Use(0), Use(1), Use(shapes.Count - 1)]);
    }

    /// <summary>
    /// Values and gradients, to an order, beside those of the pure program; the first ones beside differences too.
    /// </summary>
    /// <returns>Whether a gradient was refused because of a value that was written over.</returns>
    private static bool Check(WriteProgram program, int orders, bool isCompiled)
    {
        double[]?[] expected = Comparison.Chain<double>(x => [program.RunPure(x)], _inputs, orders);
        // Numbers that have got out of hand say nothing.
        if (expected.Any(each => each is not null && each.Any(v => !double.IsFinite(v) || Math.Abs(v) > 1e9)))
            return program.IsRefused;
        if (isCompiled)
        {
            Aggregate<double> compiled = Aggregate.Compile<double>(x => [program.RunInPlace(x)], inputs: ["a", "b"]);
            Same(expected, Comparison.Chain<double>(x => compiled.InvokeAll(x), _inputs, orders), program);
            // Traced with its gradients, and as a batch, the program has reverse sweeps inside.
            TensorFunction<double, Tensor<double>[]> chain = TensorFunction.Of<double>(x => Chain(program, x));
            Same(expected, [.. chain.Compile().Invoke(_inputs).Select(each => each.ToArray())], program);
            var tape = new Tape<double>();
            Variable<double>[] batch = [.. _inputs.Select(x => tape.Constant(Tensor.Create<double>(
                [.. x.ToArray(), .. x.ToArray()], [2, .. x.Shape])))];
            Same(
                expected,
                [.. Transform.Vmap(x => Chain(program, x), batch).Select(each => each.Value[1..].ToArray())],
                program);
        }
        try
        {
            Same(expected, Comparison.Chain<double>(x => [program.RunInPlace(x)], _inputs, orders), program);
        }
        catch (InvalidOperationException error) when (program.IsRefused)
        {
            Assert.Contains("has written over it since at WriteProgram.cs:", error.Message, StringComparison.Ordinal);
            return true;
        }
        CompareWithDifferences(program);
        return false;
    }

    /// <summary>The loss, its gradients, and the gradients of the sum of their squares.</summary>
    private static Variable<double>[] Chain(WriteProgram program, Variable<double>[] x)
    {
        Tape<double> tape = x[0].Tape;
        Variable<double> loss = program.RunInPlace(x);
        Variable<double>[] first = tape.Grad(loss.Square().Sum(), x, zeros: true)!;
        Variable<double>[] second = tape.Grad(first[0].Square().Sum() + first[1].Square().Sum(), x, zeros: true)!;
        return [loss, .. first, .. second];
    }

    private static void Same(double[]?[] expected, double[]?[] actual, WriteProgram program)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            // Without writes some gradients are zeros that are known to be zero with them: x * 0 has a gradient.
            if (i >= actual.Length)
                return; // they go to a lower order
            double[] e = expected[i] ?? [], a = actual[i] ?? new double[e.Length];
            double scale = e.Select(Math.Abs).Append(1).Max();
            for (int j = 0; j < e.Length; j++)
                Assert.True(Math.Abs(e[j] - a[j]) <= 1e-9 * scale, $"{program}: result {i}[{j}]: {e[j]} and {a[j]}");
        }
    }

    private static void CompareWithDifferences(WriteProgram program)
    {
        double Loss(Tensor<double>[] at)
        {
            var tape = new Tape<double>();
            return program.RunInPlace([.. at.Select(x => tape.Variable(x))]).Item();
        }

        var tape = new Tape<double>();
        Variable<double>[] x = [.. _inputs.Select(input => tape.Variable(input))];
        Variable<double>?[] gradients = tape.Grad(program.RunInPlace(x), x, zeros: true);
        double slope = 0;
        for (int i = 0; i < x.Length; i++)
            slope += gradients[i]!.Value.ToArray().Select((g, j) => g * Direction(i, j)).Sum();
        Tensor<double>[] Moved(double h) => [.. _inputs.Select((input, i) => Tensor.Create<double>(
            [.. input.ToArray().Select((v, j) => v + h * Direction(i, j))], input.Shape))];
        FiniteDifferences.Finding finding = FiniteDifferences.Examine(h => [Loss(Moved(h))], [slope])[0];
        Assert.False(finding.IsWrong, $"{program}: {slope} and {finding.Expected}");

        static double Direction(int input, int place) => Math.Cos(1 + 7 * input + place);
    }
}
