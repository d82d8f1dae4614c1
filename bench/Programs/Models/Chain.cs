namespace SimpleGrad.Bench.Programs.Models;

/// <summary>A chain of terms of neighbours, whose Hessian is tridiagonal.</summary>
internal static class Chain
{
    public static Tensor<double> Point(int n) => Tensor.LinSpace(-0.8, 0.9, n);

    public static Variable<double> OfSlices(Variable<double> x) =>
        (100 * (x[1..] - x[..^1].Square()).Square() + (1 - x[..^1]).Square()).Sum();

    public static Variable<double> OfNumbers(Variable<double> x)
    {
        Variable<double>[] each = x.Unbind();
        Variable<double> sum = x.Tape.Constant(0);
        for (int i = 0; i + 1 < each.Length; i++)
            sum += 100 * (each[i + 1] - each[i].Square()).Square() + (1 - each[i]).Square();
        return sum;
    }
}
