using System.Numerics;

namespace SimpleGrad;

/// <summary>How operators stretch operands to a common shape, and gradients back.</summary>
internal static class Broadcasting
{
    /// <summary>The common shape of two operands, or an error that names the operator.</summary>
    /// <exception cref="OverflowException">It has more elements than an array can hold.</exception>
    public static Shape Join(string op, Shape x, Shape y) =>
        ReferenceEquals(x, y) ? x : Shape.TryBroadcast(x, y, op) ?? throw Mismatch(op, x, y);

    /// <summary>The gradient of an operand that may have been stretched: summed back to the operand's shape.</summary>
    public static Variable<T>? Undo<T>(Variable<T>? gradient, Shape shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        gradient is null || ReferenceEquals(gradient.Shape, shape) || !shape.ExpandsTo(gradient.Shape)
            ? gradient // as it should be, or wrong: the sweep says of which operator
            : gradient.SumTo(shape);

    private static ArgumentException Mismatch(string op, Shape x, Shape y) => new(
        $"{op}: shapes {x} and {y} do not broadcast: from the last axis on, lengths must be equal or one of them 1.");
}
