using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SimpleGrad;

/// <summary>Tensors of one type as JSON.</summary>
internal sealed class TensorJson<T> : JsonConverter<Tensor<T>> where T : unmanaged, INumber<T>
{
    private const string ShapeName = "shape", ValuesName = "values";

    public override Tensor<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Mistake($"it starts with {reader.TokenType}");
        List<int>? lengths = null;
        List<T>? values = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            if (name == ShapeName && lengths is null)
                lengths = ReadLengths(ref reader);
            else if (name == ValuesName && values is null)
                values = ReadValues(ref reader, options);
            else
                throw Mistake($"\"{name}\" is {(name is ShapeName or ValuesName ? "there twice" : "neither")}");
        }
        if (lengths is null || values is null)
            throw Mistake($"there is no \"{(lengths is null ? ShapeName : ValuesName)}\"");
        Shape shape = ShapeOf(lengths);
        return values.Count == shape.FlattenedLength
            ? Tensor.Create(CollectionsMarshal.AsSpan(values), shape)
            : throw Mistake($"shape {shape} has {shape.FlattenedLength} elements, and there are {values.Count} values");
    }

    public override void Write(Utf8JsonWriter writer, Tensor<T> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteStartArray(ShapeName);
        foreach (int length in value.Shape.Lengths)
            writer.WriteNumberValue(length);
        writer.WriteEndArray();
        writer.WriteStartArray(ValuesName);
        Span<byte> text = stackalloc byte[64];
        foreach (T number in value.ToContiguous().Span)
        {
            if (!T.IsFinite(number))
            {
                string name = number.ToString(null, CultureInfo.InvariantCulture);
                writer.WriteStringValue(AllowsNames(options) ? name : throw NotFinite(number));
            }
            else
            {
                _ = number.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
                writer.WriteRawValue(text[..length], skipInputValidation: true);
            }
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static List<int> ReadLengths(ref Utf8JsonReader reader)
    {
        var lengths = new List<int>();
        RequireArray(ref reader, ShapeName);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out int length) || length < 0)
                throw Mistake($"length {lengths.Count} of \"{ShapeName}\" is no whole number from 0 up to 2147483647");
            lengths.Add(length);
        }
        return lengths;
    }

    private static List<T> ReadValues(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        var values = new List<T>();
        RequireArray(ref reader, ValuesName);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            values.Add(ReadNumber(ref reader, values.Count, options));
        return values;
    }

    private static T ReadNumber(ref Utf8JsonReader reader, int index, JsonSerializerOptions options)
    {
        ReadOnlySpan<byte> text = reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;
        const NumberStyles style = NumberStyles.Float;
        if (reader.TokenType == JsonTokenType.Number)
        {
            if (T.TryParse(text, style, CultureInfo.InvariantCulture, out T number) && T.IsFinite(number))
                return number;
        }
        else if (reader.TokenType == JsonTokenType.String && reader.GetString() is "NaN" or "Infinity" or "-Infinity")
        {
            if (!T.TryParse(text, style, CultureInfo.InvariantCulture, out T number))
                throw Mistake($"value {index}, \"{reader.GetString()}\", is no {typeof(T).Name}");
            return AllowsNames(options) ? number : throw NotFinite(number);
        }
        throw Mistake($"value {index} of \"{ValuesName}\" is no number of {typeof(T).Name}");
    }

    private static Shape ShapeOf(List<int> lengths)
    {
        try
        {
            return Shape.Create(CollectionsMarshal.AsSpan(lengths));
        }
        catch (OverflowException mistake)
        {
            throw Mistake($"shape ({string.Join(", ", lengths)}) has more elements than a tensor can have", mistake);
        }
    }

    private static void RequireArray(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Mistake($"\"{name}\" is no array");
    }

    private static bool AllowsNames(JsonSerializerOptions options) =>
        options.NumberHandling.HasFlag(JsonNumberHandling.AllowNamedFloatingPointLiterals);

    private static JsonException NotFinite(T number) => new(
        $"A tensor has the value {number.ToString(null, CultureInfo.InvariantCulture)}, for which JSON has no number. "
        + "Set NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals in the options to write and read it "
        + "as text, or replace it, x.NanToNum().");

    private static JsonException Mistake(string what, Exception? inner = null) => new(
        $"A tensor is {{\"{ShapeName}\":[…],\"{ValuesName}\":[…]}}, values in row-major order; here, {what}.", inner);
}
