using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// Compares the derivatives of a function, of any order, by reverse mode with those by forward mode and with
/// differences of values. It finds a wrong propagate rule in any operator that the function uses.
/// </summary>
/// <remarks>
/// At order 1 every element of the result is differentiated by every element of the inputs, and at each further order
/// every derivative of the last one. Of more than <see cref="MaxRows"/> elements a weighed sum is differentiated
/// instead, with weights that tell them apart; the report says where.
/// <para>Differences have a known error. An element is wrong only where it is further off than that, and undecided
/// where the differences have too few digits to tell: at kinks, at the edge of a domain, where values round too
/// much.</para>
/// </remarks>
public static class GradientCheck
{
    /// <summary>How many elements are differentiated each by itself.</summary>
    public const int MaxRows = 100;

    private const double MaxElements = 1e6;

    /// <summary>Checks a function of one input.</summary>
    /// <param name="function">The function; it must give the same at each call.</param>
    /// <param name="x">Where; the function should be smooth there.</param>
    /// <param name="order">The highest order of derivatives to check.</param>
    /// <param name="tolerance">The largest difference of a derivative, relative to it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is less than 1, or the tolerance not
    /// positive.</exception>
    /// <example><code>
    /// GradientCheck.Run(v =&gt; v.Sin() * v.Exp(), data, order: 3).ThrowIfWrong();
    /// </code></example>
    public static GradientReport Run(
        Func<Variable<double>, Variable<double>> function, Tensor<double> x, int order = 2, double tolerance = 1e-6)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Run((Variable<double>[] v) => function(v[0]), [x], order, tolerance);
    }

    /// <summary>Checks a function of several inputs.</summary>
    /// <inheritdoc cref="Run(Func{Variable{double}, Variable{double}}, Tensor{double}, int, double)"/>
    [OverloadResolutionPriority(-1)]
    public static GradientReport Run(
        Func<Variable<double>[], Variable<double>> function, Tensor<double>[] x, int order = 2, double tolerance = 1e-6)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        if (!(tolerance > 0))
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "The tolerance must be positive.");
        Shape result = Shape.Scalar;
        TensorFunction.Of<double>(v =>
        {
            Variable<double> value = function(v);
            result = value.Shape;
            return [value];
        }).Invoke(x);
        var comparisons = new List<GradientComparison>();
        double rows = result.FlattenedLength;
        double columns = x.Sum(each => (double)each.Length);
        for (int k = 1; k <= order; k++, rows *= columns)
        {
            bool ofSum = rows > MaxRows || rows * columns > MaxElements;
            var check = new GradientCheckOfOrder(
                new DerivativesOfOrder(function, ofSum), k, result, x, tolerance);
            comparisons.Add(check.WithForwardMode());
            comparisons.Add(check.WithDifferences());
        }
        return new GradientReport(comparisons, tolerance);
    }
}
