namespace SimpleGrad;

/// <summary>What operators on the matrices in the last two axes have in common.</summary>
internal static class Matrices
{
    public static Shape Require(string op, Shape x) => x.Rank >= 2
        ? x
        : throw new ArgumentException($"{op}: shape {x} has no two axes, so there is no matrix in it.");

    public static Shape RequireSquare(string op, Shape x) => Require(op, x)[^1] == x[^2]
        ? x
        : throw new ArgumentException($"{op}: the matrices of shape {x} are not square.");

    /// <summary>The shape of a stack without its matrices.</summary>
    public static Shape Stack(Shape x) => Shape.Create(x.Lengths[..^2]);

    /// <summary>The shape of X where A X = B.</summary>
    public static Shape Solution(string op, Shape a, Shape b)
    {
        if (RequireSquare(op, a)[^1] != Require(op, b)[^2] || Shape.TryBroadcast(Stack(a), Stack(b)) is not { } stack)
            throw new ArgumentException(
                $"{op}: right sides of shape {b} do not fit matrices of shape {a}: they need as many rows, and the "
                + "axes before the last two must broadcast.");
        return Shape.Create([.. stack.Lengths, b[^2], b[^1]]);
    }
}
