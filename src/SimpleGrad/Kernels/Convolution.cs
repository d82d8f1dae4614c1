using System.Numerics;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>
/// Sums of products of windows of images with kernels, along any number of axes: of an input of shape (images,
/// channels, lengths) and kernels of shape (outputs, channels of a group, taps) a result of shape (images, outputs,
/// windows).
/// </summary>
internal static unsafe class Convolution
{
    /// <summary>The number of outputs of a group up to which tiles of outputs would be mostly empty.</summary>
    private const int FewOutputs = 3;

    /// <summary>The number of windows from which an image fills the panels of its own.</summary>
    private const int ManyWindows = 128;

    /// <summary>The length of sums from which it pays to add one matrix product for each channel.</summary>
    private const int LongSum = 128;

    /// <summary>The result, which may be a view with the images' axis behind that of the outputs in memory.</summary>
    public static Tensor<T> Compute<T>(
        Tensor<T> x, Tensor<T> kernel, ReadOnlySpan<WindowAxis> axes, int groups, Shape shape)
        where T : unmanaged, INumberBase<T>
    {
        if (shape.FlattenedLength == 0 || x.Length == 0 || kernel.Length == 0)
            return Tensor.Zeros<T>(shape);
        var own = new WindowAxis[axes.Length];
        bool hasRests = false;
        for (int i = 0; i < own.Length; i++)
        {
            own[i] = axes[i].Simplified(x.Shape[i + 2], kernel.Shape[i + 2], shape[i + 2]);
            hasRests |= HasRests(own[i]);
        }
        return hasRests ? ByRests(x, kernel, own, groups, shape)
            : IsPointwise(x, kernel, own, shape) ? Pointwise(x, kernel, groups, shape)
            : IsWhole(x, kernel, own, shape) ? Whole(x, kernel, groups, shape)
            : WindowPlane.Pays(own, x.Shape.Lengths[2..], kernel.Shape.Lengths[2..], shape.Lengths[2..])
                ? Windows(x, kernel, own, groups, shape)
            : OneByOne(x, kernel, own, groups, shape);
    }

    /// <summary>Whether zeros lie between the elements, and windows meet them by turns.</summary>
    private static bool HasRests(WindowAxis axis) => axis is { InputDilation: > 1, Stride: 1 };

    /// <summary>
    /// Where zeros lie between the elements of an axis, windows whose places have the same rest when divided by the
    /// distance of the elements meet elements with the same taps, and zeros with the others: they are the windows of a
    /// convolution with these taps alone, and without zeros.
    /// </summary>
    private static Tensor<T> ByRests<T>(
        Tensor<T> x, Tensor<T> kernel, ReadOnlySpan<WindowAxis> axes, int groups, Shape shape)
        where T : unmanaged, INumberBase<T>
    {
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        var rests = new int[axes.Length];
        WindowAxis[] own = axes.ToArray();
        do
        {
            Tensor<T> taps = kernel, part = result;
            for (int i = 0; i < axes.Length; i++)
            {
                if (HasRests(axes[i]))
                    (taps, part, own[i]) = Rest(taps, part, axes[i], i + 2, rests[i], x.Shape[i + 2]);
            }
            StridedCopy.Scatter(Compute(x, taps, own, groups, part.Shape), part);
        }
        while (Next(rests, axes, shape));
        return result;
    }

    /// <summary>The taps, the results and the windows of one rest along an axis.</summary>
    private static (Tensor<T> Taps, Tensor<T> Part, WindowAxis Axis) Rest<T>(
        Tensor<T> kernel, Tensor<T> result, WindowAxis axis, int at, int rest, int length) where T : unmanaged
    {
        int distance = axis.InputDilation, count = kernel.Shape[at], first = 0;
        int step = distance / (int)BigInteger.GreatestCommonDivisor(distance, axis.KernelDilation);
        while (first < Math.Min(step, count) && (Place(first) - axis.Before) % distance != 0)
            first++;
        Tensor<T> part = result.Slice(at, rest, step: distance);
        if (first == step)
            first = count; // the windows meet zeros with all taps
        Tensor<T> taps = kernel.Slice(at, first, step: step);
        long shift = (Place(first) - axis.Before) / distance;
        int dilation = (int)((long)step * axis.KernelDilation / distance);
        long after = part.Shape[at] + WindowAxis.Spread(taps.Shape[at], dilation) - 1 + shift - length;
        return (taps, part, new WindowAxis(1, -shift, after, 1, dilation));

        long Place(int tap) => rest + (long)tap * axis.KernelDilation;
    }

