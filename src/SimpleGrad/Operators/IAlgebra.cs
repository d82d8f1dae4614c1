namespace SimpleGrad;

/// <summary>
/// What functions of numbers are written for, so that one text serves single numbers, vectors in kernels, and variables
/// on a tape.
/// </summary>
/// <remarks>
/// Plain numbers convert to it: <c>1 / (1 + (-x).Exp())</c>. It has all elementwise operators. Conditions are numbers,
/// 1 or 0, as they are of variables.
/// </remarks>
/// <typeparam name="TSelf">The type that implements it; only the library does.</typeparam>
public partial interface IAlgebra<TSelf> where TSelf : struct, IAlgebra<TSelf>
{
    /// <summary>A number.</summary>
    static abstract implicit operator TSelf(double number);

    /// <summary>The sum.</summary>
    static abstract TSelf operator +(TSelf x, TSelf y);

    /// <summary>The difference.</summary>
    static abstract TSelf operator -(TSelf x, TSelf y);

    /// <summary>The product.</summary>
    static abstract TSelf operator *(TSelf x, TSelf y);

    /// <summary>The quotient.</summary>
    static abstract TSelf operator /(TSelf x, TSelf y);

    /// <summary>The number with the other sign.</summary>
    static abstract TSelf operator -(TSelf x);

    /// <summary>1 where x is greater than y, else 0.</summary>
    static abstract TSelf operator >(TSelf x, TSelf y);

    /// <summary>1 where x is less than y, else 0.</summary>
    static abstract TSelf operator <(TSelf x, TSelf y);

    /// <summary>1 where x is at least y, else 0.</summary>
    static abstract TSelf operator >=(TSelf x, TSelf y);

    /// <summary>1 where x is at most y, else 0.</summary>
    static abstract TSelf operator <=(TSelf x, TSelf y);

    /// <summary>x where the condition is not 0, else y. The gradient goes only where the number came from.</summary>
    static abstract TSelf Where(TSelf condition, TSelf x, TSelf y);
}
