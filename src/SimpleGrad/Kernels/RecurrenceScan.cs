using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// The recurrence s = y + f s, from s = 0 on, where f is x or, by logarithms, exp(x).
/// </summary>
internal unsafe struct RecurrenceScan(bool byLogarithms) : IScan
{
    private RunningValue _value;
    private bool _hasBegun;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(double* x, double* y, int count)
    {
        if (byLogarithms)
            VectorLoop.Unary<Exponential, double>(x, x, count);
        if (!_hasBegun)
            x[0] = 0; // nothing comes before it: its factor may be anything
        _hasBegun = true;
        RunningValue value = _value;
        for (int i = 0; i < count; i++)
        {
            // As products in propagate rules: 0 where either is.
            if (x[i] == 0 || value.Value == 0)
                value = default;
            else
                value.Multiply(x[i]);
            value.Add(y[i]);
            x[i] = value.Value;
        }
        _value = value;
    }
}
