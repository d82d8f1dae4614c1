namespace SimpleGrad.Tests.Golden;

/// <summary>
/// The library against numbers of PyTorch: values, first and second derivatives, and Hessian-vector products. The
/// environment variable SIMPLEGRAD_GOLDEN_OPS names another file of cases to use instead.
/// </summary>
public sealed class OperatorCorpusTests(ITestOutputHelper output)
{
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

    private static void Check(GoldenCase golden, GoldenNumbers expected)
    {
        var tape = new Tape<double>();
        var call = new OperatorCall(golden, tape);
        Variable<double>[] outputs = OperatorAdapters.Find(golden.Op)!(call);
        Assert.Equal(expected.Outputs.Length, outputs.Length);
        for (int i = 0; i < outputs.Length; i++)
            GoldenAssert.Close(expected.Outputs[i], outputs[i].Value, $"Output {i}");

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
