using System.Text.Json;

namespace SimpleGrad.GradBench;

/// <summary>Results as JSON.</summary>
internal static class Output
{
    /// <summary>A number, or arrays of the tensor's shape.</summary>
    public static void Write(this Utf8JsonWriter json, Tensor<double> tensor)
    {
        int at = 0;
        Write(json, tensor.ToArray(), tensor.Shape, 0, ref at);
    }

    public static void Write(this Utf8JsonWriter json, string name, Tensor<double> tensor)
    {
        json.WritePropertyName(name);
        json.Write(tensor);
    }

    private static void Write(Utf8JsonWriter json, double[] numbers, Shape shape, int axis, ref int at)
    {
        if (axis == shape.Rank)
        {
            double number = numbers[at++];
            if (!double.IsFinite(number))
                throw new InvalidOperationException($"the result has {number} in it");
            json.WriteNumberValue(number);
            return;
        }
        json.WriteStartArray();
        for (int i = 0; i < shape[axis]; i++)
            Write(json, numbers, shape, axis + 1, ref at);
        json.WriteEndArray();
    }
}
