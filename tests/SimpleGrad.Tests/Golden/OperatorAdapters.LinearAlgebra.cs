namespace SimpleGrad.Tests.Golden;

internal static partial class OperatorAdapters
{
    private static Dictionary<string, Func<OperatorCall, Variable<double>[]>> LinearAlgebra => new()
    {
        ["addmm"] = c => [c.Number("beta") * c.X + c.Number("alpha") * c.Y.MatMul(c["z"])],
        ["bmm"] = c => [c.X.MatMul(c.Y)],
        ["dot"] = c => [c.X.Dot(c.Y)],
        ["linear"] = c => [c.X.Linear(c["w"], c["b"])],
        ["matmul"] = c => [c.X.MatMul(Second(c))],
        ["mm"] = c => [c.X.MatMul(c.Y)],
        ["mv"] = c => [c.X.MatMul(c.Y)],
        ["outer"] = c => [c.X.Outer(Second(c))],
    };
}
