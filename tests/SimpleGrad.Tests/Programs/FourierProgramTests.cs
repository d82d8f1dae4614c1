using System.Numerics;
using SimpleGrad.Bench.Programs.Models;

namespace SimpleGrad.Tests.Programs;

/// <summary>A loss of a power spectrum against the sums that define a transform.</summary>
public sealed class FourierProgramTests
{
    [Theory, InlineData("pairs"), InlineData("parts"), InlineData("numbers")]
    public void Spectrum_and_its_gradient(string kind)
    {
        Func<Variable<double>, Variable<double>> loss = kind switch
        {
            "pairs" => Fourier.OfPairs,
            "parts" => Fourier.OfParts,
            _ => Fourier.OfNumbers,
        };
        Tensor<double> signal = Fourier.Signal(16);
        double[] x = signal.ToArray();
        ProgramCheck.Gives(
            ProgramCheck.WithGradient(v => loss(v[0])), [signal],
            [[ComplexStep.Value(BySums, x)], ComplexStep.Gradient(BySums, x)], 1e-12);
    }

    /// <summary>The complex numbers are the steps of the check: real and imaginary parts have a sum each.</summary>
    private static Complex BySums(Complex[] signal)
    {
        int n = signal.Length;
        Complex weighted = 0, total = 0;
        for (int k = 0; k < n / 2; k++)
        {
            Complex re = 0, im = 0;
            for (int i = 0; i < n; i++)
            {
                re += Math.Cos(2 * Math.PI * k * i / n) * signal[i];
                im -= Math.Sin(2 * Math.PI * k * i / n) * signal[i];
            }
            weighted += k * (re * re + im * im);
            total += re * re + im * im;
        }
        return weighted / total;
    }
}
