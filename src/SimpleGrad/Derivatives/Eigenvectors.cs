using System.Numerics;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// The eigenvalues of each symmetric matrix in the last two axes, in ascending order, and its eigenvectors, which
    /// are the columns of an orthogonal matrix V: A V = V diag(w). As <c>torch.linalg.eigh</c>.
    /// </summary>
    /// <remarks>
    /// Only the lower triangle is read. The gradient is symmetric nevertheless, as A is taken to be. The sign of an
    /// eigenvector is any; where eigenvalues are equal, so are their eigenvectors within the space that they span. A
    /// function that does not depend on that choice (of all equal eigenvalues alike, or V f(w) Vᵀ) has the right
    /// derivatives up to the third order there. One that does has none, and asking for it is an error.
    /// </remarks>
    /// <exception cref="ArgumentException">A matrix is not square.</exception>
    public (Variable<T> Values, Variable<T> Vectors) Eigh() => EighOperator<T>.Instance.Decompose(this);
}

/// <summary>
/// V and below it w, where A V = V diag(w), VᵀV = 1, and w ascends; only the lower triangle of A is read, and its
/// derivative is made symmetric.
/// </summary>
internal sealed class EighOperator<T> : EigenOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static EighOperator<T> Instance { get; } = new();

    public override string Name => "eigh";

    protected override void Factor(Span<T> a, int n, Span<T> vectors, Span<T> values) =>
        OrthogonalFactorization.Eigen(a, n, vectors, values);
}

