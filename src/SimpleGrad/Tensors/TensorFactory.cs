using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SimpleGrad;

/// <summary>Makes tensors from numbers, arrays and spans.</summary>
public static partial class Tensor
{
    /// <summary>A tensor of rank 0: a single number.</summary>
    public static Tensor<T> Scalar<T>(T value) where T : unmanaged => new(value);

    /// <summary>A vector with a copy of <paramref name="values"/>.</summary>
    public static Tensor<T> Create<T>(ReadOnlySpan<T> values) where T : unmanaged =>
        Create(values, Shape.Create(values.Length));

    /// <summary>A tensor of the given shape with a copy of <paramref name="values"/>, row-major.</summary>
    /// <exception cref="ArgumentException">The number of values is not the number of elements of the shape.</exception>
    public static Tensor<T> Create<T>(ReadOnlySpan<T> values, Shape shape) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (values.Length != shape.FlattenedLength)
            throw new ArgumentException(
                $"Shape {shape} has {shape.FlattenedLength} elements, but {values.Length} values were given.",
                nameof(values));
        if (shape.Rank == 0)
            return new Tensor<T>(values[0]);
        Tensor<T> tensor = Tensor<T>.Uninitialized(shape);
        values.CopyTo(tensor.NewData);
        return tensor;
    }

    /// <summary>A copy of a <see cref="ReadOnlyTensorSpan{T}"/>, with its shape.</summary>
    public static Tensor<T> FromTensorSpan<T>(ReadOnlyTensorSpan<T> values) where T : unmanaged
    {
        var lengths = new int[values.Rank];
        for (int i = 0; i < lengths.Length; i++)
            lengths[i] = checked((int)values.Lengths[i]);
        var data = new T[checked((int)values.FlattenedLength)];
        values.FlattenTo(data);
        return Create<T>(data, Shape.Create(lengths));
    }

    /// <summary>
    /// A copy of an array: flat, rectangular (<c>double[,]</c>) or jagged (<c>double[][]</c>), of any rank.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The rows of a jagged array differ in length, or the elements are not of type <typeparamref name="T"/>.
    /// </exception>
    public static Tensor<T> FromArray<T>(Array array) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(array);
        var lengths = new List<int>();
        Measure<T>(array, lengths);
        Shape shape = Shape.Create([.. lengths]);
        var values = new List<T>(shape.FlattenedLength);
        Flatten(array, lengths, 0, values);
        return Create(CollectionsMarshal.AsSpan(values), shape);
    }

    /// <summary>
    /// A tensor whose elements are all <paramref name="value"/>. For one that is only read,
    /// <c>Tensor.Scalar(value).Expand(shape)</c> holds the number once.
    /// </summary>
    public static Tensor<T> Full<T>(Shape shape, T value) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Rank == 0)
            return new Tensor<T>(value);
        Tensor<T> tensor = Tensor<T>.Uninitialized(shape);
        tensor.NewData.Fill(value);
        return tensor;
    }

    /// <summary>A tensor of zeros.</summary>
    public static Tensor<T> Zeros<T>(Shape shape) where T : unmanaged => Full(shape, default(T));

    /// <summary>A tensor of ones.</summary>
    public static Tensor<T> Ones<T>(Shape shape) where T : unmanaged, System.Numerics.INumberBase<T> =>
        Full(shape, T.One);

    /// <summary>One number in all places of a shape, which is held once: nobody writes it.</summary>
    internal static Tensor<T> Uniform<T>(Shape shape, T value) where T : unmanaged => Scalar(value).Expand(shape);

    private static void Measure<T>(Array array, List<int> lengths)
    {
        for (int axis = 0; axis < array.Rank; axis++)
            lengths.Add(array.GetLength(axis));
        Type element = array.GetType().GetElementType()!;
        if (element.IsArray)
        {
            if (array.Length == 0)
                lengths.AddRange(new int[DepthOf(element)]);
            else
                Measure<T>(Row(array.GetValue(new int[array.Rank])), lengths);
        }
        else if (element != typeof(T))
        {
            throw new ArgumentException(
                $"A tensor of {typeof(T).Name} cannot be made from an array of {element.Name}.");
        }
    }

    private static int DepthOf(Type type) =>
        type.IsArray ? type.GetArrayRank() + DepthOf(type.GetElementType()!) : 0;

    private static Array Row(object? row) =>
        row as Array ?? throw new ArgumentException("A jagged array has a row that is null.");

    private static void Flatten<T>(Array array, List<int> lengths, int axis, List<T> values) where T : unmanaged
    {
        for (int i = 0; i < array.Rank; i++)
        {
            if (array.GetLength(i) != lengths[axis + i])
                throw new ArgumentException(
                    $"A jagged array has rows of {lengths[axis + i]} and of {array.GetLength(i)} elements; a tensor "
                    + "needs equal rows.");
        }
        if (array.GetType().GetElementType() == typeof(T))
        {
            values.AddRange(MemoryMarshal.CreateReadOnlySpan(
                ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length));
            return;
        }
        foreach (object? item in array)
            Flatten(Row(item), lengths, axis + array.Rank, values);
    }
}
