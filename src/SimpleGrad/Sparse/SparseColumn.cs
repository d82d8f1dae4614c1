using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SimpleGrad;

/// <summary>What a factorisation spends its time with.</summary>
internal static class SparseColumn
{
    /// <summary>
    /// Subtracts a column of a triangular factor, the elements from <paramref name="first"/> up to
    /// <paramref name="end"/>, times a number. The caller sees to it that rows lie inside: they are not checked here.
    /// </summary>
    public static void Subtract<T>(T[] values, int[] rows, int first, int end, T factor, T[] from)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T to = ref MemoryMarshal.GetArrayDataReference(from);
        ref T value = ref MemoryMarshal.GetArrayDataReference(values);
        ref int row = ref MemoryMarshal.GetArrayDataReference(rows);
        for (int i = first; i < end; i++)
            Unsafe.Add(ref to, Unsafe.Add(ref row, i)) -= Unsafe.Add(ref value, i) * factor;
    }
}
