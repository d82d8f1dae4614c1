using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>What runs while tensors are kept where they are.</summary>
internal interface IPinnedBody
{
    void Run();
}

/// <summary>Keeps any number of tensors where they are, a few at a time.</summary>
internal static unsafe class PinnedTensors<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>For how many more pointers than tensors there must be room.</summary>
    public const int Room = 4;

    /// <param name="tensors">The tensors.</param>
    /// <param name="pointers">Gets where they are; null for one that is missing.</param>
    /// <param name="body">What runs then.</param>
    public static void Run<TBody>(ReadOnlySpan<Tensor<T>?> tensors, T** pointers, TBody body)
        where TBody : struct, IPinnedBody
    {
        if (tensors.IsEmpty)
        {
            body.Run();
            return;
        }
        fixed (T* a = Memory(tensors, 0), b = Memory(tensors, 1), c = Memory(tensors, 2), d = Memory(tensors, 3))
        {
            pointers[0] = a;
            pointers[1] = b;
            pointers[2] = c;
            pointers[3] = d;
            Run(tensors[Math.Min(Room, tensors.Length)..], pointers + Room, body);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ReadOnlySpan<T> Memory(ReadOnlySpan<Tensor<T>?> tensors, int at) =>
        at < tensors.Length && tensors[at] is { } tensor ? tensor.Memory : default;
}
