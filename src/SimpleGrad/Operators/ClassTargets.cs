using System.Numerics;

namespace SimpleGrad;

/// <summary>The classes of samples, checked.</summary>
internal sealed class ClassTargets
{
    private readonly bool[] _isKept;

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
        int[] classes = target.ToArray();
        _isKept = new bool[classes.Length];
        for (int i = 0; i < classes.Length; i++)
        {
            _isKept[i] = classes[i] != ignoreIndex;
            Kept += _isKept[i] ? 1 : 0;
            if (_isKept[i] && (classes[i] < 0 || classes[i] >= Classes))
                throw new ArgumentOutOfRangeException(
                    nameof(target), classes[i],
                    $"{operation}: the target {classes[i]} is none of the {Classes} classes of shape {shape}.");
            classes[i] = _isKept[i] ? classes[i] : 0;
        }
        Indices = Tensor.Create<int>(classes, target.Shape);
        if (Classes == 0 && classes.Length > 0)
            throw new ArgumentException($"{operation}: shape {shape} has no classes.");
    }

    public string Operation { get; }

    /// <summary>The axis of classes.</summary>
    public int Axis { get; }

    public int Classes { get; }

    /// <summary>The class of each sample; some class for those that are ignored.</summary>
    public Tensor<int> Indices { get; }

    /// <summary>How many samples are not ignored.</summary>
    public int Kept { get; }

    /// <summary>0 for the samples that are ignored, 1 for the others.</summary>
    public Tensor<T> Mask<T>() where T : unmanaged, INumberBase<T> =>
        Tensor.Create<T>(Array.ConvertAll(_isKept, isKept => isKept ? T.One : T.Zero), Indices.Shape);
}
