using System.Text.Json;
using System.Text.Json.Serialization;

namespace SimpleGrad.Tests.Tensors;

/// <summary>Tensors as JSON, also with a context that the serializer's generator wrote, as ahead of time.</summary>
public sealed partial class TensorJsonTests
{
    private static readonly JsonSerializerOptions _named =
        new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    [Fact]
    public void A_tensor_is_its_shape_and_its_values()
    {
        Tensor<double> x = Tensor.FromArray<double>(new[,] { { 1, -2.5 }, { 1e300, 0.1 } });
        string text = JsonSerializer.Serialize(x);
        Assert.Equal("""{"shape":[2,2],"values":[1,-2.5,1E+300,0.1]}""", text);
        AssertEqual(x, JsonSerializer.Deserialize<Tensor<double>>(text)!);
        Assert.Equal("""{"shape":[2,2],"values":[1,1E+300,-2.5,0.1]}""", JsonSerializer.Serialize(x.Transpose()));
    }

    [Fact]
    public void Numbers_come_back_to_the_bit()
    {
        Tensor<double> doubles = Tensor.RandomNormal<double>([3, 0, 2], new Random(1));
        AssertEqual(doubles, Again(doubles));
        Tensor<double> special = Tensor.Create([-0.0, double.Epsilon, double.MaxValue, 1 / 3.0, Math.PI]);
        AssertEqual(special, Again(special));
        Tensor<float> floats = Tensor.Create([-0f, float.Epsilon, float.MaxValue, 1 / 3f, 16777217f, 1e-10f]);
        AssertEqual(floats, Again(floats));
        Tensor<int> wholes = Tensor.Create([int.MinValue, 0, int.MaxValue]);
        AssertEqual(wholes, Again(wholes));
        AssertEqual(Tensor.Scalar(2.5), Again(Tensor.Scalar(2.5)));
        Assert.Null(JsonSerializer.Deserialize<Tensor<double>>("null"));
    }

    [Fact]
    public void What_json_has_no_number_for_needs_an_option()
    {
        Tensor<double> x = Tensor.Create([1, double.NaN, double.PositiveInfinity, double.NegativeInfinity]);
        string message = Assert.Throws<JsonException>(() => JsonSerializer.Serialize(x)).Message;
        Assert.Contains("the value NaN, for which JSON has no number", message);
        Assert.Contains("AllowNamedFloatingPointLiterals", message);
        string text = JsonSerializer.Serialize(x, _named);
        Assert.Equal("""{"shape":[4],"values":[1,"NaN","Infinity","-Infinity"]}""", text);
        AssertEqual(x, JsonSerializer.Deserialize<Tensor<double>>(text, _named)!);
        message = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Tensor<double>>(text)).Message;
        Assert.Contains("has no number", message);
        message = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Tensor<int>>(text, _named)).Message;
        Assert.Contains("is no Int32", message);
    }

    [Theory]
    [InlineData("[1,2]", "it starts with StartArray")]
    [InlineData("""{"values":[1]}""", "there is no \"shape\"")]
    [InlineData("""{"shape":[1]}""", "there is no \"values\"")]
    [InlineData("""{"shape":[2],"values":[1]}""", "shape (2,) has 2 elements, and there are 1 values")]
    [InlineData("""{"shape":[],"values":[]}""", "shape () has 1 elements, and there are 0 values")]
    [InlineData("""{"shape":[-1],"values":[]}""", "length 0 of \"shape\" is no whole number")]
    [InlineData("""{"shape":[1,1.5],"values":[]}""", "length 1 of \"shape\" is no whole number")]
    [InlineData("""{"shape":[2147483647,2147483647],"values":[1]}""", "more elements than a tensor can have")]
    [InlineData("""{"shape":1,"values":[1]}""", "\"shape\" is no array")]
    [InlineData("""{"shape":[1],"values":1}""", "\"values\" is no array")]
    [InlineData("""{"shape":[1],"values":[[1]]}""", "value 0 of \"values\" is no number of Single")]
    [InlineData("""{"shape":[1],"values":["1"]}""", "value 0 of \"values\" is no number of Single")]
    [InlineData("""{"shape":[2],"values":[1,1e39]}""", "value 1 of \"values\" is no number of Single")]
    [InlineData("""{"shape":[1],"values":[1],"shape":[1]}""", "\"shape\" is there twice")]
    [InlineData("""{"shape":[1],"values":[1],"strides":[1]}""", "\"strides\" is neither")]
    public void What_is_no_tensor_is_said(string text, string expected)
    {
        string message = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Tensor<float>>(text)).Message;
        Assert.StartsWith("A tensor is {\"shape\":[…],\"values\":[…]}", message);
        Assert.Contains(expected, message);
    }

    [Fact]
    public void A_generated_context_writes_and_reads_it()
    {
        var model = new Model("line", Tensor.Create([1.5, 2]), Tensor.Create([3]));
        string text = JsonSerializer.Serialize(model, ModelContext.Default.Model);
        Assert.Equal(
            """{"Name":"line","Weights":{"shape":[2],"values":[1.5,2]},"Indices":{"shape":[1],"values":[3]}}""", text);
        Model again = JsonSerializer.Deserialize(text, ModelContext.Default.Model)!;
        AssertEqual(model.Weights, again.Weights);
        AssertEqual(model.Indices, again.Indices);
    }

    [Fact]
    public void There_is_no_json_for_tensors_of_other_elements() => Assert.Throws<NotSupportedException>(
        () => JsonSerializer.Serialize(Tensor.Create<byte>([1])));

    private static Tensor<T> Again<T>(Tensor<T> x) where T : unmanaged =>
        JsonSerializer.Deserialize<Tensor<T>>(JsonSerializer.Serialize(x))!;

    private static void AssertEqual<T>(Tensor<T> expected, Tensor<T> actual) where T : unmanaged
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.Equal(
            System.Runtime.InteropServices.MemoryMarshal.AsBytes<T>(expected.ToArray()).ToArray(),
            System.Runtime.InteropServices.MemoryMarshal.AsBytes<T>(actual.ToArray()).ToArray());
    }

    internal sealed record Model(string Name, Tensor<double> Weights, Tensor<int> Indices);

    [JsonSerializable(typeof(Model))]
    internal sealed partial class ModelContext : JsonSerializerContext;
}