    /// <summary>The next combination of rests, of those that windows have; false where there is none.</summary>
    private static bool Next(int[] rests, ReadOnlySpan<WindowAxis> axes, Shape shape)
    {
        for (int i = rests.Length - 1; i >= 0; i--)
        {
            if (HasRests(axes[i]) && ++rests[i] < Math.Min(axes[i].InputDilation, shape[i + 2]))
                return true;
            rests[i] = 0;
        }
        return false;
    }

    /// <summary>Whether each window is one element of the input.</summary>
    private static bool IsPointwise<T>(
        Tensor<T> x, Tensor<T> kernel, ReadOnlySpan<WindowAxis> axes, Shape shape) where T : unmanaged
    {
        int windows = 1;
        for (int i = 0; i < axes.Length; i++)
        {
            int count = shape[i + 2];
            if (kernel.Shape[i + 2] != 1 || x.Shape[i + 2] != count || axes[i] is not { Before: 0, InputDilation: 1 }
                || (axes[i].Stride > 1 && count > 1))
                return false;
            windows *= count;
        }
        return shape[0] == 1 || windows >= ManyWindows;
    }

    private static Tensor<T> Pointwise<T>(Tensor<T> x, Tensor<T> kernel, int groups, Shape shape)
        where T : unmanaged, INumberBase<T>
    {
        Tensor<T> result = Tensor<T>.Uninitialized(shape), images = x.Reshape(x.Shape[0], x.Shape[1], -1);
        fixed (T* to = result.NewData)
            ParallelLoop.Run(shape[0] * groups, new PointwisePiece<T>(images, kernel, groups, shape[0], to));
        return result;
    }

    /// <summary>One group of one image, as a product of matrices.</summary>
    private readonly struct PointwisePiece<T>(Tensor<T> images, Tensor<T> kernel, int groups, int count, T* to)
        : IParallelBody
        where T : unmanaged, INumberBase<T>
    {
        public void Run(int piece)
        {
            (int image, int group) = Math.DivRem(piece, groups);
            int outputs = kernel.Shape[0] / groups, channels = kernel.Shape[1], windows = images.Shape[2];
            MatrixProduct.Multiply(
                View(kernel, outputs, channels, 0, 1, group * outputs, 0),
                View(images, channels, windows, 1, 2, image, group * channels),
                new Span<T>(to + (nint)piece * outputs * windows, outputs * windows), windows, false,
                isShared: groups * count == 1);
        }
    }

    /// <summary>Whether an image is a single window, and the sums are long enough for matrix products.</summary>
    private static bool IsWhole<T>(Tensor<T> x, Tensor<T> kernel, ReadOnlySpan<WindowAxis> axes, Shape shape)
        where T : unmanaged
    {
        int taps = 1;
        for (int i = 0; i < axes.Length; i++)
        {
            int length = kernel.Shape[i + 2];
            if (shape[i + 2] != 1 || x.Shape[i + 2] != length || axes[i] is not { Before: 0, InputDilation: 1 }
                || (axes[i].KernelDilation > 1 && length > 1))
                return false;
            taps *= length;
        }
        return taps >= LongSum || kernel.Shape[1] == 1;
    }

    private static Tensor<T> Whole<T>(Tensor<T> x, Tensor<T> kernel, int groups, Shape shape)
        where T : unmanaged, INumberBase<T>
    {
        Tensor<T> result = Tensor<T>.Uninitialized(shape), images = x.Reshape(x.Shape[0], x.Shape[1], -1);
        Tensor<T> kernels = kernel.Reshape(kernel.Shape[0], kernel.Shape[1], -1);
        int outputs = shape[1] / groups, channels = kernels.Shape[1], taps = kernels.Shape[2];
        for (int group = 0; group < groups; group++)
        {
            for (int channel = 0; channel < channels; channel++)
                MatrixProduct.Multiply(
                    View(images, shape[0], taps, 0, 2, 0, group * channels + channel),
                    View(kernels, outputs, taps, 0, 2, group * outputs, channel).Transposed,
                    result.NewData[(group * outputs)..], shape[1], accumulate: channel > 0);
        }
        return result;
    }

