using SimpleGrad.Bench.SideBySide.Families;

namespace SimpleGrad.Bench.SideBySide;

/// <summary>What is measured.</summary>
internal static class Cases
{
    /// <summary>Lengths of vectors.</summary>
    public static int[] Lengths { get; } = [1 << 10, 32 << 10, 1 << 20, 16 << 20];

    public static IEnumerable<Case> All() =>
    [
        .. Chains<float>.Cases(), .. Chains<double>.Cases(),
        .. Compiled<float>.Cases(), .. Compiled<double>.Cases(),
        .. Elementwise<float>.Cases(), .. Elementwise<double>.Cases(),
        .. Broadcasting<float>.Cases(), .. Broadcasting<double>.Cases(),
        .. Reductions<float>.Cases(), .. Reductions<double>.Cases(),
        .. Softmaxes<float>.Cases(), .. Softmaxes<double>.Cases(),
        .. Layouts<float>.Cases(), .. Layouts<double>.Cases(),
        .. Indexings<float>.Cases(), .. Indexings<double>.Cases(),
        .. MatrixProducts<float>.Cases(), .. MatrixProducts<double>.Cases(),
        .. Convolutions<float>.Cases(), .. Convolutions<double>.Cases(),
        .. LinearSystems<float>.Cases(), .. LinearSystems<double>.Cases(),
        .. Networks<float>.Cases(), .. Networks<double>.Cases(),
    ];
}
