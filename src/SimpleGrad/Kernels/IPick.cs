namespace SimpleGrad;

/// <summary>Picks one of two numbers in each lane; which one where there is a NaN is open.</summary>
internal interface IPick
{
    static abstract TVector Of<TSimd, TVector, T>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged;
}
