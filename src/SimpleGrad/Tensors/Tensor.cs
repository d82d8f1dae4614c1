using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace SimpleGrad;

/// <summary>
/// A block of numbers with a shape. Views (slices, transposes, expansions, most reshapes) share their memory.
/// </summary>
/// <remarks>
/// A tensor is a value: its operators return new tensors, and threads may share it while nobody writes its memory. A
/// single number (rank 0) is kept inside the object itself, and moves to memory of its own only when a view of it is
/// made.
/// </remarks>
/// <typeparam name="T">The element type; arithmetic is there for <see cref="float"/> and <see
/// cref="double"/>.</typeparam>
[DebuggerDisplay("{DebuggerText,nq}")]
[JsonConverter(typeof(TensorJsonConverter))]
public sealed partial class Tensor<T> : IFormattable where T : unmanaged
{
    private readonly int[]? _strides; // null: row-major without gaps
    private readonly int _offset;
    private readonly int _generation; // of the storage
    private readonly T _scalar;
    private Storage<T>? _storage; // null: the one number is in _scalar
    private bool _isScalarOnTape;

    internal Tensor(T scalar)
    {
        Shape = Shape.Scalar;
        _scalar = scalar;
    }

    internal Tensor(Storage<T> storage, Shape shape, int[]? strides = null, int offset = 0)
    {
        Shape = shape;
        _storage = storage;
        _generation = storage.Generation;
        _strides = strides;
        _offset = offset;
    }

    /// <summary>The lengths of the axes.</summary>
    public Shape Shape { get; }

    /// <summary>The number of axes.</summary>
    public int Rank => Shape.Rank;

    /// <summary>The number of elements.</summary>
    public int Length => Shape.FlattenedLength;

    /// <summary>The distance, in elements, between neighbours along each axis; 0 along an expanded axis.</summary>
    public ReadOnlySpan<int> Strides => _strides ?? Shape.RowMajorStrides;

    /// <summary>Whether the elements lie row-major and without gaps in memory.</summary>
    public bool IsContiguous => _strides is null;

    /// <summary>The element at the given place, one index for each axis; negative indices count from the end.</summary>
    /// <exception cref="ArgumentException">Not one index for each axis.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside its axis.</exception>
    public T GetValue(params ReadOnlySpan<int> indices)
    {
        if (indices.Length != Rank)
            throw new ArgumentException($"A tensor of shape {Shape} takes {Rank} indices, not {indices.Length}.");
        int at = 0;
        ReadOnlySpan<int> strides = Strides;
        for (int i = 0; i < Rank; i++)
            at += Position(indices[i], i) * strides[i];
        return Memory[at];
    }

    /// <summary>The one number of a tensor that has a single element.</summary>
    /// <exception cref="InvalidOperationException">The tensor has no element, or more than one.</exception>
    public T Item() => Length == 1
        ? Memory[0]
        : throw new InvalidOperationException($"Item() needs a tensor of one element; this one has shape {Shape}.");

    /// <summary>All elements in row-major order, in an array of their own.</summary>
    public T[] ToArray()
    {
        var copy = new T[Length];
        CopyTo(copy);
        return copy;
    }

    /// <summary>Copies all elements in row-major order.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public void CopyTo(Span<T> destination)
    {
        if (destination.Length < Length)
            throw new ArgumentException(
                $"{Length} elements do not fit into {destination.Length}.", nameof(destination));
        if (IsContiguous)
            Span.CopyTo(destination);
        else
            StridedCopy.Gather(this, destination[..Length]);
    }

    /// <summary>The tensor as PyTorch prints it, for example <c>tensor([0.5000, 2.0000])</c>.</summary>
    public override string ToString() => TensorPrinter.Repr<T>(ToContiguous().Span, Shape.Lengths);

