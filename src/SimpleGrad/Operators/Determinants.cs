using System.Numerics;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>The determinant of each matrix in the last two axes, as <c>torch.linalg.det</c>.</summary>
    /// <remarks>
    /// The gradient is the matrix of cofactors, also where the matrix is singular, of whatever rank (PyTorch's is
    /// wrong where the rank is two or more short). So are its own derivatives up to the third order; from the fourth on
    /// the matrix must be invertible, or an error says that it is not.
    /// </remarks>
    /// <exception cref="ArgumentException">The matrices are not square.</exception>
    public Variable<T> Det() => DetOperator<T>.Instance.Apply(this);

    /// <summary>
    /// The sign of the determinant (-1, 0 or 1) and the logarithm of its absolute value, which does not overflow, of
    /// each matrix in the last two axes, as <c>torch.linalg.slogdet</c>. The gradient of the sign is known zero.
    /// </summary>
    /// <remarks>Singular matrices have the values 0 and -infinity, and no gradient: asking for it is an
    /// error.</remarks>
    /// <exception cref="ArgumentException">The matrices are not square.</exception>
    public (Variable<T> Sign, Variable<T> LogAbsDet) SlogDet() =>
        (DetSignOperator<T>.Instance.Apply(this), new LogDetOperator<T>(absolute: true).Apply(this));

    /// <summary>
    /// The logarithm of the determinant of each matrix in the last two axes, as <c>torch.logdet</c>; NaN where the
    /// determinant is negative.
    /// </summary>
    /// <remarks>Singular matrices have the value -infinity, and no gradient: asking for it is an error.</remarks>
    /// <exception cref="ArgumentException">The matrices are not square.</exception>
    public Variable<T> LogDet() => new LogDetOperator<T>(absolute: false).Apply(this);

    /// <summary>A number for each matrix, as matrices of one element that broadcast.</summary>
    internal Variable<T> ForEachMatrix() => Reshape(Shape.Create([.. Shape.Lengths, 1, 1]));
}

/// <summary>det A, whose derivative is the matrix of cofactors: right for singular matrices too.</summary>
internal sealed class DetOperator<T> : UnaryOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DetOperator<T> Instance { get; } = new();

    public override string Name => "det";

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Cubic(inputs[0], Costs.Lu);

    public override Keeps Keeps => Keeps.X;

    protected override Shape InferShape(Shape x) => Matrices.Stack(Matrices.RequireSquare(Name, x));

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => LinearSystemKernel.Det(x);

    protected internal override UnaryOperator<T> ForBatch(Shape batch) => this;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.ForEachMatrix().StrongMultiply(CofactorsOperator<T>.Instance.Apply(at.X));
}

/// <summary>
/// The matrix of cofactors of A; det A times A⁻ᵀ where A can be inverted. Right for singular matrices too.
/// </summary>
internal sealed class CofactorsOperator<T> : UnaryOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static CofactorsOperator<T> Instance { get; } = new();

    public override string Name => "cofactors";

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Cubic(inputs[0], Costs.Cofactors);

    public override Keeps Keeps => Keeps.X;

    protected override Shape InferShape(Shape x) => Matrices.RequireSquare(Name, x);

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => LinearSystemKernel.Cofactors(x);

    protected internal override UnaryOperator<T> ForBatch(Shape batch) => this;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        at.ShapeOf(0)[^1] < 2 ? null : CofactorsAlongOperator<T>.Instance.Apply(at.X, gradient);
}

/// <summary>
/// The derivative of the matrix of cofactors of A along a matrix G, in which it is symmetric; singular matrices too.
/// </summary>
internal sealed class CofactorsAlongOperator<T> : BinaryOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static CofactorsAlongOperator<T> Instance { get; } = new();

    public override string Name => "cofactors_along";

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Cubic(result, 2 * Costs.Cofactors);

    public override Keeps Keeps => Keeps.X | Keeps.Y;

    protected override Shape InferShape(Shape x, Shape y) => Broadcasting.Join(Name, x, y);

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape) =>
        LinearSystemKernel.MixedCofactors(x, y, null, shape);

    protected internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch) =>
        ApplyTo(Batches.Align(inputs, isBatch));

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        at.ShapeOf(0)[^1] < 3 ? null : CofactorsAlongTwoOperator<T>.Instance.Apply(at.X, at.Y, gradient);

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) => Apply(at.X, gradient);
}

