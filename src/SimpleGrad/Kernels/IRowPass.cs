namespace SimpleGrad;

/// <summary>What a pass over a strip does with one vector; its fields say where things are.</summary>
internal interface IRowPass<T> where T : unmanaged
{
    /// <param name="index">Where the vector is in the tensors.</param>
    /// <param name="column">Its column in the wide row, where the numbers of its lines are.</param>
    void Apply<TSimd, TVector>(nint index, int column)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct;
}