    /// <summary>
    /// The tensor as <see cref="ToString()"/> lays it out, with its numbers in a format: <c>$"{x:F8}"</c> prints eight
    /// decimals, <c>$"{x:R}"</c> all digits.
    /// </summary>
    /// <param name="format">A numeric format of .NET's; null or empty for PyTorch's four decimals.</param>
    /// <param name="formatProvider">How numbers are written; null for the invariant culture, whatever the current one
    /// is.</param>
    /// <exception cref="FormatException">The element type has no such format.</exception>
    public string ToString(string? format, IFormatProvider? formatProvider = null) => string.IsNullOrEmpty(format)
        ? ToString()
        : TensorPrinter.Repr(
            ToContiguous().Span, Shape.Lengths, each => TensorPrinter.Formatted(each, format, formatProvider));

    /// <summary>The text of a traced constant: as <see cref="ToString()"/>, but a single number stands bare.</summary>
    internal string ToTraceString() => TensorPrinter.Format<T>(ToContiguous().Span, Shape.Lengths);

    /// <summary>The elements of a contiguous tensor.</summary>
    internal ReadOnlySpan<T> Span => Memory[..Length];

    /// <summary>The memory from the first element on; <see cref="Strides"/> lead through it.</summary>
    internal ReadOnlySpan<T> Memory =>
        _storage is { } storage
            ? storage.Checked(_generation).Data.AsSpan(_offset)
            : MemoryMarshal.CreateReadOnlySpan(in _scalar, 1);

    /// <summary>The first element of a tensor that has some and is no single number.</summary>
    internal ref T Start => ref Unsafe.Add(
        ref MemoryMarshal.GetArrayDataReference(_storage!.Checked(_generation).Data), _offset);

    /// <summary>The memory of a new tensor that is still being computed.</summary>
    internal Span<T> NewData => _storage!.Data.AsSpan(_offset, Length);

    /// <summary>
    /// Whether the elements fill a block without gaps, in whatever order of the axes: a transposed matrix does. What is
    /// done to all of them alike can be done to the block.
    /// </summary>
    internal bool IsDense => IsContiguous || Axes.FillBlock(Shape, _strides);

    /// <summary>A new tensor of the same shape and order in memory as a dense one.</summary>
    internal Tensor<T> UninitializedLike()
    {
        Tensor<T> block = Uninitialized(Shape);
        return IsContiguous ? block : new Tensor<T>(block._storage!, Shape, _strides, block._offset);
    }

    /// <summary><see cref="Memory"/> of a view into a new tensor that is still being computed.</summary>
    internal Span<T> WritableMemory => _storage!.Data.AsSpan(_offset);

    /// <summary>Whether this is a single number without axes.</summary>
    internal bool IsScalar => ReferenceEquals(Shape, Shape.Scalar) && !IsSymbolic;

    internal T ScalarValue => _storage is { } storage ? storage.Checked(_generation).Data[_offset] : _scalar;

    /// <summary>The tensor in a debugger; looking at it changes nothing.</summary>
    internal string DebuggerText => IsSymbolic ? $"symbolic, shape {Shape}"
        : _storage is { } storage && storage.Generation != _generation ? $"used again since, shape {Shape}"
        : Rank == 0 ? ToString()
        : $"shape {Shape}: {ToString()}";

    /// <summary>Whether this stands for a value while a function is traced: it has a shape, and no numbers.</summary>
    internal bool IsSymbolic => _storage is { IsSymbolic: true };

    /// <summary>What symbolic indices stand for, of which this may be a view; null for others.</summary>
    internal IndexSource? Source => _storage?.Source;

    internal static Tensor<T> Symbolic(Shape shape) => new(Storage<T>.Symbolic, shape);

    internal static Tensor<T> Symbolic(Shape shape, IndexSource source) => new(Storage<T>.SymbolicOf(source), shape);

    /// <summary>The view of a tensor in one piece that this is of another one.</summary>
    internal Tensor<T> Over(Tensor<T> other) => _strides is null && _offset == 0 && Shape == other.Shape
        ? other
        : new Tensor<T>(other.SharedStorage, Shape, _strides, other._offset + _offset);

    /// <summary>Whether this and another tensor are the same view, each of its memory.</summary>
    internal bool LiesAs(Tensor<T> other) =>
        _offset == other._offset && Shape == other.Shape && Strides.SequenceEqual(other.Strides);