/// <summary>
/// Eigenvectors V of symmetric matrices, and below them the eigenvalues w. Only V has a gradient; that of w is what
/// <see cref="EigenvaluesOperator{T}"/> propagates.
/// </summary>
/// <remarks>
/// The gradient is V S Vᵀ, where S is the skew part N of VᵀḠ divided by the gaps wⱼ - wᵢ. Where a gap is zero, or so
/// small that the quotient loses its digits, and the function does not depend on the choice of eigenvectors, N vanishes
/// with the gap 2r, and the quotient is its Taylor series back from there: (N' - r N''/2 + r² N'''/6 …) / 2, where
/// the eigenvalues move apart and V stays. These derivatives are those of the gradient that arrives, so it must be
/// recorded. Nor does N change where V turns; that, too, is looked at, for N may be zero by chance.
/// </remarks>
internal abstract class EigenOperator<T> : UnaryOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxOrders = 3; // of derivatives of functions of coinciding eigenvalues
    private const long MaxElements = 1 << 26; // of all that is computed to find a limit

    public override Keeps Keeps => Keeps.X | Keeps.Result;

    /// <summary>Whether the values are the singular ones of another matrix.</summary>
    protected virtual bool AreSingular => false;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Cubic(inputs[0], Costs.Eigenvectors);

    /// <summary>Computes and records eigenvalues and eigenvectors.</summary>
    public (Variable<T> Values, Variable<T> Vectors) Decompose(Variable<T> a)
    {
        Variable<T> both = Apply(a);
        return (ValuesOf(a, both), both.Slice(-2, 0, -1));
    }

    /// <summary>Factors one matrix, which may be overwritten.</summary>
    protected abstract void Factor(Span<T> a, int n, Span<T> vectors, Span<T> values);

    /// <summary>
    /// Adds to moves of eigenvalues that of one of them, up or down, with what moves with it whatever the matrix is.
    /// </summary>
    protected virtual void Move(Span<T> moves, int index, T by) => moves[index] += by;

    /// <summary>Whether any two eigenvalues can change places.</summary>
    protected virtual bool AreAlike => true;

    protected override Shape InferShape(Shape x) =>
        Shape.Create([.. Matrices.RequireSquare(Name, x).Lengths[..^2], checked(x[^2] + 1), x[^1]]);

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape)
    {
        int n = x.Shape[^1], length = n * n;
        T[] a = x.ToArray();
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        for (int i = 0; i * length < a.Length; i++)
        {
            Span<T> both = result.NewData.Slice(i * (length + n), length + n);
            Factor(a.AsSpan(i * length, length), n, both[..length], both[length..]);
        }
        return result;
    }

    protected internal override UnaryOperator<T> ForBatch(Shape batch) => this;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at)
    {
        Variable<T> vectors = at.Result.Slice(-2, 0, -1), transposed = vectors.Transpose(-2, -1);
        Variable<T> values = ValuesOf(at.X, at.Result);
        Variable<T> turned = transposed.MatMul(gradient.Slice(-2, 0, -1));
        Variable<T> skew = (turned - turned.Transpose(-2, -1)) / 2;
        Variable<T> inner = at.Result.IsSymbolic || values.Length == 0
            ? GapQuotientOperator<T>.WithoutLimits.Apply(skew, values.Unsqueeze(-2))
            : Quotient(turned, skew, values, gradient, in at);
        Variable<T> whole = vectors.MatMul(inner).MatMul(transposed);
        return (whole + whole.Transpose(-2, -1)) / 2;
    }

    private Variable<T> ValuesOf(Variable<T> a, Variable<T> both) =>
        new EigenvaluesOperator<T>(AreSingular).Apply(a, both);

    private Variable<T> Quotient(
        Variable<T> turned, Variable<T> skew, Variable<T> values, Variable<T> gradient, in Propagation<T> at)
    {
        Tape<T> tape = at.Tape;
        // Where a series of a few terms is about as accurate as the quotient.
        double share = Math.Sqrt(Math.Sqrt(EigenvalueGaps.Epsilon<T>()));
        List<EigenvaluePair> pairs = EigenvalueGaps.Find(values.Data, share);
        if (pairs.Count == 0)
            return new GapQuotientOperator<T>([]).Apply(skew, values.Unsqueeze(-2));
        if (!tape.Recorder.Records)
            throw new GraphNeededException();
        EigenAncestry ancestry = EigenAncestry.Of(tape, gradient);
        if (!ancestry.IsKnown)
            throw new CoincidingEigenvaluesException(
                $"{Name}: eigenvalues coincide, and how the gradient depends on them is hidden in a function that "
                + "is one operator: one that is compiled, or in Checkpoint, Scan or While. Use eigenvalues and "
                + "eigenvectors outside of these.");
        int orders = MaxOrders - ancestry.Limits;
        if (orders == 0)
            throw new CoincidingEigenvaluesException(
                $"{Name}: a derivative of order {MaxOrders + 1} or more is asked for where eigenvalues coincide; "
                + $"there, they are known up to order {MaxOrders}.");
        Variable<T> quotient = new GapQuotientOperator<T>([.. pairs]).Apply(skew, values.Unsqueeze(-2));
        if (pairs.Count * (long)skew.Length > MaxElements)
            throw new CoincidingEigenvaluesException(
                $"{Name}: {pairs.Count} pairs of eigenvalues of shape {values.Shape} coincide. What the derivative "
                + "by eigenvectors is then takes a matrix for each pair, which are too many.");
        int terms = pairs.TrueForAll(pair => pair.IsEqual) ? orders : orders + 1;
        return quotient + Limits(turned, skew, values, pairs, terms, in at);
    }

    /// <summary>The quotients of pairs of coinciding eigenvalues, as a symmetric matrix.</summary>
    private Variable<T> Limits(
        Variable<T> turned, Variable<T> skew, Variable<T> values, List<EigenvaluePair> pairs, int terms,
        in Propagation<T> at)
    {
        Tape<T> tape = at.Tape;
        int n = values.Shape[^1], count = pairs.Count;
        T[] high = new T[count * skew.Length], low = new T[high.Length];
        T[] moves = new T[count * values.Length], joint = new T[moves.Length];
        T[] rates = new T[count], free = new T[count], equal = new T[count];
        for (int p = 0; p < count; p++)
        {
            EigenvaluePair pair = pairs[p];
            int start = p * skew.Length + pair.Matrix * n * n, line = p * values.Length + pair.Matrix * n;
            high[start + pair.Low * n + pair.High] = T.One;
            low[start + pair.High * n + pair.Low] = T.One;
            Span<T> own = moves.AsSpan(line, n);
            Move(own, pair.Low, -T.One);
            Move(own, pair.High, T.One);
            T rate = own[pair.High] - own[pair.Low];
            // Of two that never move nothing asks for the limit.
            (rates[p], free[p]) = rate == T.Zero ? (T.One, T.Zero) : (rate, T.One);
            equal[p] = pair.IsEqual ? T.One : T.Zero;
            if (AreAlike)
                (joint[line + pair.Low], joint[line + pair.High]) = (T.One, T.One);
        }
        Variable<T> above = Constants(high, skew.Shape), below = Constants(low, skew.Shape);
        Variable<T> apart = Constants(moves, values.Shape);
        Variable<T> perMove = tape.Constant(rates);
        Variable<T> gaps = values.Unsqueeze(-2) - values.Unsqueeze(-1);
        Variable<T> gap = (above * gaps).Reshape(count, -1).Sum(1);
        Variable<T> distance = gap / perMove;
        Variable<T> numerators = (above * skew).Reshape(count, -1).Sum(1);
        Variable<T>?[] slopes = Slopes(
            skew, EigenAncestry.ValuesOf(tape, at.Links[0]), at.Result,
            [above, apart, above - below, Constants(joint, values.Shape)], terms);

        Variable<T> limit = tape.Constant(Tensor.Zeros<T>(Shape.Create(count)));
        Variable<T>? factor = null;
        for (int i = 0; i < terms && slopes[i] is { } slope; i++)
        {
            limit = factor is null ? slope / perMove : limit + slope * factor / perMove;
            factor = -(factor is null ? distance : factor * distance) / (i + 2);
        }
        limit *= tape.Constant(free);
        Variable<T> errors = (numerators - limit * gap).Detach().Abs();
        if (slopes[terms] is { } turn)
            errors += turn.Detach().Abs() * tape.Constant(equal);
        if (slopes[terms + 1] is { } together && slopes[0] is { } opposed)
        {
            // Where two equal eigenvalues move as one, N stays zero.
            Variable<T> slip = together.Detach().Abs();
            double size = double.CreateChecked(values.Data.Abs().Amax().Item());
            errors += Variable.Where((opposed.Detach().Abs() + slip) * 1e-4 < slip, slip * (size > 0 ? size : 1), 0)
                * tape.Constant(equal);
        }
        Variable<T> scale = turned.Detach().Abs().Reshape(-1).Amax(0, keepDims: true);
        Variable<T> isLimit = new LimitChoiceOperator<T>(Name, [.. pairs]).Apply(errors, scale);
        Variable<T> each = Variable.Where(isLimit, limit, numerators / Variable.Where(gap.EqualTo(0), 1, gap));
        return each.Reshape(1, count).MatMul((above + below).Reshape(count, skew.Length)).Reshape(skew.Shape);

        Variable<T> Constants(T[] numbers, Shape shape) =>
            tape.Constant(Tensor.Create<T>(numbers, Shape.Create([count, .. shape.Lengths])));
    }

    /// <summary>
    /// The derivatives, of the first few orders, of each pair's element of a matrix where its two eigenvalues move
    /// apart; null from one on that is known to be zero. And last, its derivatives where the two eigenvectors turn, and
    /// where the two eigenvalues move together.
    /// </summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="values">The eigenvalues, wherever they are on the tape.</param>
    /// <param name="both">The eigenvectors, with the eigenvalues below them.</param>
    /// <param name="pairs">For each pair, where its element is, how the eigenvalues move apart, how the eigenvectors
    /// turn, and how the eigenvalues move together.</param>
    /// <param name="terms">How many orders.</param>
    private Variable<T>?[] Slopes(
        Variable<T> matrix, Variable<T>[] values, Variable<T> both, Variable<T>[] pairs, int terms)
    {
        Tape<T> tape = matrix.Tape;
        Variable<T> vectors = both.Slice(-2, 0, -1).Detach();
        // What it takes to run a function of an example on one example, is more than the function takes itself.
        return pairs[0].Shape[0] > 1
            ? Batching.Map(Name, pairs, SlopesOf)
            : Array.ConvertAll(
                SlopesOf(Array.ConvertAll(pairs, pair => pair.Select(0, 0))), slope => slope?.Unsqueeze(0));

        Variable<T>?[] SlopesOf(Variable<T>[] x)
        {
            var slopes = new Variable<T>?[terms + 2];
            Variable<T>? number = (matrix * x[0]).Sum();
            if (Gradients(number, [both])[0] is { } byVectors)
                slopes[terms] = (byVectors.Slice(-2, 0, -1) * vectors.MatMul(x[2])).Sum();
            for (int i = 0; i < terms && number is not null; i++)
            {
                Variable<T>?[] gradients = Gradients(number, values);
                number = null;
                foreach (Variable<T>? gradient in gradients)
                {
                    if (gradient is null)
                        continue;
                    number = Plus(number, (gradient * x[1]).Sum());
                    if (i == 0)
                        slopes[terms + 1] = Plus(slopes[terms + 1], (gradient * x[3]).Sum());
                }
                slopes[i] = number;
            }
            return slopes;
        }

        static Variable<T> Plus(Variable<T>? sum, Variable<T> term) => sum is null ? term : sum + term;

        Variable<T>?[] Gradients(Variable<T> number, Variable<T>[] by)
        {
            // Each sweep makes the tape several times as long.
            if (tape.Count * (long)Math.Max(128, matrix.Length * pairs[0].Shape[0]) > MaxElements)
                throw new CoincidingEigenvaluesException(
                    $"{Name}: eigenvalues coincide, and what the derivatives are there takes another sweep of a tape "
                    + $"that has {tape.Count} entries by now, which is too long. Ask for a lower order, reset the "
                    + "tape before, or use fewer operators after the eigenvectors.");
            return tape.Grad([number], [null], by, createGraph: true);
        }
    }
}

