using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Derivatives of the matrix of cofactors along one or two matrices, of any matrix, singular or not.
/// </summary>
/// <remarks>
/// Gaussian elimination with complete pivoting gives P A Q = L D U, where L and U have ones on their diagonals and no
/// element greater than 1, so that what makes A singular is in D alone. The determinant of D + E is a polynomial whose
/// coefficients are products of all but a few elements of D: nothing is divided by one that is zero.
/// </remarks>
internal readonly struct MixedCofactors<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _n;
    private readonly T[] _lower; // L below the diagonal
    private readonly T[] _upper; // U above the diagonal
    private readonly int[] _rows;
    private readonly int[] _columns;
    private readonly T[] _mantissas; // of the elements of D, 1 for those that are zero
    private readonly int[] _exponents;
    private readonly bool[] _isZero;
    private readonly int _zeros;
    private readonly T _mantissa; // of the product of those that are not zero, with the sign of P and Q
    private readonly int _exponent;

    /// <param name="a">The matrix, row-major; overwritten.</param>
    /// <param name="n">Its size.</param>
    public MixedCofactors(T[] a, int n)
    {
        (_n, _lower, _upper) = (n, a, new T[a.Length]);
        (_rows, _columns) = (new int[n], new int[n]);
        (_mantissas, _exponents, _isZero) = (new T[n], new int[n], new bool[n]);
        _mantissa = Factorization.CompleteLu<T>(a, n, _rows, _columns) ? -T.One : T.One;
        for (int i = 0; i < n; i++)
        {
            T pivot = a[i * n + i];
            _isZero[i] = pivot == T.Zero;
            _zeros += _isZero[i] ? 1 : 0;
            (_mantissas[i], _exponents[i]) = Split(_isZero[i] ? T.One : pivot);
            (_mantissa, int more) = Split(_mantissa * _mantissas[i]);
            _exponent += _exponents[i] + more;
            for (int j = i + 1; j < n && !_isZero[i]; j++)
                _upper[i * n + j] = a[i * n + j] / pivot;
        }
    }

    /// <summary>The derivative of the cofactors along G; or the second one, along G and H.</summary>
    public void Along(MatrixView<T> g, MatrixView<T> h, bool isSecond, Span<T> result)
    {
        int n = _n;
        T[] first = Inner(g), cofactors = new T[n * n];
        T[] second = isSecond ? Inner(h) : [];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                if (i != j && !isSecond)
                {
                    T product = ProductWithout(i, j, -1);
                    cofactors[i * n + i] += product * first[j * n + j];
                    cofactors[i * n + j] = -product * first[j * n + i];
                }
                for (int k = 0; k < n && isSecond && i != j; k++)
                {
                    if (k == i || k == j)
                        continue;
                    T product = ProductWithout(i, j, k);
                    cofactors[i * n + i] += product
                        * (first[j * n + j] * second[k * n + k] - first[j * n + k] * second[k * n + j]);
                    cofactors[i * n + j] += product
                        * (first[j * n + k] * second[k * n + i] + first[k * n + i] * second[j * n + k]
                        - first[j * n + i] * second[k * n + k] - first[k * n + k] * second[j * n + i]);
                }
            }
        }
        Factorization.SolveTriangular(Lower.Transposed, upper: true, unit: true, cofactors, n);
        cofactors = Transposed(cofactors);
        Factorization.SolveTriangular(Upper, upper: true, unit: true, cofactors, n);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
                result[_rows[i] * n + _columns[j]] = cofactors[j * n + i];
        }
    }

    private MatrixView<T> Lower => new(_lower, _n, _n);

    private MatrixView<T> Upper => new(_upper, _n, _n);

    /// <summary>L⁻¹ P G Q U⁻¹.</summary>
    private T[] Inner(MatrixView<T> g)
    {
        int n = _n;
        var inner = new T[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
                inner[i * n + j] = g.Memory[_rows[i] * g.RowStride + _columns[j] * g.ColumnStride];
        }
        Factorization.SolveTriangular(Lower, upper: false, unit: true, inner, n);
        inner = Transposed(inner);
        Factorization.SolveTriangular(Upper.Transposed, upper: false, unit: true, inner, n);
        return Transposed(inner);
    }

    /// <summary>The product of all elements of D but two or three, with the sign of the permutations.</summary>
    private T ProductWithout(int i, int j, int k)
    {
        int zeros = (_isZero[i] ? 1 : 0) + (_isZero[j] ? 1 : 0) + (k >= 0 && _isZero[k] ? 1 : 0);
        if (zeros < _zeros)
            return T.Zero;
        T mantissa = _mantissa / (_mantissas[i] * _mantissas[j]);
        int exponent = _exponent - _exponents[i] - _exponents[j];
        return k < 0 ? T.ScaleB(mantissa, exponent) : T.ScaleB(mantissa / _mantissas[k], exponent - _exponents[k]);
    }

    private T[] Transposed(T[] x)
    {
        var result = new T[x.Length];
        new MatrixView<T>(x, _n, _n).Transposed.CopyTo(result);
        return result;
    }

    /// <summary>A number as one between 1 and 2 times a power of two.</summary>
    private static (T Mantissa, int Exponent) Split(T x)
    {
        if (x == T.Zero || !T.IsFinite(x))
            return (x, 0);
        int exponent = T.ILogB(x);
        return (T.ScaleB(x, -exponent), exponent);
    }
}
