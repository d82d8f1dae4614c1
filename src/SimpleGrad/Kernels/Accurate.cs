using System.Numerics;

namespace SimpleGrad;

/// <summary>Functions whose .NET versions lose digits near 0.</summary>
internal static class Accurate
{
    /// <summary>
    /// log(1 + x) by W. Kahan's correction: the rounding of 1 + x is made good by the quotient x / ((1 + x) - 1).
    /// </summary>
    public static T Log1p<T>(T x) where T : IBinaryFloatingPointIeee754<T>
    {
        T shifted = T.One + x;
        if (shifted == T.One)
            return x;
        return T.IsInfinity(shifted) ? T.Log(shifted) : T.Log(shifted) * (x / (shifted - T.One));
    }

    /// <summary>exp(x) - 1 by the same correction, turned round.</summary>
    public static T Expm1<T>(T x) where T : IBinaryFloatingPointIeee754<T>
    {
        T power = T.Exp(x);
        if (power == T.One)
            return x;
        T difference = power - T.One;
        return difference == -T.One || T.IsInfinity(power) || T.Abs(x) > T.One
            ? difference
            : difference * (x / T.Log(power));
    }
}
