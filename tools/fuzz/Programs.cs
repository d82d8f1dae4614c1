using System.Text.RegularExpressions;

namespace SimpleGrad.Fuzz;

/// <summary>Programs: expressions and statements, damaged word by word.</summary>
internal sealed partial class Programs : Target
{
    private static readonly string[] _programs =
    [
        "a * b + Exp(-a)", "var t = a * b; return (t + Sin(t)).Sum();", "Pow(a, 2) / (1 + b * b)",
        "m.MatMul(m.Transpose()).Sum(0).Log()", "m.Softmax(1).Amax() - s", "Where(a > b, a, b).Mean()",
        "m[0..1] + m[.., 1]", "var x = m.Reshape(3, 2); var y = x.Sum(1); return y * s;", "a.Norm() + s.Sqrt()",
        "-a + 2 * (b - 1e-3) / 3.5", "Maximum(a, 0.5).CumSum(0)", "m.Mean([0], keepDims: true).Tanh()", "s", "1.5",
        "a.Clamp(-1, 1).Sigmoid().LogAddExp(b)", "m.Sort(1).Values", "(a >= b) * s", "m.Permute(1, 0).Flip(0)",
    ];

    private static readonly string[] _words =
    [
        "a", "b", "m", "s", "(", ")", "[", "]", ",", ";", ".", "..", "+", "-", "*", "/", "%", "<", ">", "==", "!", "?",
        ":", "=", "=>", "var", "return", "{", "}", "\"", "'", "//", "/*", "#", "@", "$", "\\", "0", "1", "-1", "2", "3",
        "1e308", "1e-320", "0.5", "7f", "0x10", "true", "null", "keepDims: true", "new", "typeof", "^1", "é", "𝒙", "\0",
        "\n", "\t", "2147483648", "99999999999999999999", "NaN", "double", "x => x", "default", "a.a", "Values",
    ];

    private static readonly string[] _operators =
    [
        .. typeof(Variable<double>).GetMethods().Concat(typeof(Variable).GetMethods())
            .Where(method => !method.IsSpecialName).Select(method => method.Name).Distinct()
            .Order(StringComparer.Ordinal),
    ];

    public override IReadOnlyList<byte[]> Seeds { get; } = [.. _programs.Select(Of)];

    public override byte[] Damage(Random random, byte[] input, byte[] other)
    {
        if (random.Next(4) == 0)
            return base.Damage(random, input, other);
        List<string> words = [.. Words.Matches(Text(input)).Select(match => match.Value)];
        string[] others = [.. Words.Matches(Text(other)).Select(match => match.Value)];
        for (int times = random.Next(1, 6); times > 0; times--)
        {
            int at = random.Next(words.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < words.Count:
                    words.RemoveAt(at);
                    break;
                case 1 when at < words.Count:
                    words[at] = Word();
                    break;
                case 2:
                    words.Insert(at, Word());
                    break;
                case 3:
                    words.Insert(at, $".{_operators[random.Next(_operators.Length)]}({Word()})");
                    break;
                case 4 when others.Length > 0:
                    int from = random.Next(others.Length);
                    words.InsertRange(at, others[from..Math.Min(others.Length, from + random.Next(1, 8))]);
                    break;
                default:
                    words.InsertRange(at, [.. words.Skip(at).Take(random.Next(1, 5))]);
                    break;
            }
        }
        return Of(string.Concat(words));

        string Word() => random.Next(3) == 0
            ? _operators[random.Next(_operators.Length)]
            : _words[random.Next(_words.Length)];
    }

    public override bool Feed(byte[] input)
    {
        string program = Text(input);
        if (program.Length > 2000)
            return false;
        string[] variables =
            ["--var", "a=0.5,-1,2", "--var", "b=1,2,3", "--var", "m=[[1,2,3],[4,5,6.5]]", "--var", "s=0.25"];
        if (Run(["grad", program, "--json", .. variables]) is not { } answer)
            return false;
        _ = Value(answer);
        _ = Run(["explain", program, .. variables]);
        return true;
    }

    [GeneratedRegex(@"\w+|\s+|\W")]
    private static partial Regex Words { get; }
}
