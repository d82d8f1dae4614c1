using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>
/// The vectors that the processor has for numbers of a type. Kernels choose their width here alone; emitted code has a
/// body for the widest, and loops that need no particular width are written with <see cref="Vector{T}"/>.
/// </summary>
/// <remarks>
/// The conditions are constants to the compiler, which keeps the call that is made and inlines the choice.
/// </remarks>
internal static class VectorWidth<T> where T : unmanaged, INumberBase<T>
{
    /// <summary>The elements of the widest vector; 1 where there are none.</summary>
    public static int Widest =>
        Vector512.IsHardwareAccelerated ? Vector512<T>.Count
        : Vector256.IsHardwareAccelerated ? Vector256<T>.Count
        : Vector128.IsHardwareAccelerated ? Vector128<T>.Count
        : 1;

    /// <summary>Runs a kernel with the widest vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RunWidest<TKernel>(ref TKernel kernel)
        where TKernel : struct, IVectorKernel<T>, allows ref struct
    {
        Precision<T>.Require();
        if (Vector512.IsHardwareAccelerated)
            kernel.Run<Simd512<T>, Vector512<T>>();
        else if (Vector256.IsHardwareAccelerated)
            kernel.Run<Simd256<T>, Vector256<T>>();
        else if (Vector128.IsHardwareAccelerated)
            kernel.Run<Simd128<T>, Vector128<T>>();
        else
            kernel.Run<Simd1<T>, T>();
    }

    /// <summary>
    /// Runs a kernel with the widest vectors of which <paramref name="length"/> elements fill as many as
    /// <paramref name="vectors"/>: short inputs take narrower ones, and the shortest single numbers.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RunFilled<TKernel>(ref TKernel kernel, int length, int vectors = 1)
        where TKernel : struct, IVectorKernel<T>, allows ref struct
    {
        Precision<T>.Require();
        if (Vector512.IsHardwareAccelerated && length >= vectors * Vector512<T>.Count)
            kernel.Run<Simd512<T>, Vector512<T>>();
        else if (Vector256.IsHardwareAccelerated && length >= vectors * Vector256<T>.Count)
            kernel.Run<Simd256<T>, Vector256<T>>();
        else if (Vector128.IsHardwareAccelerated && length >= vectors * Vector128<T>.Count)
            kernel.Run<Simd128<T>, Vector128<T>>();
        else
            kernel.Run<Simd1<T>, T>();
    }

    /// <summary>
    /// Runs a kernel with every width, from the widest to single numbers: each goes on where the one before it has left
    /// a tail that does not fill its vectors.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RunDescending<TKernel>(ref TKernel kernel)
        where TKernel : struct, IVectorKernel<T>, allows ref struct
    {
        Precision<T>.Require();
        if (Vector512.IsHardwareAccelerated)
            kernel.Run<Simd512<T>, Vector512<T>>();
        if (Vector256.IsHardwareAccelerated)
            kernel.Run<Simd256<T>, Vector256<T>>();
        if (Vector128.IsHardwareAccelerated)
            kernel.Run<Simd128<T>, Vector128<T>>();
        kernel.Run<Simd1<T>, T>();
    }
}
