using SimpleGrad.Tests.Compiler;

namespace SimpleGrad.Tests.Golden;

/// <summary>
/// The library against numbers of PyTorch: values, first and second derivatives, and Hessian-vector products. The
/// environment variable SIMPLEGRAD_GOLDEN_OPS names another file of cases to use instead.
/// </summary>
public sealed class OperatorCorpusTests(ITestOutputHelper output)
{
    /// <summary>Operators whose results' shapes depend on values, or of which a case gives places as numbers.</summary>
    private static readonly string[] _readsValues =
        ["masked_select", "argmax", "argmin", "max", "min", "cummax", "cummin", "sort"];

    public static IEnumerable<TheoryDataRow<string>> Cases =>
        from golden in GoldenFile.Cases.Values
        where OperatorAdapters.Find(golden.Op) is not null
        select new TheoryDataRow<string>(golden.Id) { TestDisplayName = golden.Id, Label = "" };

    [Theory, MemberData(nameof(Cases))]
    public void Case_has_the_expected_numbers(string id)
    {
        GoldenCase golden = GoldenFile.Cases[id];
        if (GoldenFile.IsForeign)
            CheckForeign(golden);
        else
            Check(golden, GoldenFile.Differences.GetValueOrDefault(id) ?? golden.Expected);
    }

    /// <summary>The operator as an aggregate; its gradients are compiled too.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Compiled_case_has_the_expected_numbers(string id)
    {
        GoldenCase golden = GoldenFile.Cases[id];
        if (GoldenFile.IsForeign || golden.Inputs.Length == 0)
            return;
        if (_readsValues.Contains(golden.Op) && ReadsValues(golden))
            return;
        Comparison.OnBothExecutors(() => Check(
            golden, GoldenFile.Differences.GetValueOrDefault(id) ?? golden.Expected,
            call =>
            {
                Aggregate<double> compiled = Tested.Compile<double>(
                    (Variable<double>[] x) => OperatorAdapters.Find(golden.Op)!(call.On(x)), golden.Op);
                return compiled.InvokeAll([.. call.Inputs]);
            }));
    }

    private static bool ReadsValues(GoldenCase golden) => Record.Exception(() =>
        {
            var call = new OperatorCall(golden, new Tape<double>());
            return Tested.Compile<double>(
                (Variable<double>[] x) => OperatorAdapters.Find(golden.Op)!(call.On(x))).InvokeAll([.. call.Inputs]);
        }) is InvalidOperationException refusal && refusal.Message.Contains("while its function is traced");

    [Fact]
    public void Every_operator_has_an_adapter()
    {
        var missing = GoldenFile.Cases.Values.Select(golden => golden.Op).Distinct()
            .Where(op => OperatorAdapters.Find(op) is null).Order().ToList();
        output.WriteLine($"{missing.Count} operators have no adapter: {string.Join(", ", missing)}");
        if (!GoldenFile.IsForeign)
            Assert.Empty(missing);
    }

    /// <summary>The list only gets shorter: what is as PyTorch has it does not stay on it.</summary>
    [Fact]
    public void Differences_from_PyTorch_are_differences()
    {
        if (!GoldenFile.IsForeign)
            Assert.All(GoldenFile.Differences.Keys.Select(id => GoldenFile.Cases[id]), golden =>
                Assert.NotNull(Record.Exception(() => Check(golden, golden.Expected))));
    }

    /// <summary>A foreign file may ask for more than the library has.</summary>
    private static void CheckForeign(GoldenCase golden)
    {
        try
        {
            Check(golden, golden.Expected);
        }
        catch (NotSupportedException reason)
        {
            Assert.Skip(reason.Message);
        }
    }

    private static void Check(GoldenCase golden, GoldenNumbers expected) =>
        Check(golden, expected, call => OperatorAdapters.Find(golden.Op)!(call));

    private static void Check(
        GoldenCase golden, GoldenNumbers expected, Func<OperatorCall, Variable<double>?[]> compute)
    {
        var tape = new Tape<double>();
        var call = new OperatorCall(golden, tape);
        Variable<double>?[] outputs = compute(call);
        Assert.Equal(expected.Outputs.Length, outputs.Length);
        for (int i = 0; i < outputs.Length; i++)
            GoldenAssert.Close(expected.Outputs[i], outputs[i]!.Value, $"Output {i}");

        bool strict = golden.DistinguishesKnownZeros;
        Variable<double>?[] grad1 = Gradients(golden, call, WeightedSum(outputs, golden.W, tape));
        GoldenAssert.Close(expected.Grad1, grad1, strict, "The gradient");
        if (!golden.IsRegular)
            return;

        Variable<double>? loss2 = grad1.Select(gradient => gradient?.Square().Sum()).Aggregate(Aggregate.AddOptional);
        GoldenAssert.Close(expected.Grad2, Gradients(golden, call, loss2), strict, "The second gradient");
        Variable<double>? slope = WeightedSum(grad1, golden.V, tape);
        GoldenAssert.Close(expected.Hvp, Gradients(golden, call, slope), strict, "The Hessian-vector product");
    }

    /// <summary>Values that PyTorch could not differentiate have no weight; here they count with weight one.</summary>
    private static Variable<double>? WeightedSum(
        IEnumerable<Variable<double>?> values, IEnumerable<GoldenTensor?> weights, Tape<double> tape) =>
        values.Zip(weights, (value, weight) => value is null || weight is null
            ? value?.Sum()
            : (value * tape.Constant(weight.ToTensor())).Sum()).Aggregate(Aggregate.AddOptional);

    private static Variable<double>?[] Gradients(GoldenCase golden, OperatorCall call, Variable<double>? loss)
    {
        var inputs = call.Inputs.ToList();
        var wanted = inputs.Where((_, i) => golden.Inputs[i].Grad).ToList();
        Variable<double>?[] gradients =
            loss is null ? new Variable<double>?[wanted.Count] : call.Tape.Grad(loss, wanted);
        return [.. inputs.Select(input => wanted.IndexOf(input) is int at and >= 0 ? gradients[at] : null)];
    }
}
