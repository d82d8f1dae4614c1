namespace SimpleGrad.Tests.Properties;

internal static partial class OperatorTable<T>
{
    private static IEnumerable<OperatorUse<T>> LinearAlgebraUses() =>
    [
        new("x.MatMul(y)", [_any, _any], (v, _) => v[0].MatMul(v[1]))
        {
            Fits = s => s.All(shape => shape.Rank is 1 or 2) && s[0][^1] == s[1][0], IsReproducible = false,
        },
        new("x.MatMul(stack of y)", [_any, _any], (v, _) => v[0].MatMul(v[1].Expand([2, .. v[1].Shape.ToArray()])))
        {
            Fits = s => s.All(shape => shape.Rank == 2) && s[0][^1] == s[1][0],
        },
        Whole("Einsum(...i,...i->i...)", (x, _) => Variable.Einsum("...i,...i->i...", x, x + 1)) with
        {
            Fits = s => s[0].Rank > 0,
        },
        Whole("x.Kron(x)", (x, _) => x.Kron(x + 1)) with { Fits = s => s[0].Rank > 0 && s[0].FlattenedLength < 100 },
        OfMatrix("Einsum(...ii->...)", a => Variable.Einsum("...ii->...", a)),
        OfMatrix("A.MatrixNorm()", a => a.MatrixNorm()),
        OfMatrix("A.MatrixPower(3)", a => a.MatrixPower(3)),
        OfMatrix("A.Det()", a => a.Det()),
        OfMatrix("A.SlogDet().Sign", a => a.SlogDet().Sign) with { IsDifferentiable = false },
        OfMatrix("A.SlogDet().LogAbsDet", a => a.SlogDet().LogAbsDet),
        OfMatrix("A.LogDet()", a => a.LogDet()),
        OfMatrix("A.Inverse()", a => a.Inverse()),
        OfMatrix("A.Solve(A + 1)", a => a.Solve(a + 1)),
        OfMatrix("A.SolveTriangular(A)", a => a.SolveTriangular(a, upper: true)),
        OfMatrix("A.SolveTriangular(A, left: false)", a => a.SolveTriangular(a, upper: false, left: false)),
        OfMatrix("(A + Aᵀ).Cholesky()", a => (a + a.Transpose(-2, -1)).Cholesky()) with { HidesNaN = [0] },
    ];

    private static IEnumerable<OperatorUse<T>> OrthogonalUses() =>
    [
        OfMatrix("A.Qr()", a => a.Qr() is var (q, r) ? Variable.Concatenate([q, r], -2) : a) with { HidesNaN = [0] },
        OfMatrix(
            "(A, A²).Qr()",
            a => Variable.Concatenate([a, a.Square()], -1).Qr() is var (q, r)
                ? Variable.Concatenate([q, r], -1)
                : a) with
        {
            HidesNaN = [0],
        },
        OfMatrix("A.HouseholderProduct(A)", a => a.HouseholderProduct(a.Diagonal())),
        OfMatrix(
            "A.Svd()",
            a => a.Svd(false) is var (u, s, vh) ? u.Square() + vh.Square() + s.Unsqueeze(-2) : a) with
        {
            IsReproducible = false,
        },
        OfMatrix("A.Svdvals()", a => a.Svdvals()) with { IsReproducible = false },
        OfMatrix("A.CofactorsAlong(A)", a => CofactorsAlongOperator<T>.Instance.Apply(a, a + 1)),
        OfMatrix(
            "A.CofactorsAlongTwo(A, A)",
            a => CofactorsAlongTwoOperator<T>.Instance.Apply(a, a + 1, a.Square())) with
        {
            IsReproducible = false, IsDifferentiable = false,
        },
        OfMatrix(
            "A.GapQuotient(w)",
            a => GapQuotientOperator<T>.WithoutLimits.Apply(a, Spaced(a).Eigh().Values.Unsqueeze(-2))) with
        {
            HidesNaN = [0], IsReproducible = false,
        },
        OfMatrix("A.Eigh()", a => Spaced(a).Eigh() is var (values, vectors)
            ? vectors.Square() + values.Unsqueeze(-2)
            : a) with
        {
            IsReproducible = false,
        },
        OfMatrix("A.MatrixExp()", a => (a / 4).MatrixExp()),
        OfMatrix("A.Lstsq(A)", a => Variable.Concatenate([a, a.Square()], -2).Lstsq(Variable.Concatenate([a, a], -2))),
        OfMatrix("A.Pinv()", a => Variable.Concatenate([a, a.Square()], -1).Pinv()),
    ];

    /// <summary>Symmetric, with eigenvalues that lie apart.</summary>
    private static Variable<T> Spaced(Variable<T> a) => a + a.Transpose(-2, -1) + a.Tape.Constant(
        Tensor.Create<T>([.. Enumerable.Range(0, a.Shape[^1]).Select(i => T.CreateChecked(7 * i))])).DiagEmbed();

    /// <summary>
    /// An operator of square matrices, made of any matrices such that they are far from singular and not symmetric:
    /// XᵀX/4 + 2 on the diagonal, 1 above, and -1 below.
    /// </summary>
    private static OperatorUse<T> OfMatrix(string name, Func<Variable<T>, Variable<T>> apply) =>
        Whole(name, (x, _) => apply(x.Transpose(-2, -1).MatMul(x) / 4 + Shift(x.Tape, x.Shape[^1]))) with
        {
            Fits = s => s[0].Rank > 1 && s[0].FlattenedLength < 100,
        };

    private static Variable<T> Shift(Tape<T> tape, int n) => tape.Constant(Tensor.Create<T>(
        [.. Enumerable.Range(0, n * n).Select(i => T.CreateChecked(i / n == i % n ? 2 : i / n < i % n ? 1 : -1))],
        [n, n]));
}
