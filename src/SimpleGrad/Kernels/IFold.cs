namespace SimpleGrad;

/// <summary>How the numbers of a run become one, as vectors.</summary>
internal interface IFold
{
    /// <summary>Takes a number into a result.</summary>
    static abstract TVector Take<TSimd, TVector, T>(TVector result, TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged;

    /// <summary>Takes two numbers into a result each, whose order does not matter to the fold.</summary>
    static virtual void TakeTwo<TSimd, TVector, T, TSelf>(
        ref TVector result0, ref TVector result1, TVector x0, TVector x1)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
        where TSelf : struct, IFold
    {
        result0 = TSelf.Take<TSimd, TVector, T>(result0, x0);
        result1 = TSelf.Take<TSimd, TVector, T>(result1, x1);
    }

    /// <summary>The length up to which a run is folded as a whole, and not in halves.</summary>
    static virtual int BlockLength => int.MaxValue;

    /// <summary>Joins two results.</summary>
    static virtual TVector Join<TSimd, TVector, T, TSelf>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
        where TSelf : struct, IFold => TSelf.Take<TSimd, TVector, T>(x, y);
}