    /// <summary>
    /// New memory that does not come back: where it is small, the garbage collector's quickest, which is not pinned.
    /// </summary>
    internal static Tensor<T> ForUser(Shape shape) =>
        (long)shape.FlattenedLength * sizeof(long) <= StoragePool<T>.SmallBytes
        ? new Tensor<T>(Storage<T>.ForUser(StoragePool<T>.Allocate(shape.FlattenedLength, isPinned: false)), shape)
        : Uninitialized(shape);

    internal static Tensor<T> Uninitialized(Shape shape)
    {
        var storage = Storage<T>.Uninitialized(shape.FlattenedLength);
        return new Tensor<T>(storage, shape, null, storage.Start);
    }

    /// <summary>A tape has the tensor: from now on writes over its memory are noted.</summary>
    internal void MarkOnTape()
    {
        if (_storage is { } storage)
            storage.IsOnTape = true;
        else
            _isScalarOnTape = true;
    }

    /// <summary>Makes the memory read-only: a compiled function has it as a constant.</summary>
    internal void Freeze() => SharedStorage.Freeze();

    /// <summary>Takes back a <see cref="Freeze"/>.</summary>
    internal void Thaw() => SharedStorage.Thaw();

    /// <summary>Keeps the memory out of the pool: someone outside may look at it at any time.</summary>
    internal void HandOut() => _storage?.HandOut(_generation);

    /// <summary>
    /// The memory, if it is to become the property of a tape or of its reverse sweep; null if it has an owner.
    /// </summary>
    internal Storage<T>? TakeStorage(bool isSwept) =>
        _storage is { } storage && storage.TryOwn(isSwept) ? storage : null;

    /// <summary>The block that the elements are in; null for a single number.</summary>
    internal Storage<T>? Block => _storage;

    /// <summary>Whether this and another tensor lie in the same memory, one maybe as a view of the other.</summary>
    internal bool SharesMemory(Tensor<T> other) =>
        ReferenceEquals(this, other) || (_storage is not null && _storage == other._storage);

    /// <summary>Gives back the memory unless it belongs to a tape, or someone outside may look at it.</summary>
    internal void Recycle()
    {
        if (_storage is { } storage && storage.TryOwn(isSwept: false))
            storage.Recycle();
    }

    /// <summary>Gives back the memory of a tensor that nobody else has seen.</summary>
    internal void Release() => _storage?.Release();

    internal bool IsFrozen => _storage is { IsFrozen: true };

    internal bool IsOnTape => _storage is { } storage ? storage.IsOnTape : _isScalarOnTape;

    /// <summary>
    /// A tensor that is as if it were a copy of this one. Where that saves something, they have one memory until either
    /// of them is to be written.
    /// </summary>
    internal Tensor<T> Copied()
    {
        if (IsSymbolic)
            return this;
        if (Rank == 0)
            return new Tensor<T>(ScalarValue);
        Storage<T> storage = SharedStorage;
        // A write copies the whole array: too much for a small part of it.
        return Length >= storage.Data.Length / 2
            ? new Tensor<T>(storage.Share(), Shape, _strides, _offset)
            : ToNew();
    }

    /// <summary>A row-major copy.</summary>
    internal Tensor<T> ToNew()
    {
        Tensor<T> copy = Uninitialized(Shape);
        CopyTo(copy.NewData);
        return copy;
    }

    /// <summary>This tensor, or a row-major copy of a view that has gaps.</summary>
    internal Tensor<T> ToContiguous() => IsContiguous ? this : ToNew();

    private int Position(int index, int axis)
    {
        int length = Shape[axis];
        if (index < -length || index >= length)
            throw new ArgumentOutOfRangeException(
                nameof(index), index, $"Index {index} lies outside axis {axis} of shape {Shape}.");
        return index < 0 ? index + length : index;
    }

    /// <summary>The shared memory; a single number moves there first, so that a view can share it.</summary>
    private Storage<T> SharedStorage => _storage is { } storage ? storage.Checked(_generation) : MoveScalar();

    private Storage<T> MoveScalar()
    {
        var storage = new Storage<T>([_scalar]) { IsOnTape = _isScalarOnTape };
        storage.HandOut(_generation); // this tensor may be the user's
        return Interlocked.CompareExchange(ref _storage, storage, null) ?? _storage;
    }
}
