using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>Which of the two element types a kernel computes in.</summary>
/// <remarks>
/// Kernels ask here, or leave it to the vectors (<see cref="ISimd{TVector, T}"/>). Those ask the size themselves: the
/// compiler knows the answer when it reads their methods, so that each stays one expression without branches; behind a
/// call the answer would come only after the compiler has begun to inline the method.
/// </remarks>
internal static unsafe class Precision<T> where T : unmanaged
{
    /// <summary>
    /// Whether numbers are floats; else they are doubles: <see cref="Require"/> ensures where kernels begin that there
    /// is no third type.
    /// </summary>
    public static bool IsSingle
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(T) == sizeof(float);
    }

    /// <summary>Throws for any type but float and double; costs nothing for these.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Require()
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
            ThrowUnsupported();
    }

    [DoesNotReturn]
    private static void ThrowUnsupported() =>
        throw new NotSupportedException($"Kernels compute with float or double, not with {typeof(T).Name}.");
}
