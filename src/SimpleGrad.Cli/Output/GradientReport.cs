using System.Numerics;
using System.Text;
using System.Text.Json;

namespace SimpleGrad.Cli;

/// <summary>A value and its gradients, as text or as JSON.</summary>
/// <param name="value">The value.</param>
/// <param name="gradients">The gradient by each variable; null for known zero.</param>
/// <param name="orders">How often was differentiated, where that was asked for.</param>
internal sealed class GradientReport<T>(
    Tensor<T> value, IReadOnlyList<(string Variable, Tensor<T>? Gradient)> gradients, int? orders)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Prints tensors as PyTorch does, rounded.</summary>
    public void WriteText(TextWriter writer, bool withValue)
    {
        if (withValue)
            writer.WriteLine($"value {value}");
        foreach ((string variable, Tensor<T>? gradient) in gradients)
            writer.WriteLine($"d{variable} {gradient?.ToString() ?? "None"}");
    }

    /// <summary>Prints numbers with as many digits as it takes to read the same numbers back.</summary>
    public void WriteJson(TextWriter writer)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteTensor(json, "value", value);
            json.WriteStartObject("gradients");
            foreach ((string variable, Tensor<T>? gradient) in gradients)
                WriteTensor(json, variable, gradient);
            json.WriteEndObject();
            if (orders is { } count)
                json.WriteNumber("orders", count);
            json.WriteEndObject();
        }
        writer.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    private static void WriteTensor(Utf8JsonWriter json, string name, Tensor<T>? tensor)
    {
        if (tensor is null)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartObject(name);
        json.WriteStartArray("shape");
        foreach (int length in tensor.Shape)
            json.WriteNumberValue(length);
        json.WriteEndArray();
        json.WriteStartArray("data");
        foreach (T number in tensor.ToArray())
            WriteNumber(json, number);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, T number)
    {
        if (T.IsNaN(number))
            json.WriteStringValue("NaN");
        else if (T.IsInfinity(number))
            json.WriteStringValue(T.IsNegative(number) ? "-Infinity" : "Infinity");
        else if (number is float single)
            json.WriteNumberValue(single);
        else
            json.WriteNumberValue(double.CreateChecked(number));
    }
}
