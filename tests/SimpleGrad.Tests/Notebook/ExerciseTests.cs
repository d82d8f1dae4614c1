using System.Text.Json;

namespace SimpleGrad.Tests.Notebook;

/// <summary>The exercises of the notebook and around it: trace, gradients and tape length of each program.</summary>
public sealed class ExerciseTests
{
    private static readonly Dictionary<string, JsonElement> _golden =
        TestData.Json("exercises/exercises.json").EnumerateArray()
            .ToDictionary(item => item.GetProperty("id").GetString()!);

    private static readonly Dictionary<string, Action<Session, Variable<double>, Variable<double>>> _programs = new()
    {
        ["higher-order-simple"] = Chain(4, (_, a, b) => NotebookPrograms<double>.Simple(a, b)),
        ["mixed-order-simple"] = MixedOrders,
        ["mixed-order-cubic"] = Chain(3, (_, a, b) => a * a * a * b),
        ["mixed-order-quartic"] = Chain(3, (_, a, b) => a * a * b * b),
        ["mixed-order-nested"] = Chain(3, (_, a, b) => ((a + b) * b + a) * (a * b)),
        ["intermediates"] = Intermediates,
        ["loss-is-input"] = (session, a, b) =>
            (session.Results["da"], session.Results["db"]) = session.Tape.Grad(a, a, b),
        ["nonscalar-loss-add"] = (session, a, b) =>
            (session.Results["da"], session.Results["db"]) = session.Tape.Grad(a + b, a, b),
        ["unused-inputs"] = UnusedInputs,
        ["same-variable-twice: a*a"] = Chain(3, (_, a, _) => a * a),
        ["same-variable-twice: a+a"] = Chain(3, (_, a, _) => a + a),
        ["same-variable-twice: a*a*a"] = Chain(3, (_, a, _) => a * a * a),
        ["same-variable-twice: (a*a)*(a*a)"] = Chain(3, (_, a, _) => a * a * (a * a)),
        ["same-variable-twice: t=a*b; t*t"] = Chain(3, (_, a, b) => a * b * (a * b)),
        ["same-variable-twice: t=a+b; t*t+t"] = Chain(3, (_, a, b) => (a + b) is var t ? t * t + t : t),
        ["aggregate: agg2_ref"] = Twice((_, a, b) => NotebookPrograms<double>.Aggregate2Reference(a, b)),
        ["aggregate: agg2_wrong"] = Unchecked(Twice((programs, a, b) => programs.Aggregate2Wrong(a, b))),
        ["aggregate: agg2_recompute"] = Twice((programs, a, b) => programs.Aggregate2Recompute(a, b)),
        ["aggregate: agg2_almost"] = Twice((programs, a, b) => programs.Aggregate2Almost(a, b)),
        ["aggregate: agg2"] = Twice((programs, a, b) => programs.Aggregate2(a, b)),
        ["aggregate: agg3_ref"] = Twice((_, a, b) => NotebookPrograms<double>.Aggregate3Reference(a, b)),
        ["aggregate: agg3"] = Twice((programs, a, b) => programs.Aggregate3(a, b)),
        ["third-order through aggregate: agg2"] = Chain(3, (programs, a, b) => programs.Aggregate2(a, b)),
        ["third-order through aggregate: agg3"] = Chain(3, (programs, a, b) => programs.Aggregate3(a, b)),
        ["third-order through aggregate: simple_variable"] = Chain(3, (programs, a, b) => programs.Optimised(a, b)),
        ["third-order through aggregate: simple_variable_almost"] = Chain(3, (programs, a, b) => programs.Almost(a, b)),
        ["third-order through aggregate: agg2_almost"] = Chain(3, (programs, a, b) => programs.Aggregate2Almost(a, b)),
        ["none-pattern branch-at-top"] = Twice((programs, a, b) => programs.BranchAtTop(a, b)),
        ["inline exercise: a*"] = Twice((programs, a, b) => a * programs.BranchAtTop(a, b)),
        ["inline exercise: *a"] = Twice((programs, a, b) => programs.BranchAtTop(a, b) * a),
        ["inline exercise: b*"] = Twice((programs, a, b) => b * programs.BranchAtTop(a, b)),
        ["inline exercise: *b"] = Twice((programs, a, b) => programs.BranchAtTop(a, b) * b),
        ["inline exercise: why is dL_dr None the second time"] = Twice((programs, a, b) => programs.BranchAtTop(a, b)),
        ["zeros-mode: simple"] = WithZeros((_, a, b) => NotebookPrograms<double>.Simple(a, b)),
        ["zeros-mode: simple_recompute"] = WithZeros((programs, a, b) => programs.Recompute(a, b)),
        ["zeros-mode: simple_variable_wrong"] = Unchecked(WithZeros((programs, a, b) => programs.Wrong(a, b))),
        ["zeros-mode: simple_variable_almost"] = WithZeros((programs, a, b) => programs.Almost(a, b)),
        ["zeros-mode: simple_variable"] = WithZeros((programs, a, b) => programs.Optimised(a, b)),
        ["zeros-mode: a*a"] = ZerosOfSquare,
    };

