using System.Numerics;

namespace SimpleGrad.Tests.Compiler;

/// <summary>Random programs of small vectors and matrices.</summary>
internal static class SmallProgram
{
    private const int Steps = 14;
    private const int MaxLength = 12;

    /// <summary>Computes some values from others, as random numbers say.</summary>
    public static Variable<T>[] Run<T>(Random random, Variable<T>[] inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new List<Variable<T>>(inputs);
        for (int i = 0; i < Steps; i++)
        {
            // The last values are read more often.
            Variable<T> x = values[Math.Max(random.Next(values.Count), random.Next(values.Count))];
            Variable<T> y = values[random.Next(values.Count)];
            if (Next(random, x, y) is { } next && next.Length <= MaxLength)
                values.Add(next);
        }
        return [values[^1], values[random.Next(inputs.Length, values.Count)].Sum(), values[^2] * values[^1].Sum()];
    }

    private static Variable<T>? Next<T>(Random random, Variable<T> x, Variable<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int axis = x.Rank == 0 ? 0 : random.Next(x.Rank), kind = random.Next(17);
        if (x.Rank == 0)
            return kind < 8 ? Variable.Stack([x, y.Sum(), x * 2]) : x.Sin() * y;
        int length = x.Shape[axis];
        switch (kind)
        {
            case 0:
                return x.Slice(axis, random.Next(length), length);
            case 1:
                return x.Select(axis, random.Next(length));
            case 2:
                return Variable.Stack([x, x.Sin()], random.Next(x.Rank + 1));
            case 3:
                return Variable.Concatenate([x.Slice(axis, 0, 1), x * 0.5], axis);
            case 4:
                return x.Reshape(-1);
            case 5:
                return x.Transpose();
            case 6:
                return x.Sum(axis, random.Next(2) == 0);
            case 7:
                return x.PadAxis(axis, 1, 0) * 1.5;
            case 8:
                return x.Flip(axis) + x;
            case 9:
                return x.CumSum(axis);
            case 10:
                return x.SelectAt(axis, [length - 1, 0, random.Next(length)]);
            case 11 when x.Rank == 1:
                return x.Unsqueeze(1) * x.Unsqueeze(0);
            case 12 when x.Rank == 2:
                return x.MatMul(x.Transpose().Tanh());
            case 13 when x.Rank == 2:
                return x.Tril();
            case 14 when y.Rank == 0 || y.Shape == x.Shape:
                return x * y + y.Cos();
            case 15:
                Variable<T> written = x * 2;
                written.Slice(axis, 0, 1).Assign(x.Slice(axis, length - 1, length));
                return written;
            default:
                return (x * 0.7).Sin() / (x.Square() + 1.5);
        }
    }
}
