namespace SimpleGrad;

/// <summary>The class of each sample; some class for those that are ignored.</summary>
/// <param name="Operation">The operator, for messages.</param>
/// <param name="Classes">How many classes there are.</param>
/// <param name="Shape">The shape of the predictions.</param>
/// <param name="Ignored">The class whose samples do not count.</param>
internal sealed record ClassIndexRule(string Operation, int Classes, Shape Shape, int Ignored) : IndexRule
{
    public override Tensor<int> Run(params ReadOnlySpan<Tensor<int>> given)
    {
        int[] classes = given[0].ToArray();
        for (int i = 0; i < classes.Length; i++)
        {
            if (classes[i] == Ignored)
                classes[i] = 0;
            else if (classes[i] < 0 || classes[i] >= Classes)
                throw Indices.Outside(
                    "target", classes[i],
                    $"{Operation}: the target {classes[i]} is none of the {Classes} classes of shape {Shape}.");
        }
        return Indices.Of(classes).Reshape(given[0].Shape);
    }

    protected override Shape ShapeOf(ReadOnlySpan<Tensor<int>> given) => given[0].Shape;
}
