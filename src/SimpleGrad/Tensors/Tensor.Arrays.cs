using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SimpleGrad;

public sealed partial class Tensor<T>
{
    /// <summary>A copy of a matrix as a rectangular array.</summary>
    /// <exception cref="InvalidOperationException">The rank is not 2.</exception>
    public T[,] ToArray2D()
    {
        RequireRank(2, "A two-dimensional array");
        var copy = new T[Shape[0], Shape[1]];
        CopyTo(Elements(copy));
        return copy;
    }

    /// <summary>A copy of a tensor of rank 3 as a rectangular array.</summary>
    /// <exception cref="InvalidOperationException">The rank is not 3.</exception>
    public T[,,] ToArray3D()
    {
        RequireRank(3, "A three-dimensional array");
        var copy = new T[Shape[0], Shape[1], Shape[2]];
        CopyTo(Elements(copy));
        return copy;
    }

    /// <summary>A copy of a matrix as an array of its rows.</summary>
    /// <exception cref="InvalidOperationException">The rank is not 2.</exception>
    public T[][] ToJaggedArray()
    {
        RequireRank(2, "An array of rows");
        var rows = new T[Shape[0]][];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = this[i..(i + 1)].ToArray();
        return rows;
    }

    /// <summary>All elements of a rectangular array in row-major order, where they lie.</summary>
    private Span<T> Elements(Array array) =>
        MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), Length);

    private void RequireRank(int rank, string what)
    {
        if (Rank != rank)
            throw new InvalidOperationException($"{what} needs a tensor of rank {rank}; this one has shape {Shape}.");
    }
}
