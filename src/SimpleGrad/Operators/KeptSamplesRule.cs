namespace SimpleGrad;

/// <summary>For each sample 1, or 0 where it is ignored.</summary>
/// <param name="Ignored">The class whose samples do not count.</param>
internal sealed record KeptSamplesRule(int Ignored) : IndexRule
{
    public override Tensor<int> Run(params ReadOnlySpan<Tensor<int>> given) =>
        Tensor.Create<int>(Array.ConvertAll(given[0].ToArray(), each => each == Ignored ? 0 : 1), given[0].Shape);

    protected override Shape ShapeOf(ReadOnlySpan<Tensor<int>> given) => given[0].Shape;
}
