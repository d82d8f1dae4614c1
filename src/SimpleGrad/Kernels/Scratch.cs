using System.Runtime.InteropServices;

namespace SimpleGrad;

/// <summary>Memory that a kernel rents from the pool while it runs, and gives back when it is disposed.</summary>
/// <remarks>
/// <c>using var scratch = new Scratch&lt;T&gt;(length);</c>, and <c>fixed (T* memory = scratch)</c> where pointers are
/// needed. What is in it at first is undefined. From a kilobyte on it begins on a cache line. The default is no memory,
/// for kernels that need some at times.
/// </remarks>
internal readonly ref struct Scratch<T>(int length) : IDisposable where T : unmanaged
{
    private readonly Storage<T>? _block = Storage<T>.Uninitialized(length);
    private readonly int _length = length;

    public Span<T> Span => _block is null ? [] : _block.Data.AsSpan(_block.Start, _length);

    public ref T GetPinnableReference() => ref MemoryMarshal.GetReference(Span);

    public void Dispose() => _block?.Release();
}
