using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad.Aot;

/// <summary>
/// Compiles an aggregate and differentiates it twice, in a program that is itself compiled ahead of time, so that no
/// kernel can be emitted; and compares with the operators one by one. The exit code says whether all is well.
/// </summary>
internal static class AheadOfTime
{
    private const int Length = 1000;

    private static int Main()
    {
        Console.WriteLine(KernelExecution.Reason);
        bool isWell = IsClose<float>(1e-5) & IsClose<double>(1e-13);
        Console.WriteLine(isWell ? "compiled equals eager" : "compiled differs from eager");
        return isWell && !RuntimeFeature.IsDynamicCodeSupported && !KernelExecution.IsMachineCode ? 0 : 1;
    }

    private static Variable<T> Function<T>(Variable<T> a, Variable<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ((a * b).Tanh() * (-a).Exp() + (1 + b * b).Log()) * Variable.Where(b > 0.5, a, b.Mean() * b.Sigmoid());

    private static bool IsClose<T>(double tolerance) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Aggregate<T> compiled = Aggregate.Compile<T>((a, b) => Function(a, b).Sum(), "f");
        T[][] expected = Derivatives<T>((a, b) => Function(a, b).Sum());
        T[][] actual = Derivatives<T>((a, b) => compiled.Invoke(a, b));
        double greatest = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double scale = expected[i].Max(x => double.CreateChecked(T.Abs(x)));
            for (int j = 0; j < expected[i].Length; j++)
            {
                double error = double.CreateChecked(T.Abs(actual[i][j] - expected[i][j])) / scale;
                greatest = error <= greatest ? greatest : error; // NaN stays
            }
        }
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{typeof(T).Name}: {expected.Length} results, relative error {greatest:E1}"));
        return greatest <= tolerance;
    }

    /// <summary>The value, the gradients, and the gradients of the sum of their squares.</summary>
    private static T[][] Derivatives<T>(Func<Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tape = new Tape<T>();
        Variable<T> a = tape.Variable(Numbers<T>(0.3)), b = tape.Variable(Numbers<T>(1.7));
        Variable<T> loss = function(a, b);
        (Variable<T>? da, Variable<T>? db) = tape.Grad(loss, a, b);
        (Variable<T>? d2a, Variable<T>? d2b) = tape.Grad((da! * da).Sum() + (db! * db).Sum(), a, b);
        return [.. new[] { loss, da!, db!, d2a!, d2b! }.Select(x => x.Value.ToArray())];
    }

    private static T[] Numbers<T>(double step) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Enumerable.Range(1, Length).Select(i => T.CreateChecked(Math.Sin(step * i)))];
}
