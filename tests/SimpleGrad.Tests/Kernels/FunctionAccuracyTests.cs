using System.Globalization;
using System.Numerics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace SimpleGrad.Tests.Kernels;

/// <summary>The bounds of docs/accuracy.md, against values computed with hundreds of digits.</summary>
public sealed class FunctionAccuracyTests
{
    private static readonly Dictionary<string, (double Double, double Float)> _bounds = File
        .ReadLines(Path.Combine(Repository.Root, "docs", "accuracy.md"))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .Where(cells => cells.Length == 6 && double.TryParse(cells[2], CultureInfo.InvariantCulture, out _))
        .ToDictionary(cells => cells[1], cells => (Number(cells[2]), Number(cells[3])));

    private static readonly Dictionary<string, string[][]> _exact = TestData.Lines("functions.txt")
        .Select(line => line.Split(' ')).GroupBy(cells => cells[0])
        .ToDictionary(group => group.Key, group => group.ToArray());

    private static readonly double[] _ends =
    [
        0, -0.0, 1, -1, 2, -2, 0.5, -0.5, 3, double.PositiveInfinity, double.NegativeInfinity, double.NaN, 1e300,
        -1e300, double.Epsilon, -double.Epsilon, double.MaxValue, double.MinValue, 710, 709.78, -746, 800, -800,
    ];

    public static TheoryData<string> Names => [.. _bounds.Keys];

    public static TheoryData<string> NamesOfFunctionsOfC =>
    [
        "exp", "log", "log2", "log10", "sin", "cos", "tan", "tanh", "sinh", "cosh", "asin", "acos", "atan", "asinh",
        "acosh", "atanh", "atan2", "hypot", "pow",
    ];

    /// <summary>Whether a product and a sum are rounded once.</summary>
    private static bool IsFused => Fma.IsSupported || AdvSimd.IsSupported;

    [Fact]
    public void All_functions_have_bounds_and_exact_values()
    {
        Assert.True(_bounds.Count >= 29);
        Assert.Equal(_bounds.Keys.Order(), _exact.Keys.Order());
    }

