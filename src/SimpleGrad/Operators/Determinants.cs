using System.Numerics;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>The determinant of each matrix in the last two axes, as <c>torch.linalg.det</c>.</summary>
    /// <remarks>
    /// The gradient is the matrix of cofactors, also where the matrix is singular, of whatever rank (PyTorch's is
    /// wrong where the rank is two or more short). Its own derivatives are right for all matrices up to 3 by 3;
    /// larger ones must be invertible there, or an error says that they are not.
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

    public override Keeps Keeps => Keeps.X;

    protected override Shape InferShape(Shape x) => Matrices.Stack(Matrices.RequireSquare(Name, x));

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => LinearSystems.Det(x);

    internal override UnaryOperator<T> ForBatch(Shape batch) => this;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.ForEachMatrix().StrongMultiply(CofactorsOperator<T>.Instance.Apply(at.X));
}

/// <summary>
/// The matrix of cofactors of A; det A times A⁻ᵀ where A can be inverted. Its own derivative needs that from 4 by 4 on.
/// </summary>
internal sealed class CofactorsOperator<T> : UnaryOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static CofactorsOperator<T> Instance { get; } = new();

    public override string Name => "cofactors";

    public override Keeps Keeps => Keeps.X | Keeps.Result;

    protected override Shape InferShape(Shape x) => Matrices.RequireSquare(Name, x);

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => LinearSystems.Cofactors(x);

    internal override UnaryOperator<T> ForBatch(Shape batch) => this;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at)
    {
        switch (at.ShapeOf(0)[^1])
        {
            case 0 or 1:
                return null;
            case 2: // linear, and its own transpose
                return Apply(gradient);
            case 3: // each row of the result is the cross product of the next two rows
                return NextRow(gradient, 1).Cross(NextRow(at.X, 2)) + NextRow(at.X, 1).Cross(NextRow(gradient, 2));
        }
        Variable<T> inverse = new InverseOperator<T>("det").Apply(at.X).Transpose(-2, -1);
        Variable<T> turned = at.Result.MatMul(gradient.Transpose(-2, -1)).MatMul(inverse);
        return at.Result * (gradient * inverse).Sum([-2, -1], keepDims: true) - turned;
    }

    private static Variable<T> NextRow(Variable<T> x, int distance) =>
        Variable.Concatenate([x.Slice(-2, distance), x.Slice(-2, 0, distance)], -2);
}

/// <summary>The sign of det A, 0 where A is singular; its gradient is known zero.</summary>
internal sealed class DetSignOperator<T> : UnaryOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DetSignOperator<T> Instance { get; } = new();

    public override string Name => "det_sign";

    protected override Shape InferShape(Shape x) => Matrices.Stack(Matrices.RequireSquare("slogdet", x));

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => LinearSystems.SlogDet(x).Sign;

    internal override UnaryOperator<T> ForBatch(Shape batch) => this;

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

    internal override string Method => absolute ? nameof(Variable<>.SlogDet) : nameof(Variable<>.LogDet);

    internal override string Code(ReadOnlySpan<string> inputs) => base.Code(inputs) + (absolute ? ".LogAbsDet" : "");

    public override Keeps Keeps => Keeps.X;

    protected override Shape InferShape(Shape x) => Matrices.Stack(Matrices.RequireSquare(Name, x));

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape)
    {
        (Tensor<T> sign, Tensor<T> log) = LinearSystems.SlogDet(x);
        if (absolute)
            return log;
        T[] signs = sign.ToArray(), numbers = log.ToArray();
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = signs[i] < T.Zero ? T.NaN : numbers[i];
        return Tensor.Create<T>(numbers, shape);
    }

    internal override UnaryOperator<T> ForBatch(Shape batch) => this;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.ForEachMatrix().StrongMultiply(new InverseOperator<T>(Name).Apply(at.X).Transpose(-2, -1));
}
