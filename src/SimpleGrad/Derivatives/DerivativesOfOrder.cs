namespace SimpleGrad;

/// <summary>The derivatives of a function, order by order, as vectors.</summary>
/// <param name="function">The function.</param>
/// <param name="ofSum">Whether a weighed sum is differentiated at each order instead of each element.</param>
internal sealed class DerivativesOfOrder(Func<Variable<double>[], Variable<double>> function, bool ofSum)
{
    public bool AreOfSum => ofSum;

    /// <summary>What is differentiated at the next order: at order 0 the result, else the derivatives.</summary>
    public Variable<double> Rows(int order, Variable<double>[] x)
    {
        Variable<double> all = order == 0 ? function(x).Reshape(-1) : ByReverseMode(order, x);
        return ofSum ? Weighed(all, order) : all;
    }

    /// <summary>The derivatives of the first row by each element of each input, then those of the next row.</summary>
    public Variable<double> ByReverseMode(int order, Variable<double>[] x)
    {
        Linearization<double> linear = Linearized(order - 1, x);
        Variable<double>[] rows = [.. Enumerable.Range(0, linear.Result.Length).Select(i => Variable.Concatenate(
            [.. linear.WithZeros(linear.PullOne(0, Only(i, linear))).Select(gradient => gradient.Reshape(-1))]))];
        return rows.Length == 0 ? linear.Result : Variable.Concatenate(rows);
    }

    /// <summary>The same by forward mode, from what reverse mode gives at the order before.</summary>
    public Variable<double> ByForwardMode(int order, Variable<double>[] x)
    {
        Linearization<double> linear = Linearized(order - 1, x);
        int rows = linear.Result.Length;
        Variable<double>[] columns = DerivativeMatrices.Jacobian(linear, createGraph: false, byForward: true)[0];
        return rows == 0 ? linear.Result : Variable.Concatenate(
            [.. columns.Zip(x, (each, input) => each.Reshape(rows, input.Length))], axis: 1).Reshape(-1);
    }

    private Linearization<double> Linearized(int order, Variable<double>[] x) =>
        new("GradientCheck", y => [Rows(order, y)], x);

    private static Variable<double> Only(int row, Linearization<double> linear)
    {
        var cotangent = new double[linear.Result.Length];
        cotangent[row] = 1;
        return linear.Tape.Constant(Tensor.Create<double>(cotangent));
    }

    /// <summary>The weights tell elements apart, and take none of them away.</summary>
    private static Variable<double> Weighed(Variable<double> x, int order)
    {
        var weights = new double[x.Length];
        for (int i = 0; i < weights.Length; i++)
            weights[i] = 1 + 0.5 * Math.Sin(1 + 1.3 * i + 2.1 * order);
        return (x * x.Tape.Constant(Tensor.Create<double>(weights))).Sum().Reshape(1);
    }
}
