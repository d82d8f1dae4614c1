using System.Globalization;
using System.Numerics;

namespace SimpleGrad.Tests.Kernels;

/// <summary>
/// Values and derivatives of elementwise functions over the range of their type, against numbers computed with mpmath
/// to a thousand digits (tools/derivatives/reference.py): eager, and compiled.
/// </summary>
public sealed class DerivativeAccuracyTests
{
    private const double Units = 8;

    private static readonly Dictionary<(string Type, string Name), string[][]> _exact = TestData
        .Lines("derivatives.txt").Select(line => line.Split(' ')).GroupBy(cells => (cells[0], cells[1]))
        .ToDictionary(group => group.Key, group => group.Select(cells => cells[2..]).ToArray());

    public static TheoryData<string> Names => [.. _exact.Keys.Select(key => key.Name).Distinct()];

    [Theory, MemberData(nameof(Names))]
    public void Doubles_keep_their_digits(string name) => Check<double>("double", name);

    [Theory, MemberData(nameof(Names))]
    public void Floats_keep_their_digits(string name) => Check<float>("float", name);

    private static void Check<T>(string type, string name) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string[][] lines = _exact[(type, name)];
        T[] x = [.. lines.Select(cells => T.CreateChecked(Number(cells[0])))];
        var failures = new List<string>();
        Variable<T> Function(Variable<T> v) => FunctionOf(name, v);
        Aggregate<T> compiled = Aggregate.Compile<T>(Function, name);
        foreach (bool isCompiled in new[] { false, true })
        {
            var tape = new Tape<T>();
            Variable<T> v = tape.Variable(x), y = isCompiled ? compiled.Invoke(v) : Function(v);
            for (int order = 0; order < lines[0].Length - 1; order++)
            {
                if (order > 0)
                    y = tape.Grad(y, v, zeros: true)!;
                T[] results = y.Value.ToArray();
                for (int i = 0; i < x.Length; i++)
                {
                    string cell = lines[i][order + 1];
                    if (cell == "-")
                        continue;
                    double exact = Number(cell), units = Math.Abs(double.CreateChecked(results[i]) - exact)
                        / UnitOf<T>(Math.Max(Math.Abs(exact), Floor<T>(name, order, Number(lines[i][0]))));
                    if (!(units <= Units))
                        failures.Add(
                            $"order {order} at {x[i]:R}: {results[i]:R}, not {exact:R}, {units:G3} units "
                            + (isCompiled ? "(compiled)" : ""));
                }
            }
        }
        Assert.True(failures.Count == 0, $"{name}, {type}:\n{string.Join('\n', failures)}");
    }

    /// <summary>Near the zeros of a derivative that is a sum of two terms, its digits are those of the terms.</summary>
    private static double Floor<T>(string name, int order, double x) => name switch
    {
        "silu" or "gelu" or "gelu_tanh" or "mish" when order > 0 && Math.Abs(x) < 4 => 0.25,
        "ndtr" when order == 3 && Math.Abs(x) is > 0.5 and < 2 => 0.25,
        "log_ndtr" when order == 3 && Math.Abs(x) < 1.8 => 1,
        // Products of factors of which one is a subnormal number.
        "silu" or "gelu_tanh" or "mish" or "erf" or "erfc" or "erfcx" => typeof(T) == typeof(double) ? 1e-305 : 1e-35,
        _ => 0,
    };

    private static double UnitOf<T>(double size) => typeof(T) == typeof(double)
        ? Math.BitIncrement(size) - size
        : Math.ScaleB(1, Math.Max(size == 0 ? -149 : Math.ILogB(size) - 23, -149));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static Variable<T> FunctionOf<T>(string name, Variable<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => name switch
        {
            "sigmoid" => x.Sigmoid(),
            "tanh" => x.Tanh(),
            "expm1" => x.Expm1(),
            "elu" => x.Elu(),
            "celu" => x.Celu(2),
            "softplus" => x.Softplus(threshold: double.PositiveInfinity),
            "logsigmoid" => x.LogSigmoid(),
            "bce" => x.BinaryCrossEntropyWithLogits(x.Detach() * 0, LossReduction.None),
            "logaddexp" => x.LogAddExp(x.Detach() * 0),
            "silu" => x.Silu(),
            "gelu" => x.Gelu(),
            "gelu_tanh" => x.GeluTanh(),
            "mish" => x.Mish(),
            "tanhshrink" => x.Tanhshrink(),
            "logit" => x.Logit(),
            "sinc" => x.Sinc(),
            "asinh" => x.Asinh(),
            "acosh" => x.Acosh(),
            "atanh" => x.Atanh(),
            "asin" => x.Asin(),
            "acos" => x.Acos(),
            "atan" => x.Atan(),
            "exp2" => x.Exp2(),
            "log1p" => x.Log1p(),
            "sinh" => x.Sinh(),
            "cosh" => x.Cosh(),
            "erf" => x.Erf(),
            "erfc" => x.Erfc(),
            "erfinv" => x.Erfinv(),
            "softsign" => x.Softsign(),
            "ndtr" => x.Ndtr(),
            "log_ndtr" => x.LogNdtr(),
            "ndtri" => x.Ndtri(),
            "erfcx" => x.Erfcx(),
            ['p', 'o', 'w', '_', .. var exponent] => x.Pow(Number(exponent)),
            _ => throw new ArgumentException($"No function {name}.", nameof(name)),
        };
}
