namespace SimpleGrad;

/// <summary>A kernel that is written once for vectors of all widths; <see cref="VectorWidth{T}"/> runs it.</summary>
/// <remarks>A struct whose fields are the arguments, and the result where there is one.</remarks>
internal interface IVectorKernel<T> where T : unmanaged
{
    void Run<TSimd, TVector>()
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct;
}
