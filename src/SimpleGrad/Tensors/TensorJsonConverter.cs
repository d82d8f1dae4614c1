using System.Text.Json;
using System.Text.Json.Serialization;

namespace SimpleGrad;

/// <summary>
/// Writes tensors as JSON and reads them, for System.Text.Json: <c>{"shape":[2,2],"values":[1,2,3,4]}</c>, with the
/// values in row-major order. Tensors of <see cref="float"/>, <see cref="double"/> and <see cref="int"/> have it by
/// themselves; it needs no reflection, so that it works in programs that are compiled ahead of time, with a context
/// that the serializer's generator has written.
/// </summary>
/// <remarks>
/// JSON has no NaN and no infinities. They are an error, unless the options have
/// <see cref="JsonNumberHandling.AllowNamedFloatingPointLiterals"/>: then they are written and read as "NaN",
/// "Infinity" and "-Infinity". All other numbers come back to the bit.
/// </remarks>
public sealed class TensorJsonConverter : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Tensor<>);

    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        typeToConvert == typeof(Tensor<float>) ? new TensorJson<float>()
        : typeToConvert == typeof(Tensor<double>) ? new TensorJson<double>()
        : typeToConvert == typeof(Tensor<int>) ? new TensorJson<int>()
        : throw new NotSupportedException(
            $"There is JSON for tensors of Single, Double and Int32, not for {typeToConvert}.");
}