    private delegate Variable<double> Program(
        NotebookPrograms<double> programs, Variable<double> a, Variable<double> b);

    public static TheoryData<string> Ids =>
        [.. _golden.Keys.Where(id => !id.StartsWith("quirk:", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Ids))]
    public void ExerciseHasTraceAndGradientsOfTheNotebook(string id)
    {
        JsonElement golden = _golden[id].GetProperty("simple_autograd");
        using var session = new Session();
        Variable<double> a = Input(session, id, "a"), b = Input(session, id, "b");
        if (id.StartsWith("none-pattern", StringComparison.Ordinal) && !id.EndsWith("top", StringComparison.Ordinal))
            PropagateOnce(session, id, a, b);
        else
            _programs[id](session, a, b);

        string[] expected = [.. golden.GetProperty("trace").EnumerateArray().Select(line => line.GetString()!)];
        int length = expected[^1].StartsWith("...", StringComparison.Ordinal) ? expected.Length - 1 : expected.Length;
        Assert.Equal(Normalised(expected.Take(length)), Normalised(session.TraceLines).Take(length));
        Assert.Equal(length < expected.Length, session.TraceLines.Length > length);
        CheckResults(golden.GetProperty("result"), session);
    }

    private static void CheckResults(JsonElement expected, Session session)
    {
        if (expected.ValueKind == JsonValueKind.Array)
        {
            CheckPatterns(expected, session);
            return;
        }
        foreach (JsonProperty property in expected.EnumerateObject())
        {
            if (property.Name == "tape_length")
                Assert.Equal(property.Value.GetInt32(), session.Tape.Count);
            else if (property.Name == "ops_recorded")
                Assert.Equal(
                    property.Value.GetInt32() + 1, session.Tape.Count); // the aggregate's own entry is not counted
            else if (property.Name == "names")
                Assert.Equal(
                    property.Value.EnumerateArray().Select(name => name.GetString()),
                    new[] { session.Results["da"]?.Name, session.Results["db"]?.Name });
            else if (property.Name.StartsWith("patterns_seen", StringComparison.Ordinal))
                CheckPatterns(property.Value, session);
            else if (property.Value.ValueKind == JsonValueKind.Null)
                Assert.Null(session.Results[property.Name]);
            else
                CheckGradient(property, session.Results[property.Name]!);
        }
    }

    private static void CheckGradient(JsonProperty expected, Variable<double> gradient)
    {
        double[] numbers = TestData.Numbers<double>(expected.Value.GetProperty("data"));
        // The notebook seeds with a single number also where the loss is a vector, and so has single numbers as zeros.
        if (expected.Value.GetProperty("shape").GetArrayLength() == 0)
            numbers = [.. Enumerable.Repeat(numbers[0], gradient.Length)];
        Assert.Equal(numbers.Length, gradient.Length);
        Assert.All(gradient.Value.ToArray().Zip(numbers), pair =>
            Assert.Equal(pair.Second, pair.First, 1e-12 * Math.Max(1, Math.Abs(pair.Second))));
    }

    private static void CheckPatterns(JsonElement expected, Session session) => Assert.Equal(
        expected.EnumerateArray().Select(pair => (pair[0].GetBoolean(), pair[1].GetBoolean())),
        session.Programs.Patterns);

    private static IEnumerable<string> Normalised(IEnumerable<string> trace) => trace.Select(line =>
        line.EndsWith(" = 0.0", StringComparison.Ordinal)
            ? line.Replace("0.0", "zeros", StringComparison.Ordinal)
            : line.Replace("tensor([0., 0., 0., 0.], dtype=torch.float64)", "zeros", StringComparison.Ordinal));

    private static Variable<double> Input(Session session, string id, string name) => session.Tape.Variable(
        TestData.Numbers<double>(_golden[id].GetProperty("inputs").GetProperty(name)), name);

