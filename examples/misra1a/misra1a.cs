#:project ../../src/SimpleGrad/SimpleGrad.csproj

// How certain are the parameters of a fitted curve? The answer is in the derivatives of the sum of
// squares at its least value: we take its gradient and its Hessian, and compare with the certified
// values of NIST's problem Misra1a, y = b1 * (1 - exp(-b2 * x)).
//
// misra1a.json has NIST's figures: Statistical Reference Datasets, nonlinear regression, Misra1a,
// https://www.itl.nist.gov/div898/strd/nls/data/misra1a.shtml (public domain).

using System.Text.Json;
using SimpleGrad;

string folder = (string)AppContext.GetData("EntryPointFileDirectoryPath")!;
Problem problem = JsonSerializer.Deserialize<Problem>(
    File.ReadAllText(Path.Combine(folder, "misra1a.json")),
    new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower })!;

Tensor<double> yData = Tensor.Create<double>([.. problem.Data.Select(row => row[0])]);
Tensor<double> xData = Tensor.Create<double>([.. problem.Data.Select(row => row[1])]);

var tape = new Tape<double>();
Variable<double> x = tape.Constant(xData), y = tape.Constant(yData);

// The certified values have eleven digits, so the gradient there is zero to the rounding of these.
// One step of Newton's method moves them by less than the last digit, to the rounding of a double.
double[] b = problem.Certified;
Expansion certified = Differentiate(b);
double[] step = Solve(certified.Hessian, certified.Gradient);
double[] minimum = [b[0] - step[0], b[1] - step[1]];
Expansion polished = Differentiate(minimum);

Console.WriteLine($"sum of squares  {certified.Loss:G10}, certified {problem.Rss:G10}");
Console.WriteLine();
Console.WriteLine("cosine between the residuals and the curve's derivative by each parameter; zero at the minimum:");
Console.WriteLine($"  certified     {Cosine(certified, 0):0.0e+0} {Cosine(certified, 1):0.0e+0}");
Console.WriteLine($"  Newton step   {Cosine(polished, 0):0.0e+0} {Cosine(polished, 1):0.0e+0}");
Console.WriteLine($"  relative size of that step  {step[0] / b[0]:0.0e+0} {step[1] / b[1]:0.0e+0}");
Require(Cosine(certified, 0) < 1e-7 && Cosine(certified, 1) < 1e-7, "the gradient is not zero at the certified values");
Require(Cosine(polished, 0) < 1e-12 && Cosine(polished, 1) < 1e-12, "the gradient is not zero after Newton's step");

// NIST's standard deviations come from J'J, the Gauss-Newton part of H = 2 (J'J - sum of residual *
// curvature). So J'J agrees to all digits. H cannot: it has the residuals' curvature as well, here 0.1 %.
Console.WriteLine();
Console.WriteLine("standard deviations");
double variance = polished.Loss / problem.DegreesOfFreedom;
Report("from J'J", Deviations(polished.GaussNewton, variance), leastDigits: 10);
Report("from the Hessian", Deviations(polished.Hessian, 2 * variance), leastDigits: 2.5);

Expansion Differentiate(double[] parameters)
{
    tape.Reset();
    Variable<double> b = tape.Variable(parameters);
    Variable<double> model = b[0] * (1 - (-b[1] * x).Exp());
    Variable<double> residuals = y - model;
    Variable<double> loss = (residuals * residuals).Sum();

    Variable<double> gradient = tape.Grad(loss, b)!;
    double[][] hessian = Rows(gradient, b);
    double[][] jacobian = Rows(model, b);
    double[][] gaussNewton = [.. Enumerable.Range(0, 2).Select(i =>
        Enumerable.Range(0, 2).Select(j => jacobian.Sum(row => row[i] * row[j])).ToArray())];
    return new Expansion(loss.Item(), gradient.Value.ToArray(), hessian, gaussNewton);
}

// A row of a Jacobian is the gradient of one element. The Hessian is the Jacobian of the gradient.
double[][] Rows(Variable<double> outputs, Variable<double> b) =>
    [.. Enumerable.Range(0, outputs.Length).Select(i => tape.Grad(outputs[i], b, createGraph: false)!.Value.ToArray())];

// The derivative of the loss by b_i is -2 * (column i of J) . residuals.
static double Cosine(Expansion at, int i) =>
    Math.Abs(at.Gradient[i]) / (2 * Math.Sqrt(at.GaussNewton[i][i] * at.Loss));

static double[] Deviations(double[][] matrix, double variance) =>
    [Math.Sqrt(variance * Solve(matrix, [1, 0])[0]), Math.Sqrt(variance * Solve(matrix, [0, 1])[1])];

static double[] Solve(double[][] a, double[] right)
{
    double determinant = a[0][0] * a[1][1] - a[0][1] * a[1][0];
    return [
        (a[1][1] * right[0] - a[0][1] * right[1]) / determinant,
        (a[0][0] * right[1] - a[1][0] * right[0]) / determinant,
    ];
}

void Report(string source, double[] deviations, double leastDigits)
{
    Console.WriteLine($"  {source}");
    for (int i = 0; i < 2; i++)
    {
        double wanted = problem.StandardDeviation[i];
        double digits = -Math.Log10(Math.Abs(deviations[i] - wanted) / wanted);
        Console.WriteLine(
            $"    {problem.Parameters[i]}  {deviations[i]:G11}, NIST {wanted:G11}, {digits:F1} digits agree");
        Require(digits >= leastDigits, $"{problem.Parameters[i]} {source}: too few digits agree");
    }
}

static void Require(bool condition, string problem)
{
    if (!condition)
        throw new InvalidOperationException(problem);
}

internal sealed record Problem(
    string[] Parameters, double[] Certified, double[] StandardDeviation, double Rss, int DegreesOfFreedom,
    double[][] Data);

/// <summary>The sum of squares, its gradient and Hessian, and J'J for the Jacobian J of the curve.</summary>
internal sealed record Expansion(double Loss, double[] Gradient, double[][] Hessian, double[][] GaussNewton);
