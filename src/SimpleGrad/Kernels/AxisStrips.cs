namespace SimpleGrad;

/// <summary>
/// The lines of a contiguous tensor along an axis, cut into strips of neighbouring lines that are worked on together,
/// and the strips into pieces for threads.
/// </summary>
/// <remarks>
/// An axis of length 3, with 5 elements inside it, in strips of width 2; the tensor is a stack of such slabs:
/// <code>
///         strip 0   strip 1   strip 2
/// row 0    x x       x x       x
/// row 1    x x       x x       x
/// row 2    x x       x x       x
/// </code>
/// </remarks>
internal readonly struct AxisStrips
{
    private readonly int _perSlab, _perPiece;

    /// <param name="elements">The number of elements of the tensor.</param>
    /// <param name="length">The length of the axis.</param>
    /// <param name="inner">The number of elements inside it: from a row to the next.</param>
    /// <param name="width">The width of a strip, at most.</param>
    /// <param name="pieceLength">About how many elements make a piece.</param>
    public AxisStrips(int elements, int length, int inner, int width, int pieceLength)
    {
        (Length, Inner, Width) = (length, inner, width);
        _perSlab = (inner + width - 1) / width;
        Count = checked(elements / length / inner * _perSlab);
        _perPiece = Math.Max(1, (int)(pieceLength / ((long)width * length)));
    }

    /// <summary>The length of the lines: the number of rows.</summary>
    public int Length { get; }

    /// <summary>From a row to the next.</summary>
    public int Inner { get; }

    /// <summary>The width of all strips but the last of a slab, which may be narrower.</summary>
    public int Width { get; }

    /// <summary>The number of strips.</summary>
    public int Count { get; }

    /// <summary>The number of pieces.</summary>
    public int Pieces => (Count + _perPiece - 1) / _perPiece;

    /// <summary>The strips of a piece.</summary>
    public (int First, int End) Of(int piece) => (piece * _perPiece, Math.Min(Count, (piece + 1) * _perPiece));

    /// <summary>The index of the first element of a strip.</summary>
    public nint Start(int strip, out int width)
    {
        int column = strip % _perSlab * Width;
        width = Math.Min(Width, Inner - column);
        return (nint)(strip / _perSlab) * Length * Inner + column;
    }
}