    private static Action<Session, Variable<double>, Variable<double>> Chain(int orders, Program program) =>
        (session, a, b) => session.NormChain(program(session.Programs, a, b), orders, ("a", a), ("b", b));

    private static Action<Session, Variable<double>, Variable<double>> Twice(Program program) =>
        (session, a, b) => session.RunGradients(program(session.Programs, a, b), a, b);

    private static Action<Session, Variable<double>, Variable<double>> Unchecked(
        Action<Session, Variable<double>, Variable<double>> run) => (session, a, b) =>
        {
            session.Tape.ChecksCaptures = false;
            run(session, a, b);
        };

    private static Action<Session, Variable<double>, Variable<double>> WithZeros(Program program) => (session, a, b) =>
    {
        Variable<double> l0 = program(session.Programs, a, b).Sum(name: "L0");
        Variable<double>[] first = session.ZerosGrad(l0, a, b);
        Variable<double> l1 = Session.SumOfSquares(first, "L1")!;
        Variable<double>[] second = session.ZerosGrad(l1, a, b);
        (session.Results["da"], session.Results["db"]) = (second[0], second[1]);
    };

    private static void ZerosOfSquare(Session session, Variable<double> a, Variable<double> b)
    {
        Variable<double>[] gradients = session.ZerosGrad((a * a).Sum(name: "L0"), a, b);
        (session.Results["da"], session.Results["db"]) = (gradients[0], gradients[1]);
    }

    private static void MixedOrders(Session session, Variable<double> a, Variable<double> b)
    {
        Tape<double> tape = session.Tape;
        (Variable<double>? fa, Variable<double>? fb) =
            tape.Grad(NotebookPrograms<double>.Simple(a, b).Sum(name: "L0"), a, b);
        (session.Results["fa"], session.Results["fb"]) = (fa, fb);
        foreach ((string outer, Variable<double> first) in new[] { ("a", fa!), ("b", fb!) })
        {
            (Variable<double>? byA, Variable<double>? byB) = tape.Grad(first.Sum(name: $"S{outer}"), a, b);
            foreach ((string inner, Variable<double>? second) in new[] { ("a", byA), ("b", byB) })
            {
                session.Results[$"d(sum f{outer})/d{inner}"] = second;
                if (second is null)
                    continue;
                (session.Results[$"d(sum f{outer}{inner})/da"], session.Results[$"d(sum f{outer}{inner})/db"]) =
                    tape.Grad(second.Sum(name: $"S{outer}{inner}"), a, b);
            }
        }
    }

    private static void Intermediates(Session session, Variable<double> a, Variable<double> b)
    {
        Variable<double> t = a + b, r = t * b, l0 = r.Sum(name: "L0");
        Variable<double>?[] first = session.Tape.Grad(l0, [t, r, a, b, l0]);
        string[] names = ["dt", "dr", "da", "db", "dL"];
        for (int i = 0; i < names.Length; i++)
            session.Results[names[i]] = first[i];
        Variable<double>?[] second = session.Tape.Grad(Session.SumOfSquares(first[..4], "L1")!, [t, r, a, b]);
        names = ["d1_t", "d1_r", "d1_a", "d1_b"];
        for (int i = 0; i < names.Length; i++)
            session.Results[names[i]] = second[i];
    }

    private static void UnusedInputs(Session session, Variable<double> a, Variable<double> b)
    {
        Variable<double> c = Input(session, "unused-inputs", "c");
        Variable<double> d = c * a;
        Variable<double> l0 = NotebookPrograms<double>.Simple(a, b).Sum(name: "L0");
        (session.Results["da"], session.Results["db"], session.Results["dc"], session.Results["dd"]) =
            session.Tape.Grad(l0, a, b, c, d);
    }

    private static void PropagateOnce(Session session, string id, Variable<double> a, Variable<double> b)
    {
        _ = id.Contains("agg2", StringComparison.Ordinal)
            ? session.Programs.Aggregate2(a, b)
            : session.Programs.Optimised(a, b);
        Variable<double>? dr = id.Contains("dL_dr=set", StringComparison.Ordinal) ? Input(session, id, "gr") : null;
        Variable<double>? dt = id.EndsWith("0=set)", StringComparison.Ordinal) ? Input(session, id, "gt") : null;
        Variable<double>?[] gradients = session.Tape.Entries.Single().Propagate(dr, dt);
        (session.Results["da"], session.Results["db"]) = (gradients[0], gradients[1]);
    }
}
