namespace SimpleGrad;

/// <summary>The shapes of what a function takes, as the key of a dictionary.</summary>
internal sealed class InputShapes(Shape[] inputs, Shape[] indices) : IEquatable<InputShapes>
{
    /// <summary>The shapes of the inputs.</summary>
    public Shape[] Inputs => inputs;

    /// <summary>The shapes of the indices.</summary>
    public Shape[] Indices => indices;

    public static InputShapes Of<T>(ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<int>> indices)
        where T : unmanaged
    {
        return new InputShapes(ShapesOf(inputs), ShapesOf(indices));

        static Shape[] ShapesOf<TElement>(ReadOnlySpan<Tensor<TElement>> tensors) where TElement : unmanaged
        {
            var shapes = new Shape[tensors.Length];
            for (int i = 0; i < shapes.Length; i++)
                shapes[i] = tensors[i].Shape;
            return shapes;
        }
    }

    public bool AreThoseOf<T>(ReadOnlySpan<Tensor<T>> values, ReadOnlySpan<Tensor<int>> integers) where T : unmanaged
    {
        return Are(values, inputs) && Are(integers, indices);

        static bool Are<TElement>(ReadOnlySpan<Tensor<TElement>> tensors, Shape[] shapes) where TElement : unmanaged
        {
            if (tensors.Length != shapes.Length)
                return false;
            for (int i = 0; i < shapes.Length; i++)
            {
                if (!ReferenceEquals(tensors[i].Shape, shapes[i]) && !tensors[i].Shape.Equals(shapes[i]))
                    return false;
            }
            return true;
        }
    }

    public bool Equals(InputShapes? other) => other is not null
        && inputs.AsSpan().SequenceEqual(other.Inputs) && indices.AsSpan().SequenceEqual(other.Indices);

    public override bool Equals(object? obj) => Equals(obj as InputShapes);

    public override int GetHashCode()
    {
        int hash = inputs.Length;
        foreach (Shape shape in inputs)
            hash = HashCode.Combine(hash, shape.GetHashCode());
        foreach (Shape shape in indices)
            hash = HashCode.Combine(hash, shape.GetHashCode());
        return hash;
    }
}