    /// <summary>The matrix of two axes of a tensor of rank 3 or more, from a place on the first two axes on.</summary>
    private static MatrixView<T> View<T>(Tensor<T> x, int rows, int columns, int rowAxis, int columnAxis, int i, int j)
        where T : unmanaged => new(
            x.Memory[(i * x.Strides[0] + j * x.Strides[1])..], rows, columns, x.Strides[rowAxis],
            x.Strides[columnAxis]);

    /// <summary>
    /// Sums tap by tap: for windows that reach so far over the images, or lie so far apart, that a plane of all places
    /// would be far greater than what is computed from it.
    /// </summary>
    internal static Tensor<T> OneByOne<T>(
        Tensor<T> x, Tensor<T> kernel, ReadOnlySpan<WindowAxis> axes, int groups, Shape shape)
        where T : unmanaged, INumberBase<T>
    {
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        Tensor<T> images = x.Reshape(x.Shape[0], x.Shape[1], -1);
        Tensor<T> kernels = kernel.Reshape(shape[1], kernel.Shape[1], -1);
        int channels = kernels.Shape[1], outputs = shape[1] / groups, windows = result.Length / shape[0] / shape[1];
        for (int i = 0; i < result.Length; i++)
        {
            (int at, int window) = Math.DivRem(i, windows);
            (int image, int output) = Math.DivRem(at, shape[1]);
            T sum = T.Zero;
            for (int tap = 0; tap < kernels.Shape[2]; tap++)
            {
                int element = WindowAxis.Element(
                    axes, window, tap, x.Shape.Lengths[2..], kernel.Shape.Lengths[2..], shape.Lengths[2..]);
                for (int channel = 0; channel < channels && element >= 0; channel++)
                    sum += images.GetValue(image, output / outputs * channels + channel, element)
                        * kernels.GetValue(output, channel, tap);
            }
            result.NewData[i] = sum;
        }
        return result;
    }

    private static Tensor<T> Windows<T>(
        Tensor<T> x, Tensor<T> kernel, ReadOnlySpan<WindowAxis> axes, int groups, Shape shape)
        where T : unmanaged, INumberBase<T>
    {
        bool isFew = shape[1] / groups <= FewOutputs;
        return Vector512.IsHardwareAccelerated
                ? Windows<Simd512<T>, Vector512<T>, T>(x, kernel, axes, groups, shape, isFew)
            : Vector256.IsHardwareAccelerated
                ? Windows<Simd256<T>, Vector256<T>, T>(x, kernel, axes, groups, shape, isFew)
            : Vector128.IsHardwareAccelerated
                ? Windows<Simd128<T>, Vector128<T>, T>(x, kernel, axes, groups, shape, isFew)
            : Windows<Simd1<T>, T, T>(x, kernel, axes, groups, shape, isFew);
    }

    /// <summary>All kinds of windows, as a matrix product or, for few outputs, as sums.</summary>
    internal static Tensor<T> Windows<TSimd, TVector, T>(
        Tensor<T> x, Tensor<T> kernel, ReadOnlySpan<WindowAxis> axes, int groups, Shape shape, bool isFew)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, INumberBase<T>
    {
        int windows = 1;
        foreach (int length in shape.Lengths[2..])
            windows *= length;
        bool isByTaps = isFew && shape[^1] < kernel.Shape[^1];
        bool isJoined = !isFew && shape[0] > 1 && windows < ManyWindows;
        Tensor<T> taps = kernel.Reshape(kernel.Shape[0], kernel.Shape[1], -1);
        if (isByTaps && taps.Strides[2] != 1)
            taps = taps.ToContiguous();
        var plane = isByTaps
            ? new WindowPlane(
                Exchanged(axes), x.Shape.Lengths[2..], x.Strides[2..], shape.Lengths[2..], kernel.Shape.Lengths[2..])
            : new WindowPlane(
                axes, x.Shape.Lengths[2..], x.Strides[2..], kernel.Shape.Lengths[2..], shape.Lengths[2..]);
        Tensor<T> result = Tensor<T>.Uninitialized(
            isJoined ? Shape.Create([shape[1], shape[0], .. shape.Lengths[2..]]) : shape);
        fixed (T* input = x.Memory, kernels = taps.Memory, results = result.NewData)
        {
            var job = new WindowJob<T>
            {
                Plane = plane,
                Input = input,
                InputImage = x.Strides[0],
                InputChannel = x.Strides[1],
                Kernel = kernels,
                KernelOutput = taps.Strides[0],
                KernelChannel = taps.Strides[1],
                KernelTap = taps.Strides[2],
                Result = results,
                ResultImage = isJoined ? windows : (nint)shape[1] * windows,
                ResultOutput = isJoined ? (nint)shape[0] * windows : windows,
                Images = shape[0],
                Groups = groups,
                Channels = kernel.Shape[1],
                Outputs = shape[1] / groups,
                Batch = isJoined ? shape[0] : 1,
            };
            long work = (long)result.Length * kernel.Shape[1] * job.TapCount;
            var pieces = new Pieces<TSimd, TVector, T>(job, work, isFew, isByTaps);
            ParallelLoop.Run(pieces.Count, pieces);
        }
        return isJoined ? result.Transpose(0, 1) : result;
    }