/// <summary>
/// The eigenvalues w of a symmetric matrix A, from A and its eigenvectors V with w below them. The derivative by A is
/// V diag(ḡ) Vᵀ. Where it depends on the eigenvalues alone, it must be equal for equal ones, or V would matter.
/// </summary>
/// <param name="isSvd">Whether they are singular values.</param>
internal sealed class EigenvaluesOperator<T>(bool isSvd) : BinaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "eigenvalues";

    internal override object Identity => (typeof(EigenvaluesOperator<T>), isSvd);

    internal override bool LooksAtGradients => true;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) => Costs.Copy<T>(result);

    public override Keeps Keeps => Keeps.Y | Keeps.Result;

    protected override Shape InferShape(Shape x, Shape y) => y.Without(y.Rank - 2);

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape) =>
        Tensor.Create<T>(y.Slice(y.Rank - 2, y.Shape[^2] - 1).ToArray(), shape);

    protected internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch) =>
        ApplyTo(Batches.Align(inputs, isBatch));

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at)
    {
        if (MayMatter(gradient, in at))
            gradient = new SameWhereEqualOperator<T>(isSvd).Apply(gradient, gradient, at.Result);
        Variable<T> vectors = at.Y.Slice(-2, 0, -1);
        return (vectors * gradient.Unsqueeze(-2)).MatMul(vectors.Transpose(-2, -1));
    }

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) => null;

    /// <summary>Whether the gradient can be one that depends on the choice of eigenvectors.</summary>
    private static bool MayMatter(Variable<T> gradient, in Propagation<T> at)
    {
        bool isTraced = at.Result.IsSymbolic;
        if (!isTraced && (at.Result.Length == 0 || EigenvalueGaps.Find(at.Result.Data, 0).Count == 0))
            return false;
        if (!at.Tape.Recorder.Records)
            throw new GraphNeededException();
        return !EigenAncestry.Of(at.Tape, gradient).ReadsVectors;
    }
}
