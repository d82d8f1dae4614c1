using System.Globalization;
using System.Text;

namespace SimpleGrad;

/// <summary>
/// Prints tensors as PyTorch 1.13 does with its default print options: four decimals, lines of 80 columns, and three
/// elements at each end of an axis once a tensor has more than 1000 elements. <see cref="float"/> is the default
/// floating type, so it is the one that is printed without its name. Single numbers follow Python's <c>repr</c>.
/// </summary>
internal static class TensorPrinter
{
    private const int LineWidth = 80;
    private const int SummaryThreshold = 1000;
    private const int EdgeItems = 3;
    private const string Prefix = "tensor(";

    /// <summary>What Python prints for <c>repr(tensor)</c>.</summary>
    /// <param name="values">The elements, row-major.</param>
    /// <param name="shape">The lengths of the axes.</param>
    /// <param name="cell">Writes an element; null for PyTorch's way.</param>
    internal static string Repr<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> shape, Func<T, string>? cell = null)
        where T : unmanaged
    {
        RequireSize(values.Length, shape);
        var text = new StringBuilder(Prefix);
        var suffixes = new List<string>();
        if (values.IsEmpty)
        {
            text.Append("[]");
            if (shape.Length != 1)
                suffixes.Add("size=" + ShapeText(shape));
        }
        else
        {
            AppendValues(text, values, shape, cell);
        }

        // An empty tensor has no element that tells its type, so only the default type goes without saying.
        if (typeof(T) != typeof(float) && (values.IsEmpty || !IsToldByItsElements<T>()))
            suffixes.Add("dtype=" + TypeName<T>());
        AppendSuffixes(text, suffixes);
        return text.Append(')').ToString();
    }

    /// <summary>What Python prints for <c>f'{tensor}'</c>: a tensor without axes is printed as its number.</summary>
    internal static string Format<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        if (!shape.IsEmpty)
            return Repr(values, shape);
        RequireSize(values.Length, shape);
        return IsFloating<T>() ? FormatNumber(ToDouble(values[0])) : PlainText(values[0]);
    }

    /// <summary>Writes an element in a format of .NET's; NaN and infinities are as everywhere else.</summary>
    internal static string Formatted<T>(T value, string? format, IFormatProvider? provider) where T : unmanaged =>
        value switch
        {
            double number when !double.IsFinite(number) => NonFinite(number),
            float number when !float.IsFinite(number) => NonFinite(number),
            IFormattable number => number.ToString(format, provider ?? CultureInfo.InvariantCulture),
            _ => PlainText(value),
        };

    /// <summary>Python's <c>repr(float)</c>: the shortest digits that read back as the same number.</summary>
    internal static string FormatNumber(double value)
    {
        if (!double.IsFinite(value))
            return NonFinite(value);
        string sign = double.IsNegative(value) ? "-" : "";
        var (mantissa, exponent) = SplitExponent(ShortestText(Math.Abs(value)));
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        string all = mantissa.Replace(".", "", StringComparison.Ordinal);
        string digits = all.TrimStart('0');
        if (digits.Length == 0)
            return sign + "0.0";

        // The number is 0.digits times ten to the power of scale.
        int scale = (point < 0 ? mantissa.Length : point) + exponent - (all.Length - digits.Length);
        digits = digits.TrimEnd('0');
        if (scale is <= -4 or > 16)
            return sign + digits[0] + (digits.Length > 1 ? "." : "") + digits[1..] + ExponentText(scale - 1);
        if (scale <= 0)
            return sign + "0." + new string('0', -scale) + digits;
        if (scale >= digits.Length)
            return sign + digits.PadRight(scale, '0') + ".0";
        return sign + digits[..scale] + "." + digits[scale..];
    }

    private static void RequireSize(int count, ReadOnlySpan<int> shape)
    {
        long size = 1;
        foreach (int length in shape)
            size *= length;
        if (size != count)
            throw new ArgumentException($"{count} values do not fill the shape {ShapeText(shape)}.");
    }

    private static string ShapeText(ReadOnlySpan<int> shape) => $"({string.Join(", ", shape.ToArray())})";

    private static void AppendValues<T>(
        StringBuilder text, ReadOnlySpan<T> values, ReadOnlySpan<int> shape, Func<T, string>? cell)
        where T : unmanaged
    {
        // The elements that a summary leaves out must not matter, neither for the widths nor for the time taken.
        bool summarise = values.Length > SummaryThreshold;
        var shown = new List<T>();
        CollectShown(values, shape, summarise, shown);
        string[] cells = cell is null && IsFloating<T>()
            ? FloatCells(shown, out int width)
            : PlainCells(shown, cell ?? PlainText, out width);

        int rowIndent = Prefix.Length + shape.Length - 1;
        int cellsPerLine = Math.Max(1, (LineWidth - rowIndent) / (width + ", ".Length));
        new Layout(text, cells, cellsPerLine, summarise).Append(shape, Prefix.Length);
    }

    private static void CollectShown<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> shape, bool summarise, List<T> shown)
        where T : unmanaged
    {
        if (shape.IsEmpty)
        {
            shown.Add(values[0]);
            return;
        }

        int size = shape[0];
        int stride = values.Length / size;
        for (int i = 0; i < size; i++)
        {
            if (summarise && size > 2 * EdgeItems && i == EdgeItems)
                i = size - EdgeItems;
            CollectShown(values.Slice(i * stride, stride), shape[1..], summarise, shown);
        }
    }

    private static string[] PlainCells<T>(List<T> shown, Func<T, string> cell, out int width)
        where T : unmanaged
    {
        string[] cells = new string[shown.Count];
        width = 1;
        for (int i = 0; i < cells.Length; i++)
        {
            cells[i] = cell(shown[i]);
            width = Math.Max(width, cells[i].Length);
        }

        Pad(cells, width);
        return cells;
    }

    private static string[] FloatCells<T>(List<T> shown, out int width)
        where T : unmanaged
    {
        bool whole = true;
        double smallest = double.PositiveInfinity;
        double largest = 0;
        foreach (T element in shown)
        {
            double value = ToDouble(element);
            if (!IsRegular(value))
                continue;
            whole &= value == Math.Ceiling(value);
            smallest = Math.Min(smallest, Math.Abs(value));
            largest = Math.Max(largest, Math.Abs(value));
        }

        bool scientific = largest / smallest > 1000 || largest > 1e8 || (!whole && smallest < 1e-4);
        string[] cells = new string[shown.Count];
        width = 1;
        for (int i = 0; i < cells.Length; i++)
        {
            double value = ToDouble(shown[i]);
            cells[i] = scientific ? Scientific(value) : Fixed(value, whole);
            // PyTorch ignores zeros, infinities and NaN here, so a row of whole numbers may end up uneven.
            if (IsRegular(value))
                width = Math.Max(width, cells[i].Length);
        }

        Pad(cells, width);
        return cells;
    }

    private static bool IsRegular(double value) => double.IsFinite(value) && value != 0;

    private static void Pad(string[] cells, int width)
    {
        for (int i = 0; i < cells.Length; i++)
            cells[i] = cells[i].PadLeft(width);
    }

    private static string Fixed(double value, bool whole)
    {
        if (!double.IsFinite(value))
            return NonFinite(value);
        return whole
            ? value.ToString("F0", CultureInfo.InvariantCulture) + "."
            : value.ToString("F4", CultureInfo.InvariantCulture);
    }

    private static string Scientific(double value)
    {
        if (!double.IsFinite(value))
            return NonFinite(value);
        var (mantissa, exponent) = SplitExponent(value.ToString("E4", CultureInfo.InvariantCulture));
        return mantissa + ExponentText(exponent);
    }

    private static string NonFinite(double value) =>
        double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";

    private static string ShortestText(double value)
    {
        // .NET drops a digit too many from two powers of two, 2^-25 and 2^-958, so make sure.
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return double.Parse(text, CultureInfo.InvariantCulture) == value
            ? text
            : value.ToString("E16", CultureInfo.InvariantCulture);
    }

    private static (string Mantissa, int Exponent) SplitExponent(string text)
    {
        int mark = text.IndexOf('E', StringComparison.Ordinal);
        return mark < 0
            ? (text, 0)
            : (text[..mark], int.Parse(text.AsSpan(mark + 1), NumberStyles.Integer, CultureInfo.InvariantCulture));
    }

    // Python writes the exponent with two digits at least, .NET with three.
    private static string ExponentText(int exponent) =>
        (exponent < 0 ? "e-" : "e+") + Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture);

    private static void AppendSuffixes(StringBuilder text, List<string> suffixes)
    {
        int lastBreak = text.Length - 1;
        while (lastBreak >= 0 && text[lastBreak] != '\n')
            lastBreak--;

        // PyTorch counts two columns too many until it breaks the line, so a line that would just fit is broken too.
        int column = text.Length - lastBreak + 1;
        foreach (string suffix in suffixes)
        {
            bool breaks = column + 2 + suffix.Length > LineWidth;
            text.Append(breaks ? ",\n" + new string(' ', Prefix.Length) : ", ").Append(suffix);
            column = (breaks ? Prefix.Length : column + 2) + suffix.Length;
        }
    }

    private static bool IsFloating<T>() => typeof(T) == typeof(float) || typeof(T) == typeof(double);

    private static bool IsToldByItsElements<T>() => typeof(T) == typeof(long) || typeof(T) == typeof(bool);

    private static double ToDouble<T>(T value) => value switch
    {
        float number => number,
        double number => number,
        _ => throw Unsupported<T>(),
    };

    private static string PlainText<T>(T value) => value switch
    {
        bool truth => truth ? "True" : "False",
        int number => number.ToString(CultureInfo.InvariantCulture),
        long number => number.ToString(CultureInfo.InvariantCulture),
        _ => throw Unsupported<T>(),
    };

    private static string TypeName<T>() =>
        typeof(T) == typeof(double) ? "torch.float64"
        : typeof(T) == typeof(int) ? "torch.int32"
        : typeof(T) == typeof(long) ? "torch.int64"
        : typeof(T) == typeof(bool) ? "torch.bool"
        : throw Unsupported<T>();

    private static NotSupportedException Unsupported<T>() => new($"Tensors of {typeof(T)} cannot be printed.");

    /// <summary>Sets finished cells, given in the order of printing, into nested brackets.</summary>
    private sealed class Layout(StringBuilder text, string[] cells, int cellsPerLine, bool summarise)
    {
        private int _next;

        internal void Append(ReadOnlySpan<int> shape, int indent)
        {
            if (shape.IsEmpty)
            {
                text.Append(cells[_next++]);
                return;
            }

            bool isRow = shape.Length == 1;
            int size = shape[0];
            text.Append('[');
            for (int i = 0, item = 0; i < size; i++, item++)
            {
                if (item > 0 && isRow && item % cellsPerLine != 0)
                    text.Append(", ");
                else if (item > 0)
                    text.Append(',').Append('\n', Math.Max(1, shape.Length - 1)).Append(' ', indent + 1);

                if (summarise && size > 2 * EdgeItems && i == EdgeItems)
                {
                    text.Append(isRow ? " ..." : "...");
                    i = size - EdgeItems - 1;
                }
                else
                {
                    Append(shape[1..], indent + 1);
                }
            }

            text.Append(']');
        }
    }
}