    /// <summary>
    /// A convolution in parts that several threads share: of the images and groups, and where these are too few, of the
    /// outputs. No number depends on the parts.
    /// </summary>
    private readonly struct Pieces<TSimd, TVector, T> : IParallelBody
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, INumberBase<T>
    {
        private readonly WindowJob<T> _job;
        private readonly bool _isFew, _isByTaps;
        private readonly int _images, _groups, _outputs; // of a part
        private readonly int _groupParts, _outputParts;

        public Pieces(WindowJob<T> job, long work, bool isFew, bool isByTaps)
        {
            (_job, _isFew, _isByTaps) = (job, isFew, isByTaps);
            int threads = Parallelism.ThreadCount;
            long wanted = threads == 1 ? 1 : Math.Min(work / PackedProduct.LeastWork, 4L * threads);
            _images = Math.Max(1, (int)Math.Ceiling(job.Images / (double)Math.Max(1, wanted)));
            int imageParts = (job.Images + _images - 1) / _images;
            _groups = Math.Max(1, (int)Math.Ceiling(job.Groups * (double)imageParts / Math.Max(1, wanted)));
            _groupParts = (job.Groups + _groups - 1) / _groups;
            int missing = imageParts * _groupParts < threads && wanted >= threads ? threads : 1;
            if (missing > 1)
                (_groups, _groupParts) = (1, job.Groups);
            // Each part of the outputs reads the windows once more.
            int least = isFew ? 1 : 2 * PackedProduct.TileRows;
            _outputs = Math.Max(Math.Min(least, job.Outputs), (job.Outputs + missing - 1) / missing);
            if (!isFew)
                _outputs = Math.Min(job.Outputs, PackedProduct.RoundUp(_outputs, PackedProduct.TileRows));
            _outputParts = (job.Outputs + _outputs - 1) / _outputs;
            Count = imageParts * _groupParts * _outputParts;
        }

        public int Count { get; }

        public void Run(int piece)
        {
            int output = piece % _outputParts * _outputs;
            int group = piece / _outputParts % _groupParts * _groups;
            int image = piece / _outputParts / _groupParts * _images;
            WindowJob<T> part = _job.Part(
                image, Math.Min(_images, _job.Images - image), group, Math.Min(_groups, _job.Groups - group),
                output, Math.Min(_outputs, _job.Outputs - output));
            if (_isByTaps)
                WindowSums.ComputeByTaps<TSimd, TVector, T>(part);
            else if (_isFew)
                WindowSums.Compute<TSimd, TVector, T>(part);
            else
                WindowProduct.Compute<TSimd, TVector, T>(part);
        }
    }

    /// <summary>The axes of windows and taps that have changed their parts.</summary>
    private static WindowAxis[] Exchanged(ReadOnlySpan<WindowAxis> axes)
    {
        WindowAxis[] exchanged = axes.ToArray();
        for (int i = 0; i < exchanged.Length; i++)
            exchanged[i] = exchanged[i] with { Stride = axes[i].KernelDilation, KernelDilation = axes[i].Stride };
        return exchanged;
    }
}
