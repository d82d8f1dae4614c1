namespace SimpleGrad.Tests.Golden;

internal static partial class OperatorAdapters
{
    private static Dictionary<string, Func<OperatorCall, Variable<double>[]>> LinearAlgebra => new()
    {
        ["addmm"] = c => [c.Number("beta") * c.X + c.Number("alpha") * c.Y.MatMul(c["z"])],
        ["bmm"] = c => [c.X.MatMul(c.Y)],
        ["cholesky"] = c => [c.X.Cholesky()],
        ["cholesky_sym"] = c => [((c.X + c.X.Transpose(-1, -2)) / 2).Cholesky()],
        ["cross"] = c => [c.X.Cross(c.Y)],
        ["det"] = c => [c.X.Det()],
        ["dot"] = c => [c.X.Dot(c.Y)],
        ["einsum"] = c => [Variable.Einsum(c.Text("equation"), [.. c.Inputs])],
        ["gram_logdet"] = c => [(c.X.MatMul(c.X.Transpose()) + c.Tape.Constant(Identity(2))).LogDet()],
        ["inverse"] = c => [c.X.Inverse()],
        ["kron"] = c => [c.X.Kron(c.Y)],
        ["linear"] = c => [c.X.Linear(c["w"], c["b"])],
        ["logdet"] = c => [c.X.LogDet()],
        ["matmul"] = c => [c.X.MatMul(Second(c))],
        ["matrix_norm"] = c => [c.X.MatrixNorm(Norm(c))],
        ["matrix_power"] = c => [c.X.MatrixPower(c.Int("n"))],
        ["mm"] = c => [Variable.Einsum("ij,jk->ik", c.X, c.Y)], // of matrices only
        ["mv"] = c => [c.X.MatMul(c.Y)],
        ["outer"] = c => [c.X.Outer(Second(c))],
        ["slogdet"] = c => [c.X.SlogDet().Sign, c.X.SlogDet().LogAbsDet],
        ["solve"] = c => [c["a"].Solve(c["b"])],
        ["triangular_solve"] = c => [
            c["a"].SolveTriangular(c["b"], c.Flag("upper"), c.Flag("left"), c.Flag("unitriangular"))],
        ["triangular_solve_t"] = c => [
            (c.Flag("transpose") ? c["a"].Transpose(-2, -1) : c["a"]).SolveTriangular(
                c["b"], c.Flag("upper") != c.Flag("transpose"), unitTriangular: c.Flag("unitriangular"))],
    };

    private static Tensor<double> Identity(int length) => Tensor.Create<double>(
        [.. Enumerable.Range(0, length * length).Select(i => i % (length + 1) == 0 ? 1.0 : 0.0)], [length, length]);

    private static MatrixNormKind Norm(OperatorCall call) => call.NumberOrNone("ord") switch
    {
        1 => MatrixNormKind.One,
        -1 => MatrixNormKind.MinusOne,
        null => call.Text("ord") switch
        {
            "fro" => MatrixNormKind.Frobenius,
            "inf" => MatrixNormKind.Infinity,
            "-inf" => MatrixNormKind.MinusInfinity,
            var other => throw new NotSupportedException($"The library has no matrix norm '{other}'."),
        },
        var other => throw new NotSupportedException($"The library has no matrix norm {other}."),
    };
}
