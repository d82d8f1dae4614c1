using System.Numerics;

namespace SimpleGrad;

/// <summary>A way to find indices in a value. As records, two that find the same are equal.</summary>
internal abstract record IndexFinder<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public abstract Tensor<int> Find(Tensor<T> x);

    /// <summary>What it costs to look at a value; see <see cref="Operator{T}.Cost"/>.</summary>
    public abstract double Cost(Shape x);
}