    [Theory, MemberData(nameof(Names))]
    public void Doubles_are_near_the_exact_values(string name)
    {
        string[][] lines = _exact[name];
        double[] x = [.. lines.Select(cells => Double(cells[1]))], y = [.. lines.Select(cells => Double(cells[2]))];
        double[] results = Compute(Operators<double>.Of(name), x, y);
        for (int i = 0; i < results.Length; i++)
        {
            double exact = Double(lines[i][^2]), rest = Double(lines[i][^1]);
            double error = double.IsInfinity(exact) || results[i] == exact
                ? results[i] == exact ? Math.Abs(rest) : double.PositiveInfinity
                : Math.Abs(results[i] - exact - rest);
            double size = Size(name, x[i], exact), units = error / (Math.BitIncrement(size) - size);
            Assert.True(units <= _bounds[name].Double || double.IsInfinity(exact) && results[i] == exact,
                $"{name}({x[i]:R}, {y[i]:R}) is {results[i]:R}, not {exact:R}: {units:F2} units.");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Floats_are_near_the_doubles(string name)
    {
        const int count = 200_000;
        var random = new Random(1);
        float[] x = [.. Enumerable.Range(0, count).Select(i => Sample(random, i))];
        float[] y = [.. Enumerable.Range(0, count).Select(i => Sample(random, i + 1))];
        float[] results = Compute(Operators<float>.Of(name), x, y);
        double[] exact = Compute(
            Operators<double>.Of(name), [.. x.Select(value => (double)value)], [.. y.Select(value => (double)value)]);
        double worst = 0, bound = _bounds[name].Float + (IsFused ? 0 : 1);
        for (int i = 0; i < count; i++)
        {
            float rounded = (float)exact[i];
            if (rounded.Equals(results[i]))
                continue;
            double units = Math.Abs(results[i] - exact[i])
                / Math.ScaleB(1, Math.Max(Math.ILogB(Size(name, x[i], exact[i])) - 23, -149));
            if (float.IsInfinity(rounded) || float.IsInfinity(results[i]))
                units = Math.Abs((double)Math.Clamp(rounded, float.MinValue, float.MaxValue)
                    - Math.Clamp(results[i], float.MinValue, float.MaxValue)) / 2e31;
            worst = Math.Max(worst, units);
            Assert.True(units <= bound,
                $"{name}({x[i]:R}, {y[i]:R}) is {results[i]:R}, not {exact[i]:R}: {units:F2} units.");
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {worst:F2}");
    }

    [Theory, MemberData(nameof(NamesOfFunctionsOfC))]
    public void Ends_are_those_of_C(string name)
    {
        double[] x = _ends, y = _ends;
        if (name is "pow" or "atan2" or "hypot")
        {
            x = [.. _ends.SelectMany(value => Enumerable.Repeat(value, _ends.Length))];
            y = [.. _ends.SelectMany(_ => _ends)];
        }
        double[] results = Compute(Operators<double>.Of(name), x, y);
        for (int i = 0; i < x.Length; i++)
        {
            double expected = Operators<double>.OfC(name, x[i], y[i]);
            double unit = Math.BitIncrement(Math.Abs(expected)) - Math.Abs(expected);
            Assert.True(
                results[i].Equals(expected) && double.IsNegative(results[i]) == double.IsNegative(expected)
                || double.IsNaN(expected) && double.IsNaN(results[i])
                || expected != 0 && double.IsFinite(expected) && Math.Abs(results[i] - expected) <= 4 * unit,
                $"{name}({x[i]:R}, {y[i]:R}) is {results[i]:R}, not {expected:R}.");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Numbers_by_themselves_have_the_same_value(string name)
    {
        Check<float>(name);
        Check<double>(name);
    }

    private static void Check<T>(string name) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = [.. _ends.Concat(Enumerable.Range(0, 100).Select(i => 0.37 * i - 9)).Select(T.CreateTruncating)];
        T[] y = [.. x.Reverse()];
        Operator<T> function = Operators<T>.Of(name);
        T[] together = Compute(function, x, y);
        for (int i = 0; i < x.Length; i++)
        {
            T number, inTensor = Compute(function, [x[i]], [y[i]])[0];
            if (function is UnaryOperator<T> unary)
                Assert.True(unary.TryCompute(x[i], out number));
            else
                Assert.True(((BinaryOperator<T>)function).TryCompute(x[i], y[i], out number));
            Assert.True(number.Equals(together[i]), $"{name}({x[i]}, {y[i]}) is {number} and {together[i]}.");
            Assert.Equal(inTensor, together[i]);
        }
    }

    private static float Sample(Random random, int i)
    {
        return (i % 4) switch
        {
            0 => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)),
            1 => (float)(2 * random.NextDouble() - 1),
            2 => (float)(20 * random.NextDouble() - 10),
            _ => (float)(200 * random.NextDouble() - 100),
        };
    }

    /// <summary>What the units are those of: near most of their zeros, two functions have no digits.</summary>
    private static double Size(string name, double x, double exact) => name switch
    {
        "digamma" when x != 0 => Math.Max(Math.Max(1, Math.Log(Math.Abs(x))), Math.Abs(exact)),
        "lgamma" when x < 0 => Math.Max(1, Math.Abs(exact)),
        _ => Math.Abs(exact),
    };

    private static T[] Compute<T>(Operator<T> function, T[] x, T[] y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => function is UnaryOperator<T> unary
            ? unary.Compute(Tensor.Create<T>(x, [x.Length])).ToArray()
            : ((BinaryOperator<T>)function).Compute(
                Tensor.Create<T>(x, [x.Length]), Tensor.Create<T>(y, [x.Length])).ToArray();

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static double Double(string bits) => BitConverter.Int64BitsToDouble(
        long.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    private static class Operators<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static Operator<T> Of(string name) => name switch
        {
            "exp" => ExpOperator<T>.Instance,
            "exp2" => Exp2Operator<T>.Instance,
            "expm1" => Expm1Operator<T>.Instance,
            "log" => LogOperator<T>.Instance,
            "log2" => Log2Operator<T>.Instance,
            "log10" => Log10Operator<T>.Instance,
            "log1p" => Log1pOperator<T>.Instance,
            "sin" => SinOperator<T>.Instance,
            "cos" => CosOperator<T>.Instance,
            "tan" => TanOperator<T>.Instance,
            "tanh" => TanhOperator<T>.Instance,
            "sinh" => SinhOperator<T>.Instance,
            "cosh" => CoshOperator<T>.Instance,
            "asin" => AsinOperator<T>.Instance,
            "acos" => AcosOperator<T>.Instance,
            "atan" => AtanOperator<T>.Instance,
            "atan2" => Atan2Operator<T>.Instance,
            "asinh" => AsinhOperator<T>.Instance,
            "acosh" => AcoshOperator<T>.Instance,
            "atanh" => AtanhOperator<T>.Instance,
            "hypot" => HypotOperator<T>.Instance,
            "sigmoid" => SigmoidOperator<T>.Instance,
            "erf" => ErfOperator<T>.Instance,
            "erfc" => ErfcOperator<T>.Instance,
            "erfinv" => ErfinvOperator<T>.Instance,
            "gelu" => GeluOperator<T>.Instance,
            "lgamma" => LgammaOperator<T>.Instance,
            "digamma" => DigammaOperator<T>.Instance,
            "pow" => PowOperator<T>.Instance,
            _ => throw new ArgumentException($"No function {name}.", nameof(name)),
        };

        public static T OfC(string name, T x, T y) => name switch
        {
            "exp" => T.Exp(x),
            "log" => T.Log(x),
            "log2" => ILog2(x),
            "log10" => T.Log10(x),
            "sin" => T.Sin(x),
            "cos" => T.Cos(x),
            "tan" => T.Tan(x),
            "tanh" => T.Tanh(x),
            "sinh" => T.Sinh(x),
            "cosh" => T.Cosh(x),
            "asin" => T.Asin(x),
            "acos" => T.Acos(x),
            "atan" => T.Atan(x),
            "atan2" => T.Atan2(x, y),
            "asinh" => T.Asinh(x),
            "acosh" => T.Acosh(x),
            "atanh" => T.Atanh(x),
            "hypot" => T.Hypot(x, y),
            "pow" => T.Pow(x, y),
            _ => throw new ArgumentException($"C has no function {name}.", nameof(name)),
        };

        private static TNumber ILog2<TNumber>(TNumber x) where TNumber : ILogarithmicFunctions<TNumber> =>
            TNumber.Log2(x);
    }
}
