namespace SimpleGrad;

/// <summary>A block of memory that a tensor and its views share.</summary>
internal sealed class Storage<T>(T[] data) where T : unmanaged
{
    public T[] Data { get; } = data;

    /// <summary>Whether a tape has a tensor in this memory, so that it must not change any more.</summary>
    public bool IsFrozen { get; set; }

    /// <summary>A block whose content is not defined: whoever asks for it writes every element.</summary>
    public static Storage<T> Uninitialized(int length) => new(GC.AllocateUninitializedArray<T>(length));
}
