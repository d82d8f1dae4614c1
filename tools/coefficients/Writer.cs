using System.Globalization;
using System.Text;

namespace SimpleGrad.Coefficients;

/// <summary>Writes the methods that evaluate polynomials, by Horner's scheme.</summary>
internal sealed class Writer
{
    private const int MaxColumns = 120;

    private readonly StringBuilder _text = new();

    public static string File(IEnumerable<(Table Table, double Error)> tables)
    {
        var writer = new Writer();
        writer._text.Append("""
            // Written by tools/coefficients, which proves the errors; do not edit.
            using System.Runtime.CompilerServices;

            namespace SimpleGrad;

            internal static unsafe partial class VectorMath<TSimd, TVector, T>
            {

            """.ReplaceLineEndings("\n"));
        bool isFirst = true;
        foreach ((Table table, double error) in tables)
        {
            if (!isFirst)
                writer._text.Append('\n');
            isFirst = false;
            writer.Method(table, error);
        }
        return writer._text.Append("}\n").ToString();
    }

    private void Method(Table table, double error)
    {
        Summary($"{table.Summary} The relative error of the function is below 2^{Math.Ceiling(Math.Log2(error))}.");
        _text.Append("    [MethodImpl(MethodImplOptions.AggressiveInlining)]\n");
        string[] numbers = [.. table.Coefficients.Select(
            number => number.ToString("R", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal))];
        _text.Append($"    private static TVector {table.Name}(TVector x)");
        if (numbers.Length <= 5)
        {
            _text.Append(" =>\n");
            Call("Polynomial(x, ", numbers);
            return;
        }
        _text.Append("\n    {\n");
        if (table.Unsplit is int unsplit)
        {
            string[] upper = numbers[..^unsplit];
            _text.Append("        TVector square = Square(x);\n");
            Call("TVector even = Polynomial(square, ", [.. upper.Where((_, i) => (upper.Length - i) % 2 == 1)]);
            Call("TVector odd = Polynomial(square, ", [.. upper.Where((_, i) => (upper.Length - i) % 2 == 0)]);
            const string joined = "TSimd.MultiplyAdd(odd, x, even)";
            if (unsplit == 0)
                _text.Append($"        return {joined};\n");
            else
                Call($"return Horner({joined}, x, ", numbers[^unsplit..]);
        }
        else
        {
            Horner(numbers);
        }
        _text.Append("    }\n");
    }

    private void Horner(string[] numbers)
    {
        int done = numbers.Length % 2 == 0 ? 4 : 5;
        Call("TVector p = Polynomial(x, ", numbers[..done]);
        while (done < numbers.Length)
        {
            int count = Math.Min(4, numbers.Length - done);
            string start = done + count == numbers.Length ? "return Horner(p, x, " : "p = Horner(p, x, ";
            Call(start, numbers[done..(done + count)]);
            done += count;
        }
    }

    /// <summary>A statement that is a call, in several lines where it is too long for one.</summary>
    private void Call(string start, string[] numbers)
    {
        string line = $"        {start}{string.Join(", ", numbers)});";
        if (line.Length <= MaxColumns)
        {
            _text.Append(line).Append('\n');
            return;
        }
        int open = start.IndexOf('(', StringComparison.Ordinal) + 1;
        _text.Append($"        {start[..open]}\n");
        line = $"            {start[open..].TrimEnd()}";
        for (int i = 0; i < numbers.Length; i++)
        {
            string number = numbers[i] + (i == numbers.Length - 1 ? ");" : ",");
            if (line.Length + 1 + number.Length > MaxColumns)
            {
                _text.Append(line).Append('\n');
                line = "           ";
            }
            line += " " + number;
        }
        _text.Append(line).Append('\n');
    }

    private void Summary(string text)
    {
        string line = $"    /// <summary>{text}</summary>";
        if (line.Length <= MaxColumns)
        {
            _text.Append(line).Append('\n');
            return;
        }
        _text.Append("    /// <summary>\n");
        line = "    ///";
        foreach (string word in text.Split(' '))
        {
            if (line.Length + 1 + word.Length > MaxColumns)
            {
                _text.Append(line).Append('\n');
                line = "    ///";
            }
            line += " " + word;
        }
        _text.Append(line).Append("\n    /// </summary>\n");
    }
}
