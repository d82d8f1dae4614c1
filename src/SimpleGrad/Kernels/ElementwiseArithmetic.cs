namespace SimpleGrad;

/// <summary>The arithmetic of an elementwise operator of one operand.</summary>
/// <remarks>Operators override the span form where a vectorised primitive exists; the loops around it stand once,
/// in <see cref="Elementwise"/>.</remarks>
internal interface IUnaryArithmetic<TSelf, T>
    where TSelf : struct, IUnaryArithmetic<TSelf, T>
    where T : unmanaged
{
    static abstract T Apply(T x);

    static virtual void Apply(ReadOnlySpan<T> x, Span<T> result)
    {
        for (int i = 0; i < result.Length; i++)
            result[i] = TSelf.Apply(x[i]);
    }
}

/// <summary>
/// The arithmetic of an elementwise operator of two operands; either may be one number for all elements.
/// </summary>
internal interface IBinaryArithmetic<TSelf, T>
    where TSelf : struct, IBinaryArithmetic<TSelf, T>
    where T : unmanaged
{
    static abstract T Apply(T x, T y);

    static virtual void Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
    {
        for (int i = 0; i < result.Length; i++)
            result[i] = TSelf.Apply(x[i], y[i]);
    }

    static virtual void Apply(ReadOnlySpan<T> x, T y, Span<T> result)
    {
        for (int i = 0; i < result.Length; i++)
            result[i] = TSelf.Apply(x[i], y);
    }

    static virtual void Apply(T x, ReadOnlySpan<T> y, Span<T> result)
    {
        for (int i = 0; i < result.Length; i++)
            result[i] = TSelf.Apply(x, y[i]);
    }
}

/// <summary>
/// The arithmetic of an elementwise operator of three operands; each may be one number for all elements.
/// </summary>
internal unsafe interface ITernaryArithmetic<TSelf, T>
    where TSelf : struct, ITernaryArithmetic<TSelf, T>
    where T : unmanaged
{
    static abstract T Apply(T x, T y, T z);

    static virtual void Apply(in Run<T> run, Span<T> result)
    {
        T* x = run.X, y = run.Y, z = run.Z;
        int xStep = run.XIsOne ? 0 : 1, yStep = run.YIsOne ? 0 : 1, zStep = run.ZIsOne ? 0 : 1;
        for (int i = 0; i < result.Length; i++, x += xStep, y += yStep, z += zStep)
            result[i] = TSelf.Apply(*x, *y, *z);
    }
}
