using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>Which of the two element types a kernel computes in: the one place that tells them apart.</summary>
internal static unsafe class Precision<T> where T : unmanaged
{
    /// <summary>Whether numbers are floats; else they are doubles.</summary>
    /// <remarks>
    /// Asked by size, because vector functions ask it hundreds of times: of all ways to ask, this one takes the least
    /// of what the compiler lets itself inline. That there is no third type is what <see cref="Require"/> ensures,
    /// where kernels begin.
    /// </remarks>
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
