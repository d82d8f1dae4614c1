using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace SimpleGrad;

/// <summary>
/// A quadratic function of a step in its own directions: along direction i it is c_i z + e_i z^2 / 2. The step of least
/// value within a radius is then one equation for one number.
/// </summary>
/// <param name="Directions">Orthonormal, one each.</param>
/// <param name="Curvatures">e: for least squares they are never negative.</param>
/// <param name="Slopes">c.</param>
internal sealed record Spectrum(double[][] Directions, double[] Curvatures, double[] Slopes)
{
    private const int MaxSweeps = 60;
    private const int MaxSteps = 100;
    public const double RadiusTolerance = 0.01;

    /// <summary>
    /// The spectrum of |A z + b|^2 / 2, by Jacobi's rotations from one side: they find even the small curvatures of A
    /// to all digits, however its columns are scaled.
    /// </summary>
    /// <param name="columns">The columns of A; they are overwritten.</param>
    /// <param name="right">b.</param>
    public static Spectrum OfLeastSquares(double[][] columns, double[] right)
    {
        int size = columns.Length;
        double[][] directions = Identity(size);
        bool isDone = false;
        for (int sweep = 0; !isDone && sweep < MaxSweeps; sweep++)
        {
            isDone = true;
            for (int i = 0; i < size; i++)
            {
                for (int j = i + 1; j < size; j++)
                    isDone &= !Rotate(columns, directions, i, j);
            }
        }
        return new Spectrum(
            directions,
            [.. columns.Select(column => HouseholderQr.Dot(column, column))],
            [.. columns.Select(column => HouseholderQr.Dot(column, right))]);
    }

    /// <summary>The spectrum of g.z + z.H z / 2.</summary>
    public static Spectrum OfSymmetric(double[][] hessian, double[] gradient)
    {
        int size = gradient.Length;
        if (size == 0)
            return new Spectrum([], [], []);
        if (!hessian.All(row => row.All(double.IsFinite)) || !gradient.All(double.IsFinite))
            return new Spectrum(Identity(size), [.. gradient.Select(_ => double.NaN)], gradient); // no step is finite
        Evd<double> evd = Matrix<double>.Build.DenseOfRowArrays(hessian).Evd(Symmetricity.Symmetric);
        double[][] directions = evd.EigenVectors.ToColumnArrays();
        return new Spectrum(
            directions,
            [.. evd.EigenValues.Select(value => value.Real)],
            [.. directions.Select(direction => HouseholderQr.Dot(direction, gradient))]);
    }

    public double Max => Curvatures.Length == 0 ? 1 : Curvatures.Max();

    public double Min => Curvatures.Length == 0 ? 1 : Curvatures.Min();

    /// <summary>The step to the least value, or with a radius, to the least one within it.</summary>
    public double[] Step(double radius = double.PositiveInfinity)
    {
        double floor = Math.Max(0, -Min);
        if (floor == 0 && Length(0) <= radius * (1 + RadiusTolerance))
            return Combine(0);
        if (double.IsPositiveInfinity(radius))
            throw new ArgumentException("A function without a least value has no step to it.", nameof(radius));
        // Newton's method for 1 / length = 1 / radius, which is nearly a line; halving where it leaves the bracket.
        double low = floor, high = floor + HouseholderQr.Norm(Slopes) / radius;
        if (!(high > low * (1 + 1e-12)))
            return Extend(Combine(low * (1 + 1e-8)), radius); // next to no slope: on a ridge
        double damping = Math.Max(high * 1e-3, Math.Sqrt(low * high));
        for (int step = 0; step < MaxSteps; step++)
        {
            double length = Length(damping);
            if (Math.Abs(length - radius) <= RadiusTolerance * radius)
                break;
            if (length > radius)
                low = damping;
            else
                high = damping;
            double next = damping + (length / radius - 1) * length * length / CubicLength(damping);
            damping = next > low && next < high ? next : low > 0 ? Math.Sqrt(low * high) : 0.1 * high;
        }
        double[] result = Combine(damping);
        return floor > 0 ? Extend(result, radius) : result;
    }

    /// <summary>The inverse of the matrix of second derivatives: element i, j.</summary>
    public double Inverse(int i, int j)
    {
        double sum = 0;
        for (int k = 0; k < Curvatures.Length; k++)
            sum += Directions[k][i] * Directions[k][j] / Curvatures[k];
        return sum;
    }

    /// <summary>
    /// Where the slope along a direction that bends downwards is zero, as on a ridge, the damped step is too short: the
    /// rest of the way goes down that direction.
    /// </summary>
    private double[] Extend(double[] step, double radius)
    {
        double length = HouseholderQr.Norm(step);
        if (length >= radius * (1 - RadiusTolerance))
            return step;
        double[] down = Directions[Array.IndexOf(Curvatures, Min)];
        double rest = Math.Sqrt(radius * radius - length * length);
        return [.. step.Zip(down, (x, d) => x + rest * d)];
    }

    private double Coefficient(int i, double damping)
    {
        double curvature = Curvatures[i] + damping;
        // What nothing depends on stays where it is.
        return Slopes[i] == 0 ? 0 : -Slopes[i] / Math.Max(0, curvature);
    }

    private double Length(double damping)
    {
        double sum = 0;
        for (int i = 0; i < Slopes.Length; i++)
            sum += Coefficient(i, damping) * Coefficient(i, damping);
        return Math.Sqrt(sum);
    }

    private double CubicLength(double damping)
    {
        double sum = 0;
        for (int i = 0; i < Slopes.Length; i++)
            sum += Coefficient(i, damping) * Coefficient(i, damping) / (Curvatures[i] + damping);
        return sum;
    }

    private double[] Combine(double damping)
    {
        double[] step = new double[Slopes.Length];
        for (int i = 0; i < step.Length; i++)
        {
            double coefficient = Coefficient(i, damping);
            for (int j = 0; j < step.Length; j++)
                step[j] += coefficient * Directions[i][j];
        }
        return step;
    }

    /// <summary>Makes two columns orthogonal; false where they are already.</summary>
    private static bool Rotate(double[][] columns, double[][] directions, int i, int j)
    {
        double ii = HouseholderQr.Dot(columns[i], columns[i]), jj = HouseholderQr.Dot(columns[j], columns[j]);
        double ij = HouseholderQr.Dot(columns[i], columns[j]);
        if (Math.Abs(ij) <= 1e-16 * Math.Sqrt(ii) * Math.Sqrt(jj))
            return false;
        double zeta = (jj - ii) / (2 * ij);
        double tangent = (zeta < 0 ? -1 : 1) / (Math.Abs(zeta) + double.Hypot(1, zeta));
        double cosine = 1 / double.Hypot(1, tangent), sine = cosine * tangent;
        Turn(columns[i], columns[j], cosine, sine);
        Turn(directions[i], directions[j], cosine, sine);
        return true;
    }

    private static void Turn(double[] x, double[] y, double cosine, double sine)
    {
        for (int k = 0; k < x.Length; k++)
            (x[k], y[k]) = (cosine * x[k] - sine * y[k], sine * x[k] + cosine * y[k]);
    }

    private static double[][] Identity(int size)
    {
        double[][] rows = new double[size][];
        for (int i = 0; i < size; i++)
        {
            rows[i] = new double[size];
            rows[i][i] = 1;
        }
        return rows;
    }
}
