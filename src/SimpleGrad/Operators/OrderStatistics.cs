namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// The largest elements along an axis, in descending order, and their indices there; or the smallest, in ascending
    /// order. Of equal ones the first come first; NaN counts as the largest. The gradient goes to the indices.
    /// </summary>
    /// <param name="k">How many.</param>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="largest">Whether the largest are wanted, and not the smallest.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many elements.</exception>
    public (Variable<T> Values, Tensor<int> Indices) TopK(int k, int axis = -1, bool largest = true)
    {
        if (Rank == 0 && axis is 0 or -1 && k == 1)
            return (this, Tensor.Scalar(0));
        axis = Shape.Axis(axis, "topk");
        if (k < 0 || k > Shape[axis])
            throw new ArgumentOutOfRangeException(
                nameof(k), k, $"topk: axis {axis} of shape {Shape} has no {k} elements.");
        (Variable<T> values, Tensor<int> indices) = Sort(axis, descending: largest);
        return (values.Slice(axis, 0, k), indices.Slice(axis, 0, k));
    }

    /// <summary>
    /// The k-th smallest element along an axis, from 1, and its index there. Of equal ones the first come first; NaN
    /// counts as the largest. The gradient goes to the index.
    /// </summary>
    /// <param name="k">Which one: 1 is the smallest.</param>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Whether the axis stays, with length 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many elements.</exception>
    public (Variable<T> Values, Tensor<int> Indices) KthValue(int k, int axis = -1, bool keepDims = false)
    {
        if (Rank == 0 && axis is 0 or -1 && k == 1)
            return (this, Tensor.Scalar(0));
        axis = Shape.Axis(axis, "kthvalue");
        if (k < 1 || k > Shape[axis])
            throw new ArgumentOutOfRangeException(
                nameof(k), k, $"kthvalue: axis {axis} of shape {Shape} has no element {k}, counted from 1.");
        (Variable<T> values, Tensor<int> indices) = Sort(axis);
        (values, indices) = (values.Slice(axis, k - 1, k), indices.Slice(axis, k - 1, k));
        return keepDims ? (values, indices)
            : (values.Reshape(Shape.Without(axis)), indices.Reshape(Shape.Without(axis)));
    }

    /// <summary>
    /// The number below which a share of the elements lies, of all elements; see <see cref="Quantile(double, int,
    /// bool)"/>.
    /// </summary>
    /// <param name="q">The share, from 0 to 1.</param>
    /// <exception cref="ArgumentException">There is no element.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The share lies outside 0 to 1.</exception>
    public Variable<T> Quantile(double q) => Reshape(-1).Quantile(q, 0);

    /// <summary>
    /// The number below which a share of the elements along an axis lies: between the two sorted elements around rank
    /// q (n - 1), in proportion. NaN where an element is. The gradient goes to the two.
    /// </summary>
    /// <param name="q">The share, from 0 to 1.</param>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Whether the axis stays, with length 1.</param>
    /// <exception cref="ArgumentException">The axis has no elements.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The share lies outside 0 to 1.</exception>
    public Variable<T> Quantile(double q, int axis, bool keepDims = false)
    {
        if (!(q >= 0 && q <= 1))
            throw new ArgumentOutOfRangeException(nameof(q), q, $"quantile: {q} is no share from 0 to 1.");
        if (Rank == 0 && axis is 0 or -1)
            return this;
        axis = AxisToChooseFrom("quantile", axis);
        int last = Shape[axis] - 1;
        double rank = q * last;
        int below = (int)rank;
        Variable<T> sorted = Sort(axis).Values;
        Variable<T> result = Between(below), max = Between(last);
        if (rank > below)
            result = result.Lerp(Between(below + 1), rank - below);
        result = Variable.Where(max.EqualTo(max), result, max); // NaN is the max
        return keepDims ? result : result.Reshape(Shape.Without(axis));

        Variable<T> Between(int from) => sorted.Slice(axis, from, from + 1);
    }

    /// <summary>Differences of neighbours along an axis, again and again.</summary>
    /// <param name="n">How often.</param>
    /// <param name="axis">The axis; negative counts from the last. Each time it becomes shorter by 1, as long as it has
    /// elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public Variable<T> Diff(int n = 1, int axis = -1)
    {
        WindowAxes.RequireAtLeast(0, n, "diff", nameof(n));
        axis = Shape.Axis(axis, "diff");
        Variable<T> x = this;
        for (int i = 0; i < n && x.Shape[axis] > 0; i++)
            x = x.Slice(axis, 1) - x.Slice(axis, 0, -1);
        return x;
    }

    /// <summary>The integral along an axis by the trapezoid rule, with points at equal distances.</summary>
    /// <param name="dx">The distance.</param>
    /// <param name="axis">The axis, which goes away; negative counts from the last.</param>
    public Variable<T> Trapezoid(double dx = 1, int axis = -1) => Panels("trapezoid", axis).Sum(axis) * dx;

    /// <summary>The integral along an axis by the trapezoid rule.</summary>
    /// <param name="points">Where the elements stand: a vector as long as the axis, or with broadcasting.</param>
    /// <param name="axis">The axis, which goes away; negative counts from the last.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Variable<T> Trapezoid(Variable<T> points, int axis = -1)
    {
        ArgumentNullException.ThrowIfNull(points);
        axis = Shape.Axis(axis, "trapezoid") - Rank;
        if (points.Rank == 1)
        {
            var lengths = new int[-axis];
            lengths.AsSpan().Fill(1);
            lengths[0] = points.Length;
            points = points.Reshape(lengths);
        }
        _ = points.Shape.Axis(axis, "trapezoid");
        if (points.Shape[^-axis] != Shape[^-axis])
            throw new ArgumentException(
                $"trapezoid: points of shape {points.Shape} do not fit axis {axis} of shape {Shape}.", nameof(points));
        return (Panels("trapezoid", axis) * points.Diff(1, axis)).Sum(axis);
    }

    /// <summary>The mean of each element and the next one.</summary>
    private Variable<T> Panels(string operation, int axis)
    {
        axis = Shape.Axis(axis, operation);
        return Shape[axis] == 0 ? this : (Slice(axis, 1) + Slice(axis, 0, -1)) / 2;
    }

    /// <summary>
    /// The covariances of variables that lie in the rows of this matrix, one observation in each column, as PyTorch's
    /// <c>cov</c>; of a vector, its variance.
    /// </summary>
    /// <param name="correction">What is taken off the number of observations before dividing.</param>
    /// <exception cref="ArgumentException">There are more than two axes.</exception>
    public Variable<T> Cov(double correction = 1)
    {
        if (Rank > 2)
            throw new ArgumentException($"cov: shape {Shape} is neither a matrix nor a vector.");
        if (Rank < 2)
            return Reshape(1, -1).Cov(correction).Reshape(Shape.Scalar);
        _ = Shape.OfResult("cov", [Shape[0], Shape[0]], Shape);
        Variable<T> centred = this - Mean(1, keepDims: true);
        return centred.MatMul(centred.Transpose()) / Math.Max(Shape[1] - correction, 0);
    }

    /// <summary>
    /// The distances of the vectors in the rows of this matrix and those in the rows of another: the norm of their
    /// difference. The gradient is 0 where the Euclidean distance is. As PyTorch's <c>cdist</c>.
    /// </summary>
    /// <param name="y">Of shape (…, columns, features), for a variable of shape (…, rows, features); axes in front
    /// broadcast.</param>
    /// <param name="order">The order of the norm, see <see cref="Norm(double, int[], bool)"/>.</param>
    /// <returns>Of shape (…, rows, columns).</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Variable<T> Cdist(Variable<T> y, double order = 2)
    {
        ArgumentNullException.ThrowIfNull(y);
        if (Rank < 2 || y.Rank < 2 || Shape[^1] != y.Shape[^1])
            throw new ArgumentException(
                $"cdist: the rows of shapes {Shape} and {y.Shape} are not vectors of one length.");
        ReadOnlySpan<int> rows = Shape.Lengths, columns = y.Shape.Lengths;
        _ = Broadcasting.Join(
            "cdist", Shape.Create([.. rows[..^1], 1, rows[^1]]), Shape.Create([.. columns[..^2], 1, .. columns[^2..]]));
        return (Unsqueeze(-2) - y.Unsqueeze(-3)).Norm(order, -1);
    }
}
