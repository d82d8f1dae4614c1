using System.Numerics;

namespace SimpleGrad.Tests.Programs;

/// <summary>
/// Derivatives of functions of complex numbers by a step along the imaginary axis, which cancels nothing: what programs
/// written again on <see cref="Complex"/> are differentiated by.
/// </summary>
internal static class ComplexStep
{
    private const double Step = 1e-40;

    /// <summary>A row for each result, a column for each argument.</summary>
    public static double[][] Jacobian(Func<Complex[], Complex[]> function, double[] x)
    {
        Complex[][] columns =
        [
            .. x.Select((_, j) => function([.. x.Select((value, i) => new Complex(value, i == j ? Step : 0))])),
        ];
        return [.. columns[0].Select((_, row) => columns.Select(column => column[row].Imaginary / Step).ToArray())];
    }

    public static double[] Gradient(Func<Complex[], Complex> function, double[] x) =>
        Jacobian(z => [function(z)], x)[0];

    public static double Value(Func<Complex[], Complex> function, double[] x) =>
        function([.. x.Select(value => new Complex(value, 0))]).Real;
}
