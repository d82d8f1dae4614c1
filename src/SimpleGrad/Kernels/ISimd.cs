namespace SimpleGrad;

/// <summary>
/// The vectors of one width, so that a kernel and the arithmetic of an operator are written once for all widths.
/// </summary>
/// <remarks>
/// Single numbers (<see cref="Simd1{T}"/>) round as vectors do, so that an element has the same value wherever it lies.
/// A mask has all bits set where it is true. Vectors of floats and of integers of the same size share their bits.
/// </remarks>
internal unsafe interface ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged
{
    static abstract int Count { get; }

    static abstract TVector Broadcast(T value);

    /// <summary>A number that is known at compile time, rounded to <typeparamref name="T"/>.</summary>
    static abstract TVector Constant(double value);

    static abstract TVector Load(T* from);

    static abstract void Store(TVector value, T* to);

    static abstract TVector Add(TVector x, TVector y);

    static abstract TVector Subtract(TVector x, TVector y);

    static abstract TVector Multiply(TVector x, TVector y);

    static abstract TVector Divide(TVector x, TVector y);

    /// <summary>x * y + z, rounded once where the processor can.</summary>
    static abstract TVector MultiplyAdd(TVector x, TVector y, TVector z);

    /// <summary>x * y + a constant: a step of a polynomial, of which the compiler can inline many.</summary>
    static abstract TVector MultiplyAdd(TVector x, TVector y, double z);

    static abstract TVector Negate(TVector x);

    static abstract TVector Abs(TVector x);

    static abstract TVector Sqrt(TVector x);

    /// <summary>The larger; NaN where either is, and 0 is larger than -0.</summary>
    static abstract TVector Max(TVector x, TVector y);

    /// <summary>The smaller; NaN where either is, and -0 is smaller than 0.</summary>
    static abstract TVector Min(TVector x, TVector y);

    /// <summary>The larger of two numbers, in one instruction; y where either is NaN.</summary>
    static abstract TVector MaxNative(TVector x, TVector y);

    /// <summary>The smaller of two numbers, in one instruction; y where either is NaN.</summary>
    static abstract TVector MinNative(TVector x, TVector y);

    static abstract TVector Floor(TVector x);

    static abstract TVector Ceiling(TVector x);

    static abstract TVector Truncate(TVector x);

    /// <summary>The nearest integer; halfway, the even one.</summary>
    static abstract TVector Round(TVector x);

    static abstract TVector GreaterThan(TVector x, TVector y);

    static abstract TVector GreaterOrEqual(TVector x, TVector y);

    static abstract TVector EqualTo(TVector x, TVector y);

    /// <summary>A mask that is set where x, y or both are NaN.</summary>
    static abstract TVector Unordered(TVector x, TVector y);

    /// <summary>x where the mask is set, else y.</summary>
    static abstract TVector Select(TVector mask, TVector x, TVector y);

    /// <summary>Whether x is NaN anywhere.</summary>
    static abstract bool AnyNaN(TVector x);

    /// <summary>Whether a mask is set anywhere.</summary>
    static abstract bool Any(TVector mask);

    static abstract TVector And(TVector x, TVector y);

    static abstract TVector Or(TVector x, TVector y);

    static abstract TVector Xor(TVector x, TVector y);

    /// <summary>x without the bits of y.</summary>
    static abstract TVector AndNot(TVector x, TVector y);

    /// <summary>Adds the bits as integers of the size of <typeparamref name="T"/>.</summary>
    static abstract TVector AddBits(TVector x, TVector y);

    /// <summary>Subtracts the bits as integers of the size of <typeparamref name="T"/>.</summary>
    static abstract TVector SubtractBits(TVector x, TVector y);

    static abstract TVector ShiftLeft(TVector x, int bits);

    /// <summary>Shifts zeros in from the left.</summary>
    static abstract TVector ShiftRight(TVector x, int bits);

    /// <summary>The sum of the elements, in the order of a tree.</summary>
    static abstract T Sum(TVector x);
}
