namespace SimpleGrad.Bench.Programs.Models;

/// <summary>
/// The power spectrum of a real signal by a fast transform of radix 2, and a loss of it: the mean frequency.
/// </summary>
internal static class Fourier
{
    public const int Points = 256;

    public static Tensor<double> Signal(int points = Points) => Tensor.RandomNormal<double>([points], new Random(1));

    /// <summary>Numbers in pairs along the last axis.</summary>
    public static Variable<double> OfPairs(Variable<double> signal)
    {
        Variable<double> pairs = Transform(Variable.Stack([signal, signal.Tape.Constant(Tensor.Zeros<double>(
            signal.Shape))], axis: 1));
        return Loss(pairs.Square().Sum(1));

        static Variable<double> Transform(Variable<double> x)
        {
            int n = x.Shape[0];
            if (n == 1)
                return x;
            Variable<double> even = Transform(x.Slice(0, 0, null, 2)), odd = Transform(x.Slice(0, 1, null, 2));
            (Variable<double> cosine, Variable<double> sine) = Twiddles(x.Tape, n);
            Variable<double> re = odd.Select(1, 0), im = odd.Select(1, 1);
            Variable<double> turned = Variable.Stack(
                [cosine * re - sine * im, cosine * im + sine * re], axis: 1);
            return Variable.Concatenate([even + turned, even - turned]);
        }
    }

    /// <summary>Real and imaginary parts as vectors of their own.</summary>
    public static Variable<double> OfParts(Variable<double> signal)
    {
        return Loss(Transform(
            new(signal, signal.Tape.Constant(Tensor.Zeros<double>(signal.Shape)))).SquaredMagnitude());

        static ComplexVariable Transform(ComplexVariable x)
        {
            int n = x.Re.Shape[0];
            if (n == 1)
                return x;
            ComplexVariable even = Transform(Every(x, 0)), odd = Transform(Every(x, 1));
            (Variable<double> cosine, Variable<double> sine) = Twiddles(x.Re.Tape, n);
            ComplexVariable turned = new ComplexVariable(cosine, sine) * odd, sum = even + turned, rest = even - turned;
            return new(Variable.Concatenate([sum.Re, rest.Re]), Variable.Concatenate([sum.Im, rest.Im]));
        }

        static ComplexVariable Every(ComplexVariable x, int start) =>
            new(x.Re.Slice(0, start, null, 2), x.Im.Slice(0, start, null, 2));
    }

    /// <summary>An array of numbers, each a small struct of two variables.</summary>
    public static Variable<double> OfNumbers(Variable<double> signal)
    {
        Variable<double> zero = signal.Tape.Constant(0);
        ComplexVariable[] spectrum = Transform([.. signal.Unbind().Select(x => new ComplexVariable(x, zero))]);
        return Loss(Variable.Stack([.. spectrum.Select(x => x.SquaredMagnitude())]));

        static ComplexVariable[] Transform(ComplexVariable[] x)
        {
            int n = x.Length;
            if (n == 1)
                return x;
            ComplexVariable[] even = Transform([.. x.Where((_, i) => i % 2 == 0)]);
            ComplexVariable[] odd = Transform([.. x.Where((_, i) => i % 2 == 1)]);
            var result = new ComplexVariable[n];
            for (int k = 0; k < n / 2; k++)
            {
                (double sine, double cosine) = Math.SinCos(-2 * Math.PI * k / n);
                var turned = new ComplexVariable(
                    cosine * odd[k].Re - sine * odd[k].Im, cosine * odd[k].Im + sine * odd[k].Re);
                (result[k], result[k + n / 2]) = (even[k] + turned, even[k] - turned);
            }
            return result;
        }
    }

    private static (Variable<double> Cosine, Variable<double> Sine) Twiddles(Tape<double> tape, int n)
    {
        double[] angles = [.. Enumerable.Range(0, n / 2).Select(k => -2 * Math.PI * k / n)];
        return (
            tape.Constant([.. angles.Select(Math.Cos)]), tape.Constant([.. angles.Select(Math.Sin)]));
    }

    private static Variable<double> Loss(Variable<double> power)
    {
        Variable<double> half = power[..(power.Length / 2)];
        return (half * half.Tape.Constant(Tensor.Arange<double>(half.Length))).Sum() / half.Sum();
    }
}
