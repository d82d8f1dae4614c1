namespace SimpleGrad;

/// <summary>What a convolution reads and writes, in memory that stays where it is.</summary>
internal readonly unsafe struct WindowJob<T> where T : unmanaged
{
    /// <summary>How windows are read from a channel of an image.</summary>
    public required WindowPlane Plane { get; init; }

    public required T* Input { get; init; }

    /// <summary>From an image to the next.</summary>
    public required nint InputImage { get; init; }

    /// <summary>From a channel of an image to the next.</summary>
    public required nint InputChannel { get; init; }

    public required T* Kernel { get; init; }

    /// <summary>From the kernel of an output to that of the next.</summary>
    public required nint KernelOutput { get; init; }

    /// <summary>From a channel of a kernel to the next.</summary>
    public required nint KernelChannel { get; init; }

    /// <summary>From a tap to the next.</summary>
    public required nint KernelTap { get; init; }

    /// <summary>Where results go; those of one output of one image are neighbours.</summary>
    public required T* Result { get; init; }

    /// <summary>From the results of an image to those of the next.</summary>
    public required nint ResultImage { get; init; }

    /// <summary>From an output of an image to the next.</summary>
    public required nint ResultOutput { get; init; }

    public required int Images { get; init; }

    public required int Groups { get; init; }

    /// <summary>Channels of a group.</summary>
    public required int Channels { get; init; }

    /// <summary>Outputs of a group.</summary>
    public required int Outputs { get; init; }

    /// <summary>How many images have the results of an output as neighbours.</summary>
    public required int Batch { get; init; }

    /// <summary>The number of taps of a channel.</summary>
    public int TapCount => Plane.Taps.Length;

    public T* ChannelOf(int image, int group, int channel) =>
        Input + image * InputImage + ((nint)group * Channels + channel) * InputChannel;

    public T* KernelOf(int group, int output) => Kernel + ((nint)group * Outputs + output) * KernelOutput;

    public T* ResultOf(int image, int group, int output) =>
        Result + image * ResultImage + ((nint)group * Outputs + output) * ResultOutput;

    /// <summary>The same for some of the images, the groups, and the outputs of each group.</summary>
    public WindowJob<T> Part(int image, int images, int group, int groups, int output, int outputs) => this with
    {
        Input = ChannelOf(image, group, 0),
        Kernel = KernelOf(group, output),
        Result = ResultOf(image, group, output),
        Images = images,
        Groups = groups,
        Outputs = outputs,
        Batch = Math.Min(Batch, images),
    };
}
