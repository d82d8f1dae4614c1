using System.Numerics;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// The inverse of each matrix in the last two axes, as <c>torch.linalg.inv</c>. To solve a system,
    /// <see cref="Solve"/> is quicker and more accurate.
    /// </summary>
    /// <exception cref="ArgumentException">A matrix is not square, or singular.</exception>
    public Variable<T> Inverse() => InverseOperator<T>.Instance.Apply(this);

    /// <summary>
    /// Solves A X = B for the square matrices A in the last two axes of this variable, as <c>torch.linalg.solve</c>.
    /// </summary>
    /// <param name="b">
    /// Right sides: a vector, a stack of vectors (its shape is that of A without the last axis), or matrices with a
    /// column for each right side. Stacks are broadcast.
    /// </param>
    /// <returns>X, with the last axes of B.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit, or a matrix is singular.</exception>
    public Variable<T> Solve(Variable<T> b)
    {
        ArgumentNullException.ThrowIfNull(b);
        bool isVector = b.Rank == 1
            || (b.Rank == Rank - 1 && b.Shape.Lengths.SequenceEqual(Shape.Lengths[..^1]));
        if (!isVector)
            return SolveOperator<T>.Solve(this, b);
        Variable<T> x = SolveOperator<T>.Solve(this, b.Reshape(Shape.Create([.. b.Shape.Lengths, 1])));
        return x.Reshape(Shape.Create(x.Shape.Lengths[..^1]));
    }

    /// <summary>
    /// Solves A X = B, or X A = B, for the triangular matrices A in the last two axes of this variable, as
    /// <c>torch.linalg.solve_triangular</c>.
    /// </summary>
    /// <remarks>
    /// Only the named triangle of A is read, and only it has a gradient. A zero on the diagonal is no error: the
    /// result is infinite or NaN there.
    /// </remarks>
    /// <param name="b">Matrices of right sides; stacks are broadcast.</param>
    /// <param name="upper">Which triangle of A is read.</param>
    /// <param name="left">Whether A stands to the left of X.</param>
    /// <param name="unitTriangular">Whether the diagonal counts as ones and is not read.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Variable<T> SolveTriangular(Variable<T> b, bool upper, bool left = true, bool unitTriangular = false)
    {
        ArgumentNullException.ThrowIfNull(b);
        if (left)
            return new SolveTriangularOperator<T>(upper, unitTriangular).Apply(this, b);
        Matrices.Require("solve_triangular", Shape);
        Matrices.Require("solve_triangular", b.Shape);
        return new SolveTriangularOperator<T>(!upper, unitTriangular)
            .Apply(Transpose(-2, -1), b.Transpose(-2, -1)).Transpose(-2, -1);
    }

    /// <summary>
    /// The lower triangular L with A = L Lᵀ, of each symmetric and positive definite matrix in the last two axes, as
    /// <c>torch.linalg.cholesky</c>.
    /// </summary>
    /// <remarks>Only the lower triangle is read. The gradient is symmetric nevertheless, as A is taken to be.</remarks>
    /// <exception cref="ArgumentException">A matrix is not square, or not positive definite.</exception>
    public Variable<T> Cholesky() => CholeskyOperator<T>.Instance.Apply(this);

    /// <summary>
    /// The product of <paramref name="n"/> factors each of which is the square matrix in the last two axes, as
    /// <c>torch.linalg.matrix_power</c>; for a negative number, of as many inverses.
    /// </summary>
    /// <exception cref="ArgumentException">A matrix is not square, or is singular and <paramref name="n"/> is
    /// negative.</exception>
    public Variable<T> MatrixPower(int n)
    {
        Matrices.RequireSquare("matrix_power", Shape);
        if (n == 0)
            return Beside(Tensor.Eye<T>(Shape[^1]).Expand(Shape));
        Variable<T> power = n < 0 ? new InverseOperator<T>("matrix_power").Apply(this) : this;
        Variable<T>? product = null;
        for (uint left = (uint)Math.Abs((long)n); ; power = power.MatMul(power))
        {
            if ((left & 1) != 0)
                product = product?.MatMul(power) ?? power;
            left >>= 1;
            if (left == 0)
                return product!;
        }
    }
}

/// <summary>A⁻¹, refused where A is singular; with the derivative -A⁻ᵀ G A⁻ᵀ.</summary>
/// <param name="user">The operator that needs the inverse, for the error where there is none.</param>
internal sealed class InverseOperator<T>(string user) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static InverseOperator<T> Instance { get; } = new("inverse");

    public override string Name => "inverse";

    internal override object Identity => (typeof(InverseOperator<T>), user);

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Cubic(inputs[0], Costs.Lu + 2 * Costs.Substitution);

    public override Keeps Keeps => Keeps.Result;

    protected override Shape InferShape(Shape x) => Matrices.RequireSquare(user, x);

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) =>
        LinearSystemKernel.Solve(user, x, null, shape);

    protected internal override UnaryOperator<T> ForBatch(Shape batch) => this;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at)
    {
        Variable<T> transposed = at.Result.Transpose(-2, -1);
        return -transposed.MatMul(gradient).MatMul(transposed);
    }
}

/// <summary>
/// The factors of P A = L U: L below the diagonal, whose ones are not stored, U above, and in one row more the order of
/// the rows of A. Refused where A is singular. The gradient is known zero: an operator that reads the factors reads A
/// too, and propagates to A.
/// </summary>
/// <param name="user">The operator that needs the factors, for the error where there are none.</param>
internal sealed class LuOperator<T>(string user) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static LuOperator<T> ForSolve { get; } = new("solve");

    public override string Name => "lu_factor";

    internal override object Identity => (typeof(LuOperator<T>), user);

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Cubic(inputs[0], Costs.Lu);

    protected override Shape InferShape(Shape x) => LinearSystemKernel.FactorsOf(Matrices.RequireSquare(user, x));

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => LinearSystemKernel.Lu(user, x, shape);

    protected internal override UnaryOperator<T> ForBatch(Shape batch) => this;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) => null;
}

