using SimpleGrad.Bench.Programs.Models;

namespace SimpleGrad.Bench.Programs.Cases;

/// <summary>A transform of 256 points, whose complex numbers are written in three ways.</summary>
internal static class FourierCases
{
    public static IEnumerable<Case> All() =>
    [
        new("fft", "pairs along the last axis, 256 points",
            Gradient("pairs", Fourier.OfPairs), Gradient("real and imaginary vectors", Fourier.OfParts, 1.3)),
        new("fft", "structs of two numbers, 256 points",
            Gradient("structs", Fourier.OfNumbers), Gradient("real and imaginary vectors", Fourier.OfParts, 1.3)),
    ];

    private static Way Gradient(string name, Func<Variable<double>, Variable<double>> function, double? reach = null) =>
        Ours.Compiled(name, () => Ours.VectorGradient(function), () => [Fourier.Signal()], reach);
}
