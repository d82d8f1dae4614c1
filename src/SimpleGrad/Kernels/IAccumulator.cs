namespace SimpleGrad;

/// <summary>A sum to which numbers are added one after the other.</summary>
internal interface IAccumulator<TSelf, T> where TSelf : unmanaged, IAccumulator<TSelf, T>
{
    static abstract TSelf Of(T start);

    static abstract void Add(ref TSelf sum, T x);

    static abstract T ValueOf(in TSelf sum);
}
