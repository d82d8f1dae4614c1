using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// x with y in the place of a view of it, or in the place of all of it where no view is named; y is broadcast to that
/// place. What y covers has no gradient by x.
/// </summary>
/// <param name="views">The operators of the view, from x on.</param>
internal sealed class AssignOperator<T>(params Operator<T>[] views) : BinaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly string _place = Text(views);

    /// <summary>y in the place of x.</summary>
    public static AssignOperator<T> Whole { get; } = new();

    public override string Name => "assign";

    internal override object Identity =>
        (typeof(AssignOperator<T>), Sequence.Of(Array.ConvertAll(views, view => view.Identity)));

    internal override Composition Composition => Composition.Moved;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) => Costs.Copy<T>(result);

    internal override int? EqualInput(ReadOnlySpan<T?> numbers) => views.Length == 0 ? 1 : null;

    /// <summary>Operators of a view as they follow the name of what they are applied to.</summary>
    public static string Text(ReadOnlySpan<Operator<T>> views)
    {
        string text = "";
        foreach (Operator<T> view in views)
            text = view.Describe([text]);
        return text;
    }

    protected internal override string Describe(ReadOnlySpan<string> inputs) => views.Length == 0
        ? $"{inputs[0]}.assign({inputs[1]})"
        : $"{inputs[0]}.assign({_place}, {inputs[1]})";

    protected internal override string Code(ReadOnlySpan<string> inputs)
    {
        string place = "";
        foreach (Operator<T> view in views)
            place = view.Code([place]);
        return views.Length == 0 ? $"{inputs[0]}.Assign({inputs[1]})" : $"{inputs[0]}.Assign({place}, {inputs[1]})";
    }

    protected override Shape InferShape(Shape x, Shape y)
    {
        Shape place = ViewOf(Tensor<T>.Symbolic(x)).Shape;
        return y.ExpandsTo(place) ? x : throw new ArgumentException(
            $"assign: shape {y} does not broadcast to {place}, that of the place it is to be written to.");
    }

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape)
    {
        if (shape.Rank == 0)
            return new Tensor<T>(y.ScalarValue);
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        if (views.Length > 0)
            x.CopyTo(result.NewData);
        Tensor<T> place = ViewOf(result);
        StridedCopy.Scatter(y.Expand(place.Shape), place);
        return result;
    }

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        views.Length == 0 ? null : Apply(gradient, Variable<T>.FromNumber(T.Zero));

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at)
    {
        foreach (Operator<T> view in views)
            gradient = view.ApplyTo([gradient]);
        return gradient;
    }

    protected internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch)
    {
        Variable<T>[] all = Batches.All(inputs, isBatch);
        var batched = new Operator<T>[views.Length];
        Tensor<T> place = Tensor<T>.Symbolic(all[0].Shape);
        for (int i = 0; i < views.Length; i++)
        {
            batched[i] = ((UnaryOperator<T>)views[i]).ForBatch(place.Shape)!;
            place = batched[i].ComputeOn([place]);
        }
        return new AssignOperator<T>(batched).Apply(all[0], Batches.WithRank(all[1], place.Rank - 1));
    }

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result)
    {
        Tensor<T> view = Tensor<T>.Symbolic(result);
        int[] covered = Dependence.Numbers(result).ToArray();
        foreach (Operator<T> each in views)
        {
            Shape shape = view.Shape;
            view = each.ComputeOn([view]);
            foreach (Dependence map in each.DependenceOn(0, [shape], view.Shape)!)
                covered = Array.ConvertAll(map.Indices, place => covered[place]);
        }
        int[] places = input == 0 ? Dependence.Numbers(result).ToArray() : new int[result.FlattenedLength];
        int[] sources = Dependence.Numbers(inputs[1]).Expand(view.Shape).ToArray();
        if (input == 1)
            Array.Fill(places, -1);
        for (int i = 0; i < covered.Length; i++)
            places[covered[i]] = input == 0 ? -1 : sources[i];
        return [Dependence.From(Tensor.Create<int>(places, result))];
    }

    private Tensor<T> ViewOf(Tensor<T> x)
    {
        foreach (Operator<T> view in views)
            x = view.ComputeOn([x]);
        return x;
    }
}
