using System.Numerics;
using SimpleGrad.Tests.Compiler;
using SimpleGrad.Tests.Reports;

namespace SimpleGrad.Tests.Properties;

/// <summary>
/// Every operator at singular and extreme points: zeros of both signs, infinities, NaN, ties, tiny and huge numbers.
/// Whatever the derivatives are there, each way to compute them gives the same.
/// </summary>
public sealed class SingularPointTests
{
    private static readonly Shape[][] _shapes =
    [
        [[3]], [[2, 2]], [[1, 2, 2]], [[]],
        [[2], [2]], [[2, 2], [2]], [[2, 2], [2, 2]], [[], []],
        [[2], [2], [2]], [[2, 2], [2], []], [[], [], []],
    ];

    public static IEnumerable<TheoryDataRow<string>> Operators => CompiledOperatorTests.Operators;

    [Theory, MemberData(nameof(Operators))]
    public void Modes_agree_in_double(string name) => AssertModesAgree<double>(name, 1e-9);

    [Theory, MemberData(nameof(Operators))]
    public void Modes_agree_in_float(string name) => AssertModesAgree<float>(name, 1e-3);

    private static void AssertModesAgree<T>(string name, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        OperatorUse<T> use = OperatorTable<T>.All.Single(use => use.Name == name);
        var wrong = new List<string>();
        foreach (Shape[] shapes in _shapes.Where(s => s.Length == use.Arity && use.Fits(s)).Take(2))
        {
            var modes = new Modes<T>(Joined(use, shapes));
            foreach ((T[] at, string point) in Points(use, shapes))
            {
                try
                {
                    // Sums of what is infinite depend on their order.
                    if (!use.IsElementwise && !Array.TrueForAll(modes.Value(at), T.IsFinite))
                        continue;
                    // What is lost beside a huge number, or a huge slope, is lost in another place in each mode.
                    double scale = use.IsElementwise ? 0 : Math.Max(Scale(at), Scale([.. at.Select(x => T.One / x)]));
                    Compare(modes.Gradients(at), scale, $"{point}, order 1");
                    Compare(modes.Hessians(at), scale, $"{point}, order 2");
                }
                catch (Exception e) when (e is ArgumentException or CoincidingEigenvaluesException)
                {
                    // Refused: a matrix without an inverse, say.
                }
            }
        }
        Assert.True(wrong.Count == 0, $"{wrong.Count}:\n" + string.Join("\n", wrong.Take(20)));

        void Compare(IEnumerable<(string Mode, T[] Numbers)> modes, double scale, string point)
        {
            T[]? first = null;
            foreach ((string mode, T[] numbers) in modes)
            {
                first ??= numbers;
                scale = Math.Max(scale, Scale(use.IsElementwise ? first : numbers));
                int i = first.Zip(numbers, (x, y) => AreClose(x, y, tolerance, scale)).ToList().IndexOf(false);
                if (i >= 0)
                    wrong.Add($"{point}, {mode}: element {i} is {numbers[i]}, by reverse mode {first[i]}");
            }
        }
    }

    /// <summary>The operator as a function of the elements of all its operands.</summary>
    private static Func<Variable<T>, Variable<T>> Joined<T>(OperatorUse<T> use, Shape[] shapes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => all =>
        {
            int first = 0;
            var operands = new Variable<T>[shapes.Length];
            for (int i = 0; i < operands.Length; i++)
            {
                int length = shapes[i].FlattenedLength;
                operands[i] = all.Slice(0, first, first + length).Reshape(shapes[i]);
                first += length;
            }
            return use.Apply(operands, 0);
        };

    private static double Scale<T>(T[] numbers) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        numbers.Where(T.IsFinite).Select(x => Math.Abs(double.CreateChecked(x))).DefaultIfEmpty().Max();

    private static bool AreClose<T>(T x, T y, double tolerance, double scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        T.IsFinite(x)
            ? Math.Abs(double.CreateChecked(x) - double.CreateChecked(y))
                <= tolerance * Math.Max(Math.Max(1, scale), Math.Abs(double.CreateChecked(x)))
            : T.IsNaN(x) ? T.IsNaN(y) : x == y;

    private static IEnumerable<(T[] At, string Point)> Points<T>(OperatorUse<T> use, Shape[] shapes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // The cubes of these and of their reciprocals are still numbers, as second derivatives need.
        T tiny = T.ScaleB(T.One, typeof(T) == typeof(float) ? -40 : -330);
        T[] regular = [.. OperatorPropertyTests.Inputs(use, shapes).SelectMany(input => input.ToArray())];
        foreach (T special in new[]
            { T.Zero, T.NegativeZero, T.One, T.PositiveInfinity, T.NegativeInfinity, T.NaN, tiny, T.One / tiny })
        {
            yield return ([.. regular.Select(_ => special)], $"all {special} of {shapes[0]}");
            int end = 0;
            foreach (Shape shape in shapes)
            {
                end += shape.FlattenedLength;
                T[] at = [.. regular];
                at[end - 1] = special;
                yield return (at, $"element {end - 1} of {shapes[0]} is {special}");
            }
        }
    }
}
