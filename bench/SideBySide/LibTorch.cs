using System.Reflection;
using System.Runtime.InteropServices;

namespace SimpleGrad.Bench.SideBySide;

/// <summary>The peer, where it loads: its native library comes from bench/libtorch.sh, not with the build.</summary>
internal static class LibTorch
{
    private static readonly Lazy<string?> _version = new(Load);

    public static bool IsAvailable => _version.Value is not null;

    /// <summary>The versions of the library and of its bindings.</summary>
    public static string Version =>
        _version.Value is { } version ? $"libtorch {version}, TorchSharp {Bindings}" : "no libtorch";

    private static string Bindings => typeof(LibTorch).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "TorchSharpVersion").Value!;

    /// <summary>A tensor of the peer whose gradients are wanted.</summary>
    public static Peer Variable<T>(T[] values, int[] shape)
        where T : unmanaged =>
        torch.from_array(values).reshape(Lengths(shape)).clone().requires_grad_();

    public static Peer Index(int[] values, int[] shape) =>
        torch.from_array(values).reshape(Lengths(shape)).to(torch.int64).DetachFromDisposeScope();

    public static long[] Lengths(int[] shape) => [.. shape.Select(length => (long)length)];

    private static string? Load()
    {
        if (!NativeLibrary.TryLoad("LibTorchSharp", typeof(torch).Assembly, null, out _))
            return null;
        torch.set_num_threads(1);
        return torch.__version__;
    }
}
