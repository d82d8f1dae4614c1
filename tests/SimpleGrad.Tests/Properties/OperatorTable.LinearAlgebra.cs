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
    ];
}
