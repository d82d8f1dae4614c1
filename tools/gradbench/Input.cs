using System.Text.Json;

namespace SimpleGrad.GradBench;

/// <summary>What a message lacks or has wrong.</summary>
internal sealed class InputException(string message) : Exception(message);

/// <summary>A value of a message. What is asked of it and not there is an error that names the place.</summary>
internal readonly struct Input(JsonElement value, string path)
{
    public Input this[string name] =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out JsonElement member)
            ? new Input(member, path.Length > 0 ? $"{path}.{name}" : name)
            : throw new InputException($"{(path.Length > 0 ? path : "the message")} has no '{name}'");

    public bool IsObject => value.ValueKind == JsonValueKind.Object;

    public string Text() => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Not("a string");

    public bool Truth() => value.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? value.GetBoolean()
        : throw Not("true or false");

    public double Number() => Number(value);

    /// <summary>An integer that is not below another.</summary>
    public int Integer(int least = int.MinValue) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number)
            && number == (int)number && number >= least
            ? (int)number
            : throw Not(least == int.MinValue ? "an integer" : $"an integer from {least} on");

    /// <summary>An array of arrays … of numbers of a shape, in which -1 stands for any length.</summary>
    public Tensor<double> Tensor(params int[] shape)
    {
        int[] lengths = Lengths(shape);
        var numbers = new double[lengths.Aggregate(1, (product, length) => product * length)];
        int count = 0;
        Read(value, 0, lengths, numbers, ref count);
        return SimpleGrad.Tensor.Create<double>(numbers, Shape.Create(lengths));
    }

    /// <summary>An array of arrays … of integers from 0 to below a limit.</summary>
    public int[] Indices(int limit, params int[] shape)
    {
        double[] numbers = Tensor(shape).ToArray();
        string name = path;
        return Array.ConvertAll(numbers, number => number == (int)number && number >= 0 && number < limit
            ? (int)number
            : throw new InputException($"{name} has {number} where an integer from 0 to {limit - 1} is expected"));
    }

    /// <summary>The lengths of the axes, as the first elements have them.</summary>
    private int[] Lengths(int[] shape)
    {
        var lengths = new int[shape.Length];
        JsonElement at = value;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (at.ValueKind != JsonValueKind.Array)
                throw Not($"an array of {shape.Length} axes");
            lengths[axis] = at.GetArrayLength();
            if (shape[axis] >= 0 && shape[axis] != lengths[axis])
                throw new InputException(
                    $"axis {axis} of {path} has length {lengths[axis]} where {shape[axis]} is expected");
            if (lengths[axis] == 0)
                break;
            at = at[0];
        }
        return lengths;
    }

    private void Read(JsonElement at, int axis, int[] lengths, double[] numbers, ref int count)
    {
        if (axis == lengths.Length)
        {
            numbers[count++] = Number(at);
            return;
        }
        if (at.ValueKind != JsonValueKind.Array || at.GetArrayLength() != lengths[axis])
            throw new InputException($"{path} has arrays of different lengths");
        foreach (JsonElement element in at.EnumerateArray())
            Read(element, axis + 1, lengths, numbers, ref count);
    }

    private double Number(JsonElement at) =>
        at.ValueKind == JsonValueKind.Number ? at.GetDouble() : throw Not("of numbers");

    private InputException Not(string what) => new($"{path} is not {what}");
}
