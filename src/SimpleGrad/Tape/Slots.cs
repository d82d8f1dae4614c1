using System.Numerics;

namespace SimpleGrad;

/// <summary>What a reverse sweep knows of a variable before it starts.</summary>
internal enum Mark : byte
{
    /// <summary>No wanted variable reaches the loss through it.</summary>
    None,

    /// <summary>A wanted variable can reach the loss through it.</summary>
    Useful,

    /// <summary>It is wanted itself.</summary>
    Wanted,
}

/// <summary>
/// What a reverse sweep holds for the variables from the first wanted one on. Those before it do not depend on any
/// that is wanted.
/// </summary>
internal readonly ref struct Slots<T>(Span<Slot<T>> slots, int first)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Span<Slot<T>> _slots = slots;

    public ref Slot<T> this[int row] => ref _slots[row - first];

    public bool Contains(int row) => row >= first;

    /// <summary>Whether a wanted variable can reach the loss through the variable in a row.</summary>
    public bool IsUseful(int row) => row >= first && _slots[row - first].Mark != Mark.None;

    public Span<Slot<T>> All => _slots;
}

/// <summary>
/// What a reverse sweep holds for a variable. In a sweep that is not recorded, the gradient of a single number is a
/// number: on tapes of single numbers the objects, not the arithmetic, are the cost.
/// </summary>
internal struct Slot<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Variable<T>? Gradient;
    public T Number;
    public bool HasNumber;
    public Mark Mark;

    /// <summary>Whether the sweep added the gradient up itself, so that nobody else has seen it.</summary>
    public bool IsSum;

    public readonly bool HasGradient => HasNumber || Gradient is not null;
}
