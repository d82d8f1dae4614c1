namespace SimpleGrad;

/// <summary>Checks how windows lie, where that comes in.</summary>
internal static class WindowAxes
{
    public static void RequireAtLeast(int least, int value, string operation, string name)
    {
        if (value < least)
            throw new ArgumentOutOfRangeException(
                name, value, $"{operation}: {name} is {value}, and must be at least {least}.");
    }

    /// <summary>Refuses windows that have no taps or are longer than the padded input.</summary>
    public static void RequireRoom(
        string operation, Shape input, ReadOnlySpan<int> taps, ReadOnlySpan<WindowAxis> axes, Shape? weight = null)
    {
        for (int i = 0; i < axes.Length; i++)
        {
            if (taps[i] < 1)
                throw new ArgumentException($"{operation}: a window of length {taps[i]} has no element.");
            int axis = input.Rank - axes.Length + i;
            if (axes[i].Count(input[axis], taps[i]) < 1)
                throw new ArgumentException(
                    $"{operation}: windows of {taps[i]} with dilation {axes[i].KernelDilation} are longer than axis "
                    + $"{axis} of shape {input} with padding {axes[i].Before} and {axes[i].After}"
                    + (weight is null ? "." : $", for a weight of shape {weight}."));
        }
    }

    /// <summary>The shape of what windows over the last axes give, behind some axes that are known.</summary>
    /// <exception cref="OverflowException">It has more elements than an array can hold.</exception>
    public static Shape ResultOf(
        string operation, ReadOnlySpan<int> leading, Shape input, ReadOnlySpan<int> taps, ReadOnlySpan<WindowAxis> axes,
        params ReadOnlySpan<Shape> operands)
    {
        var lengths = new long[leading.Length + axes.Length];
        for (int i = 0; i < leading.Length; i++)
            lengths[i] = leading[i];
        for (int i = 0; i < axes.Length; i++)
            lengths[leading.Length + i] = axes[i].Count(input[input.Rank - axes.Length + i], taps[i]);
        return Shape.OfResult(operation, lengths, operands);
    }

    /// <summary>How a trace shows windows.</summary>
    public static string Describe(ReadOnlySpan<WindowAxis> axes)
    {
        var texts = new string[axes.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            WindowAxis axis = axes[i];
            texts[i] = $"({axis.Stride}, {axis.Before}, {axis.After}, {axis.InputDilation}, {axis.KernelDilation})";
        }
        return $"[{string.Join(", ", texts)}]";
    }
}
