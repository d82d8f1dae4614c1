using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// The arithmetic of operators as methods that are called, not inlined: they are compiled once for all kernels.
/// </summary>
internal static class ArithmeticCalls
{
    private const MethodImplOptions Apart = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    private static readonly string[] _arities = [nameof(Unary), nameof(Binary), nameof(Ternary)];

    /// <summary>The method for an arithmetic on vectors of one width.</summary>
    [RequiresDynamicCode("Emits machine code.")]
    [UnconditionalSuppressMessage("Trimming", "IL2060", Justification = "Operators use their arithmetic in full.")]
    public static MethodInfo Method<T>(Type arithmetic, Type simd, Type vector, int operands) =>
        typeof(ArithmeticCalls).GetMethod(_arities[operands - 1], BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(arithmetic, simd, vector, typeof(T));

    [MethodImpl(Apart)]
    private static TVector Unary<TArithmetic, TSimd, TVector, T>(TVector x)
        where TArithmetic : struct, IUnaryVectorArithmetic<TArithmetic, T>
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, INumberBase<T> => TArithmetic.Apply<TSimd, TVector>(x);

    [MethodImpl(Apart)]
    private static TVector Binary<TArithmetic, TSimd, TVector, T>(TVector x, TVector y)
        where TArithmetic : struct, IBinaryVectorArithmetic<TArithmetic, T>
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, INumberBase<T> => TArithmetic.Apply<TSimd, TVector>(x, y);

    [MethodImpl(Apart)]
    private static TVector Ternary<TArithmetic, TSimd, TVector, T>(TVector x, TVector y, TVector z)
        where TArithmetic : struct, ITernaryVectorArithmetic<TArithmetic, T>
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, INumberBase<T> => TArithmetic.Apply<TSimd, TVector>(x, y, z);
}
