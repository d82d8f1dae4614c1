using System.Numerics;

namespace SimpleGrad;

/// <summary>The classes of samples, checked.</summary>
internal sealed class ClassTargets
{
    private readonly Tensor<int> _isKept;

    public ClassTargets(string operation, Shape shape, Tensor<int> target, int ignoreIndex)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (shape.Rank == 0)
            throw new ArgumentException($"{operation}: a single number has no axis of classes.");
        (Operation, Axis) = (operation, shape.Rank == 1 ? 0 : 1);
        Classes = shape[Axis];
        Shape expected = shape.Without(Axis);
        if (target.Shape != expected)
            throw new ArgumentException(
                $"{operation}: the target has shape {target.Shape}, and a prediction of shape {shape} takes one of "
                + $"{expected}.", nameof(target));
        Indices = new ClassIndexRule(operation, Classes, shape, ignoreIndex).Apply(target);
        if (Classes == 0 && Indices.Length > 0)
            throw new ArgumentException($"{operation}: shape {shape} has no classes.");
        _isKept = new KeptSamplesRule(ignoreIndex).Apply(target);
    }

    public string Operation { get; }

    /// <summary>The axis of classes.</summary>
    public int Axis { get; }

    public int Classes { get; }

    /// <summary>The class of each sample; some class for those that are ignored.</summary>
    public Tensor<int> Indices { get; }

    /// <summary>Beside a prediction, 1 for each sample, but 0 for those that are ignored; null where none is.</summary>
    public Variable<T>? MaskFor<T>(Variable<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (_isKept.IsSymbolic)
            return x.Beside(Tensor.Create([T.Zero, T.One])).SelectAt(0, _isKept.Reshape(-1)).Reshape(Indices.Shape);
        return _isKept.Span.Contains(0)
            ? x.Beside(Tensor.Create<T>(
                Array.ConvertAll(_isKept.ToArray(), isKept => T.CreateChecked(isKept)), Indices.Shape))
            : null;
    }

    /// <summary>How many samples are not ignored.</summary>
    public Variable<T> CountFor<T>(Variable<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        _isKept.IsSymbolic ? MaskFor(x)!.Sum() : Variable<T>.FromNumber((double)_isKept.Span.Count(1));
}
