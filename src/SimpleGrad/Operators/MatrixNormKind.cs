namespace SimpleGrad;

/// <summary>How <see cref="Variable{T}.MatrixNorm"/> measures a matrix.</summary>
public enum MatrixNormKind
{
    /// <summary>The square root of the sum of all squares.</summary>
    Frobenius,

    /// <summary>The maximum sum of absolute values of a column.</summary>
    One,

    /// <summary>The minimum sum of absolute values of a column.</summary>
    MinusOne,

    /// <summary>The maximum sum of absolute values of a row.</summary>
    Infinity,

    /// <summary>The minimum sum of absolute values of a row.</summary>
    MinusInfinity,
}
