using System.Globalization;

namespace SimpleGrad.Cli;

/// <summary>
/// The header of an .npy file: a dictionary in Python's notation with exactly the keys <c>descr</c>,
/// <c>fortran_order</c> and <c>shape</c>.
/// </summary>
/// <param name="Type">The type of the elements, as NumPy's typestr: <c>&lt;f8</c>.</param>
/// <param name="IsFortran">Whether the first axis varies fastest.</param>
/// <param name="Lengths">The shape.</param>
internal sealed record NpyHeader(string Type, bool IsFortran, int[] Lengths)
{
    /// <exception cref="InvalidDataException">The text is no such dictionary; the message says why.</exception>
    public static NpyHeader Parse(string text) => new Parser(text).Parse();

    private sealed class Parser(string text)
    {
        private const int MaxAxes = 64; // NumPy's own limit
        private int _next;

        public NpyHeader Parse()
        {
            (string? type, bool? isFortran, int[]? lengths) = (null, null, null);
            Expect('{');
            while (!Accepts('}'))
            {
                string key = Text();
                bool isNew = key switch
                {
                    "descr" => type is null,
                    "fortran_order" => isFortran is null,
                    "shape" => lengths is null,
                    _ => throw Wrong($"'{key}' is not one of its keys"),
                };
                if (!isNew)
                    throw Wrong($"the key '{key}' appears twice");
                Expect(':');
                if (key == "descr")
                    type = Accepts('[')
                        ? throw new InvalidDataException(
                            "its elements are records with several fields; write one field as an array of its own.")
                        : Text();
                else if (key == "fortran_order")
                    isFortran = Truth();
                else
                    lengths = Tuple();
                if (!Accepts(','))
                {
                    Expect('}');
                    break;
                }
            }
            SkipSpaces();
            if (_next < text.Length)
                throw Wrong("something follows its closing brace");
            return new NpyHeader(
                type ?? throw Wrong("'descr' is missing"),
                isFortran ?? throw Wrong("'fortran_order' is missing"),
                lengths ?? throw Wrong("'shape' is missing"));
        }

        private int[] Tuple()
        {
            var lengths = new List<int>();
            Expect('(');
            bool hasComma = true;
            while (!Accepts(')'))
            {
                if (!hasComma)
                    throw Wrong("a comma is missing in 'shape'");
                if (lengths.Count == MaxAxes)
                    throw new InvalidDataException($"its shape has more than {MaxAxes} axes.");
                lengths.Add(Length());
                hasComma = Accepts(',');
            }
            // In Python a number in parentheses is a number.
            return lengths.Count == 1 && !hasComma ? throw Wrong("'shape' is not a tuple") : [.. lengths];
        }

        private int Length()
        {
            SkipSpaces();
            int first = _next;
            while (_next < text.Length && char.IsAsciiDigit(text[_next]))
                _next++;
            ReadOnlySpan<char> digits = text.AsSpan(first, _next - first);
            if (digits.IsEmpty || (digits.Length > 1 && digits[0] == '0'))
                throw Wrong("a length in 'shape' is not a whole number from 0 on");
            if (_next < text.Length && text[_next] == 'L')
                _next++; // Python 2 wrote long numbers so
            return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int length)
                ? length
                : throw new InvalidDataException($"its shape has an axis of more than {int.MaxValue} elements.");
        }

        private string Text()
        {
            SkipSpaces();
            char quote = _next < text.Length ? text[_next] : '\0';
            int end = quote is '\'' or '"' ? text.IndexOf(quote, _next + 1) : -1;
            if (end < 0)
                throw Wrong("a string in quotes is missing");
            string content = text[(_next + 1)..end];
            if (content.AsSpan().ContainsAny('\\', '\n'))
                throw Wrong("a string has a backslash or a line break");
            _next = end + 1;
            return content;
        }

        private bool Truth()
        {
            SkipSpaces();
            foreach (bool value in new[] { true, false })
            {
                if (text.AsSpan(_next).StartsWith(value ? "True" : "False"))
                {
                    _next += value ? 4 : 5;
                    return value;
                }
            }
            throw Wrong("'fortran_order' is neither True nor False");
        }

        private bool Accepts(char expected)
        {
            SkipSpaces();
            if (_next == text.Length || text[_next] != expected)
                return false;
            _next++;
            return true;
        }

        private void Expect(char expected)
        {
            if (!Accepts(expected))
                throw Wrong($"'{expected}' is missing");
        }

        private void SkipSpaces()
        {
            while (_next < text.Length && text[_next] is ' ' or '\t' or '\r' or '\n')
                _next++;
        }

        private InvalidDataException Wrong(string reason) =>
            new($"its header is not understood: {reason}, at character {_next + 1} of: {text.Trim()}");
    }
}
