using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Sums of products of windows of images with kernels, along any number of axes: of an input of shape (images,
/// channels, lengths) and kernels of shape (outputs, channels of a group, taps) a result of shape (images, outputs,
/// windows).
/// </summary>
internal static unsafe class ConvolutionKernel
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
        bool hasGaps = false;
        for (int i = 0; i < own.Length; i++)
        {
            own[i] = axes[i].Simplified(x.Shape[i + 2], kernel.Shape[i + 2], shape[i + 2]);
            hasGaps |= HasGaps(own[i]);
        }
        return hasGaps ? ByRemainders(x, kernel, own, groups, shape)
            : IsPointwise(x, kernel, own, shape) ? Pointwise(x, kernel, groups, shape)
            : IsWhole(x, kernel, own, shape) ? Whole(x, kernel, groups, shape)
            : WindowPlane.Pays(own, x.Shape.Lengths[2..], kernel.Shape.Lengths[2..], shape.Lengths[2..])
                ? Windows(x, kernel, own, groups, shape)
            : OneByOne(x, kernel, own, groups, shape);
    }

    /// <summary>Whether zeros lie between the elements, and windows start at each position in turn.</summary>
    private static bool HasGaps(WindowAxis axis) => axis is { InputDilation: > 1, Stride: 1 };

    /// <summary>
    /// Where zeros lie between the elements of an axis, windows whose positions have the same remainder modulo the
    /// distance of the elements read elements with the same taps, and zeros with the others: they are the windows of a
    /// convolution with these taps alone, and without zeros.
    /// </summary>
    private static Tensor<T> ByRemainders<T>(
        Tensor<T> x, Tensor<T> kernel, ReadOnlySpan<WindowAxis> axes, int groups, Shape shape)
        where T : unmanaged, INumberBase<T>
    {
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        var remainders = new int[axes.Length];
        WindowAxis[] own = axes.ToArray();
        do
        {
            Tensor<T> taps = kernel, part = result;
            for (int i = 0; i < axes.Length; i++)
            {
                if (HasGaps(axes[i]))
                    (taps, part, own[i]) = Remainder(taps, part, axes[i], i + 2, remainders[i], x.Shape[i + 2]);
            }
            StridedCopy.Scatter(Compute(x, taps, own, groups, part.Shape), part);
        }
        while (Next(remainders, axes, shape));
        return result;
    }

    /// <summary>The taps, the results and the windows of one remainder along an axis.</summary>
    private static (Tensor<T> Taps, Tensor<T> Part, WindowAxis Axis) Remainder<T>(
        Tensor<T> kernel, Tensor<T> result, WindowAxis axis, int at, int remainder, int length) where T : unmanaged
    {
        int distance = axis.InputDilation, count = kernel.Shape[at], first = 0;
        int step = distance / (int)BigInteger.GreatestCommonDivisor(distance, axis.KernelDilation);
        while (first < Math.Min(step, count) && (Position(first) - axis.Before) % distance != 0)
            first++;
        Tensor<T> part = result.Slice(at, remainder, step: distance);
        if (first == step)
            first = count; // the windows read zeros with all taps
        Tensor<T> taps = kernel.Slice(at, first, step: step);
        long shift = (Position(first) - axis.Before) / distance;
        int dilation = (int)((long)step * axis.KernelDilation / distance);
        long after = part.Shape[at] + WindowAxis.Spread(taps.Shape[at], dilation) - 1 + shift - length;
        return (taps, part, new WindowAxis(1, -shift, after, 1, dilation));

        long Position(int tap) => remainder + (long)tap * axis.KernelDilation;
    }

    /// <summary>The next combination of remainders that windows have; false where there is none.</summary>
    private static bool Next(int[] remainders, ReadOnlySpan<WindowAxis> axes, Shape shape)
    {
        for (int i = remainders.Length - 1; i >= 0; i--)
        {
            if (HasGaps(axes[i]) && ++remainders[i] < Math.Min(axes[i].InputDilation, shape[i + 2]))
                return true;
            remainders[i] = 0;
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
                View(kernel, (0, outputs), (1, channels), group * outputs, 0),
                View(images, (1, channels), (2, windows), image, group * channels),
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
                    View(images, (0, shape[0]), (2, taps), 0, group * channels + channel),
                    View(kernels, (0, outputs), (2, taps), group * outputs, channel).Transposed,
                    result.NewData[(group * outputs)..], shape[1], accumulate: channel > 0);
        }
        return result;
    }

    /// <summary>
    /// The matrix of two axes of a tensor of rank 3 or more, from indices i and j of the first two axes on.
    /// </summary>
    private static MatrixView<T> View<T>(
        Tensor<T> x, (int Axis, int Count) rows, (int Axis, int Count) columns, int i, int j)
        where T : unmanaged => new(
            x.Memory[(i * x.Strides[0] + j * x.Strides[1])..], rows.Count, columns.Count, x.Strides[rows.Axis],
            x.Strides[columns.Axis]);

    /// <summary>
    /// Sums tap by tap: for windows that reach so far over the images, or lie so far apart, that a plane of all
    /// positions would be far larger than what is computed from it.
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
        Tensor<T> x, Tensor<T> kernel, WindowAxis[] axes, int groups, Shape shape)
        where T : unmanaged, INumberBase<T>
    {
        var windows = new WindowKernel<T>(x, kernel, axes, groups, shape, isFew: shape[1] / groups <= FewOutputs);
        VectorWidth<T>.RunWidest(ref windows);
        return windows.Result!;
    }

    /// <summary>All kinds of windows, as a matrix product or, for few outputs, as sums.</summary>
    internal struct WindowKernel<T>(
        Tensor<T> x, Tensor<T> kernel, WindowAxis[] axes, int groups, Shape shape, bool isFew) : IVectorKernel<T>
        where T : unmanaged, INumberBase<T>
    {
        public Tensor<T>? Result { get; private set; }

        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            int windows = 1;
            foreach (int length in shape.Lengths[2..])
                windows *= length;
            bool isByTaps = isFew && shape[^1] < kernel.Shape[^1];
            bool isJoined = !isFew && shape[0] > 1 && windows < ManyWindows;
            Tensor<T> taps = kernel.Reshape(kernel.Shape[0], kernel.Shape[1], -1);
            if (isByTaps && taps.Strides[2] != 1)
                taps = taps.ToContiguous();
            ReadOnlySpan<int> lengths = x.Shape.Lengths[2..], strides = x.Strides[2..];
            ReadOnlySpan<int> tapCounts = kernel.Shape.Lengths[2..], counts = shape.Lengths[2..];
            var plane = isByTaps
                ? new WindowPlane(Exchanged(axes), lengths, strides, counts, tapCounts)
                : new WindowPlane(axes, lengths, strides, tapCounts, counts);
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
            Result = isJoined ? result.Transpose(0, 1) : result;
        }
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
            long wanted = threads == 1 ? 1 : Math.Min(work / PackedProduct.MinWork, 4L * threads);
            _images = Math.Max(1, (int)Math.Ceiling(job.Images / (double)Math.Max(1, wanted)));
            int imageParts = (job.Images + _images - 1) / _images;
            _groups = Math.Max(1, (int)Math.Ceiling(job.Groups * (double)imageParts / Math.Max(1, wanted)));
            _groupParts = (job.Groups + _groups - 1) / _groups;
            int missing = imageParts * _groupParts < threads && wanted >= threads ? threads : 1;
            if (missing > 1)
                (_groups, _groupParts) = (1, job.Groups);
            // Each part of the outputs reads the windows once more.
            int min = isFew ? 1 : 2 * PackedProduct.TileRows;
            _outputs = Math.Max(Math.Min(min, job.Outputs), (job.Outputs + missing - 1) / missing);
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
                TapSums.Compute<TSimd, TVector, T>(part);
            else if (_isFew)
                WindowSums.Compute<TSimd, TVector, T>(part);
            else
                WindowProduct.Compute<TSimd, TVector, T>(part);
        }
    }

    /// <summary>The axes of windows and taps that have exchanged their parts.</summary>
    private static WindowAxis[] Exchanged(ReadOnlySpan<WindowAxis> axes)
    {
        WindowAxis[] exchanged = axes.ToArray();
        for (int i = 0; i < exchanged.Length; i++)
            exchanged[i] = exchanged[i] with { Stride = axes[i].KernelDilation, KernelDilation = axes[i].Stride };
        return exchanged;
    }
}
