using System.Numerics;
using F = TorchSharp.torch.nn.functional;

namespace SimpleGrad.Bench.SideBySide.Families;

/// <summary>Convolution and pooling.</summary>
internal static class Convolutions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static IEnumerable<Case> Cases()
    {
        var family = new Family<T>("convolution");
        // Images or signals, and kernels.
        AddConv2d(family, "3x3", Input.Signed(8, 3, 32, 32), Input.Signed(16, 3, 3, 3), 1, 1);
        AddConv2d(family, "3x3", Input.Signed(8, 32, 28, 28), Input.Signed(64, 32, 3, 3), 1, 1);
        AddConv2d(family, "3x3", Input.Signed(16, 64, 7, 7), Input.Signed(64, 64, 3, 3), 1, 1);
        AddConv2d(family, "5x5", Input.Signed(64, 1, 28, 28), Input.Signed(8, 1, 5, 5), 1, 0);
        AddConv2d(family, "3x3, stride 2", Input.Signed(8, 32, 56, 56), Input.Signed(64, 32, 3, 3), 2, 1);
        AddConv2d(family, "7x7, stride 2", Input.Signed(2, 3, 112, 112), Input.Signed(32, 3, 7, 7), 2, 3);
        AddConv2d(family, "1x1", Input.Signed(8, 64, 28, 28), Input.Signed(64, 64, 1, 1), 1, 0);
        AddConv2d(family, "3x3, depthwise", Input.Signed(8, 32, 28, 28), Input.Signed(32, 1, 3, 3), 1, 1, 32);
        AddConv1d(family, Input.Signed(16, 8, 1024), Input.Signed(16, 8, 9));
        AddConv1d(family, Input.Signed(1, 1, 65536), Input.Signed(1, 1, 32));
        foreach (Input x in (Input[])[Input.Signed(8, 16, 28, 28), Input.Signed(8, 64, 56, 56)])
        {
            family.Add(
                "max_pool2d 2", x, a => a.MaxPool2d(2), a => F.max_pool2d(a, 2), backward: true);
            family.Add(
                "max_pool2d 3, stride 2", x, a => a.MaxPool2d(3, 2, 1), a => F.max_pool2d(a, 3, 2, 1), backward: true);
            family.Add("avg_pool2d 2", x, a => a.AvgPool2d(2), a => F.avg_pool2d(a, 2), backward: true);
            family.Add(
                "avg_pool2d 3, stride 1", x, a => a.AvgPool2d(3, 1, 1), a => F.avg_pool2d(a, 3, 1, 1), backward: true);
        }
        return family;
    }

    private static void AddConv2d(
        Family<T> family, string what, Input x, Input kernels, int stride, int padding, int groups = 1) => family.Add(
            $"conv2d {what}", x, kernels, Input.Signed(kernels.Shape[0]),
            (a, w, b) => a.Conv2d(w, b, stride, padding, 1, groups),
            (a, w, b) => F.conv2d(a, w, b, [stride, stride], [padding, padding], [1, 1], groups), backward: true);

    private static void AddConv1d(Family<T> family, Input x, Input kernels) => family.Add(
        "conv1d", x, kernels, Input.Signed(kernels.Shape[0]), (a, w, b) => a.Conv1d(w, b),
        (a, w, b) => F.conv1d(a, w, b), backward: true);
}