/// <summary>
/// X where A X = B, or Aᵀ X = B, from A, B and the factors of A. What propagates to A and B solves with the same
/// factors; nothing propagates to them.
/// </summary>
internal sealed class SolveOperator<T> : TernaryOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly SolveOperator<T> _plain = new(false), _transposed = new(true);
    private readonly bool _isTransposed;

    private SolveOperator(bool isTransposed) => _isTransposed = isTransposed;

    public override string Name => "solve";

    internal override object Identity => (typeof(SolveOperator<T>), _isTransposed);

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elements((double)result.FlattenedLength * result[^2], 2 * Costs.Substitution);

    public override Keeps Keeps => Keeps.X | Keeps.Z | Keeps.Result;

    /// <summary>X where A X = B; refused where A is singular.</summary>
    public static Variable<T> Solve(Variable<T> a, Variable<T> b)
    {
        _ = Matrices.Solution("solve", a.Shape, b.Shape); // before the matrix is found to be singular
        return _plain.Apply(a, b, LuOperator<T>.ForSolve.Apply(a));
    }

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}{(_isTransposed ? ".T" : "")}.solve({inputs[1]}, {inputs[2]})";

    protected internal override string Code(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}{(_isTransposed ? ".Transpose(-2, -1)" : "")}.Solve({inputs[1]}, {inputs[2]})";

    protected override Shape InferShape(Shape x, Shape y, Shape z) => Matrices.Solution(Name, x, y);

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Tensor<T> z, Shape shape) =>
        LinearSystemKernel.SolveFactored(z, y, _isTransposed, shape);

    protected internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch) =>
        ApplyTo(Batches.Align(inputs, isBatch));

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at)
    {
        Variable<T> ofB = OfRightSides(gradient, in at), x = at.Result;
        return -(_isTransposed ? x.MatMul(ofB.Transpose(-2, -1)) : ofB.MatMul(x.Transpose(-2, -1)));
    }

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        OfRightSides(gradient, in at);

    protected override Variable<T>? PropagateZ(Variable<T> gradient, in Propagation<T> at) => null;

    private Variable<T> OfRightSides(Variable<T> gradient, in Propagation<T> at) =>
        (_isTransposed ? _plain : _transposed).Apply(at.X, gradient, at.Z);
}

/// <summary>
/// X where A X = B and A is triangular. Nothing outside the triangle is read or gets a gradient; nor does the diagonal
/// where it is declared to be all ones.
/// </summary>
internal sealed class SolveTriangularOperator<T>(bool upper, bool unit) : BinaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "solve_triangular";

    internal override object Identity => (typeof(SolveTriangularOperator<T>), upper, unit);

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elements((double)result.FlattenedLength * result[^2], Costs.Substitution);

    public override Keeps Keeps => Keeps.X | Keeps.Result;

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.solve_triangular({inputs[1]}, upper={upper}, unitriangular={unit})";

    protected internal override string Code(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.{Method}({inputs[1]}, upper: {(upper ? "true" : "false")}"
        + (unit ? ", unitTriangular: true)" : ")");

    protected override Shape InferShape(Shape x, Shape y) => Matrices.Solution(Name, x, y);

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape) =>
        LinearSystemKernel.SolveTriangular(x, y, upper, unit, shape);

    protected internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch) =>
        ApplyTo(Batches.Align(inputs, isBatch));

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at)
    {
        Variable<T> whole = -ForRightSides(gradient, in at).MatMul(at.Result.Transpose(-2, -1));
        int nearest = unit ? 1 : 0;
        return upper ? whole.Band(nearest, int.MaxValue) : whole.Band(int.MinValue, -nearest);
    }

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        ForRightSides(gradient, in at);

    private Variable<T> ForRightSides(Variable<T> gradient, in Propagation<T> at) =>
        new SolveTriangularOperator<T>(!upper, unit).Apply(at.X.Transpose(-2, -1), gradient);
}

/// <summary>
/// L where A = L Lᵀ; refused where A is not positive definite, and only the lower triangle of A is read. The derivative
/// is that of I. Murray, "Differentiation of the Cholesky decomposition" (arXiv:1602.07527), made symmetric.
/// </summary>
internal sealed class CholeskyOperator<T> : UnaryOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static CholeskyOperator<T> Instance { get; } = new();

    public override string Name => "cholesky";

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Cubic(inputs[0], Costs.Cholesky);

    public override Keeps Keeps => Keeps.Result;

    protected override Shape InferShape(Shape x) => Matrices.RequireSquare(Name, x);

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => LinearSystemKernel.Cholesky(Name, x);

    protected internal override UnaryOperator<T> ForBatch(Shape batch) => this;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at)
    {
        Variable<T> factor = at.Result, transposed = factor.Transpose(-2, -1);
        Variable<T> product = transposed.MatMul(gradient);
        Variable<T> lower = product.Band(int.MinValue, -1) + product.Band(0, 0) / 2;
        Variable<T> symmetric = (lower + lower.Transpose(-2, -1)) / 2;
        return factor.SolveTriangular(transposed.SolveTriangular(symmetric, upper: true), upper: false, left: false);
    }
}