/// <summary>
/// The second derivative of the matrix of cofactors of A along matrices G and H; singular matrices too. Its own
/// derivative by A needs A⁻¹.
/// </summary>
internal sealed class CofactorsAlongTwoOperator<T> : TernaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static CofactorsAlongTwoOperator<T> Instance { get; } = new();

    public override string Name => "cofactors_along_two";

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Cubic(result, 2 * Costs.Cofactors);

    public override Keeps Keeps => Keeps.Inputs;

    protected override Shape InferShape(Shape x, Shape y, Shape z) =>
        Broadcasting.Join(Name, Broadcasting.Join(Name, x, y), z);

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Tensor<T> z, Shape shape) =>
        LinearSystemKernel.MixedCofactors(x, y, z, shape);

    protected internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch) =>
        ApplyTo(Batches.Align(inputs, isBatch));

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at)
    {
        if (at.ShapeOf(0)[^1] < 4)
            return null;
        Variable<T> inverse = new InverseOperator<T>("det").Apply(at.X);
        return DetOperator<T>.Instance.Apply(at.X).ForEachMatrix()
            * Cycles(inverse, [at.Y, at.Z, gradient], inverse).Transpose(-2, -1);
    }

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        Apply(at.X, at.Z, gradient);

    protected override Variable<T>? PropagateZ(Variable<T> gradient, in Propagation<T> at) =>
        Apply(at.X, at.Y, gradient);

    /// <summary>
    /// The derivative of a determinant along matrices is det A times a sum over permutations of these, with their
    /// signs, of a trace of A⁻¹ G A⁻¹ H … for each cycle. This is the sum where one cycle has begun and is open.
    /// </summary>
    private static Variable<T> Cycles(Variable<T> inverse, Variable<T>[] left, Variable<T> open)
    {
        Variable<T> sum = left.Length == 0 ? open : open * Closed(inverse, left);
        for (int i = 0; i < left.Length; i++)
            sum -= Cycles(inverse, [.. left[..i], .. left[(i + 1)..]], open.MatMul(left[i]).MatMul(inverse));
        return sum;
    }

    /// <summary>The sum where all cycles are closed, as a matrix of one element.</summary>
    private static Variable<T> Closed(Variable<T> inverse, Variable<T>[] along) =>
        (Cycles(inverse, along[1..], inverse) * along[0].Transpose(-2, -1)).Sum([-2, -1], keepDims: true);
}

/// <summary>The sign of det A, 0 where A is singular; its gradient is known zero.</summary>
internal sealed class DetSignOperator<T> : UnaryOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DetSignOperator<T> Instance { get; } = new();

    public override string Name => "det_sign";

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Cubic(inputs[0], Costs.Lu);

    protected override Shape InferShape(Shape x) => Matrices.Stack(Matrices.RequireSquare("slogdet", x));

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => LinearSystemKernel.SlogDet(x).Sign;

    protected internal override UnaryOperator<T> ForBatch(Shape batch) => this;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) => null;
}

/// <summary>
/// log |det A|, or log det A, which is NaN where the determinant is negative. The derivative is A⁻ᵀ, and refused where
/// A is singular; the value is -infinity there.
/// </summary>
internal sealed class LogDetOperator<T>(bool absolute) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => absolute ? "slogdet" : "logdet";

    internal override object Identity => (typeof(LogDetOperator<T>), absolute);

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Cubic(inputs[0], Costs.Lu);

    internal override string Method => absolute ? nameof(Variable<>.SlogDet) : nameof(Variable<>.LogDet);

    protected internal override string Code(ReadOnlySpan<string> inputs) =>
        base.Code(inputs) + (absolute ? ".LogAbsDet" : "");

    public override Keeps Keeps => Keeps.X;

    protected override Shape InferShape(Shape x) => Matrices.Stack(Matrices.RequireSquare(Name, x));

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape)
    {
        (Tensor<T> sign, Tensor<T> log) = LinearSystemKernel.SlogDet(x);
        if (absolute)
            return log;
        T[] signs = sign.ToArray(), numbers = log.ToArray();
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = signs[i] < T.Zero ? T.NaN : numbers[i];
        return Tensor.Create<T>(numbers, shape);
    }

    protected internal override UnaryOperator<T> ForBatch(Shape batch) => this;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.ForEachMatrix().StrongMultiply(new InverseOperator<T>(Name).Apply(at.X).Transpose(-2, -1));
}
