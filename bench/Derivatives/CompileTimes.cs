using System.Diagnostics;

namespace SimpleGrad.Bench;

/// <summary>How long the first call of a compiled function takes; each is one that the process has not met.</summary>
internal static class CompileTimes
{
    private const int Count = 9;
    private static readonly Tensor<float> _x = Tensor.Create<float>(new float[1000]);
    private static readonly Tensor<float> _y = Tensor.Create<float>(new float[1000]);

    public static void Run()
    {
        Derivatives.Grad<float>((a, b) => (a * b).Sum()).Invoke(_x, _y); // what eager code needs is there before
        Console.WriteLine("First call of a compiled value and gradients");
        Print("first in the process", [Milliseconds(i => (a, b) => ((a + b) * b).Sum(), 0)]);
        Print("another, of six operators", Times(i => (a, b) => (Repeat(a, i, x => x * b + a) * b).Sum()));
        Print("with tanh, exp and log", Times(
            i => (a, b) => (Repeat(a * b, i, x => -x).Tanh() * (-a).Exp() + (1 + b * b).Log()).Sum()));
        Print("1,000 operators in all", Times(i => (a, b) => Repeat(a + i, 200, x => x * b + a, i).Sum()));
        Print("of a kernel that is known", [.. Enumerable.Repeat(0, Count).Select(
            _ => Milliseconds(i => (a, b) => ((a + b) * b).Sum(), 0))]);
        Console.WriteLine("Against the number of operators, gradients included");
        foreach (int length in new[] { 1, 1000 })
        {
            foreach (int steps in new[] { 50, 200, 800 })
                PrintOf(length, steps);
        }
    }

    /// <summary>The gradient of a walk through a system of two variables: some 15 operators a step.</summary>
    private static void PrintOf(int length, int steps)
    {
        Tensor<float> x = Tensor.Create<float>(new float[length]);
        int other = 0;
        double[] times = [.. Enumerable.Range(0, 3).Select(_ =>
        {
            int odd = other++;
            var compiled = Derivatives.ValueAndGrad<float>((a, b) =>
            {
                for (int i = 0; i < steps; i++)
                    (a, b) = (a + 0.02f * (b - a), b + 0.01f * (i == odd ? a.Abs() : a * (2 - b) - b));
                return (a * b).Sum();
            }).Compile();
            long start = Stopwatch.GetTimestamp();
            compiled.Invoke(x, x);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        })];
        Print($"{length} elements, {steps} steps", times);
        Console.WriteLine($"    {"",-28} {times.Min() * 1000 / (15 * steps),8:N1} µs an operator");
    }

    private static double[] Times(Func<int, Func<Variable<float>, Variable<float>, Variable<float>>> function) =>
        [.. Enumerable.Range(0, Count).Select(i => Milliseconds(function, i))];

    private static double Milliseconds(
        Func<int, Func<Variable<float>, Variable<float>, Variable<float>>> function, int i)
    {
        var compiled = Derivatives.ValueAndGrad(function(i)).Compile();
        long start = Stopwatch.GetTimestamp();
        compiled.Invoke(_x, _y);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>Applies a step some times, and something else in one place, so that no two results are alike.</summary>
    private static Variable<float> Repeat(
        Variable<float> x, int count, Func<Variable<float>, Variable<float>> step, int other = -1)
    {
        for (int i = 0; i < count; i++)
            x = i == other ? x.Abs() : step(x);
        return x;
    }

    private static void Print(string name, double[] times)
    {
        Array.Sort(times);
        Console.WriteLine($"    {name,-28} {times[times.Length / 2],8:N1} ms  ({times[0]:N1} to {times[^1]:N1})");
    }
}
