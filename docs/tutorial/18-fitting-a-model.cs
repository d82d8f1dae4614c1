#:project ../../src/SimpleGrad.Fit/SimpleGrad.Fit.csproj

// Chapter 18. Fitting a model
// Previous: 17-writing-in-place.cs.
//
// You have a formula with some unknown numbers in it, and a table of measurements. Which numbers bring
// the formula nearest to the table, and how sure may you be of them? Both answers are in derivatives:
// the search goes where they point, and their size at the end says how much the data care. This chapter
// uses the library SimpleGrad.Fit, which asks SimpleGrad for all of them.

using SimpleGrad;

Console.WriteLine("# A cup of tea");

// A cup of tea cools down. Every three minutes somebody looked at a thermometer.

Tensor<double> minutes = Tensor.Create<double>([0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30]);
Tensor<double> degrees = Tensor.Create<double>([84.8, 75.1, 66.9, 60.3, 54.5, 49.0, 45.4, 41.4, 38.8, 36.0, 34.1]);

// Newton's law of cooling says: from the room's temperature b0, what is left of the difference b1 goes
// down by the fraction b2 in each minute. The function gets the parameters as one vector, and whatever
// you hand over as data. It is written on variables, as everything here.

static Variable<double> Cooling(Variable<double> b, Variable<double> t) => b[0] + b[1] * (-b[2] * t).Exp();

LeastSquaresFit fit = Fit.LeastSquares(
    Cooling, minutes, degrees, start: [20, 50, 0.01], new() { Names = ["room", "difference", "rate"] });
Print(fit);

//> room 22.23 +- 0.58
//
// The start need not be good, but it should be of this world. From there the search makes steps; each
// goes to where the residuals (measurement less formula) would be least if the formula were a straight
// one. How straight it looks is in its Jacobian: the derivative of each residual by each parameter. The
// formula is compiled once, together with the Jacobian, and run for each step.

Console.WriteLine($"steps {fit.Iterations}, because {fit.Stop}");

Console.WriteLine();
Console.WriteLine("# How sure");

// Behind the +- stands the standard error of a parameter. If the thermometer were read again, with new
// errors of the same size, the estimate would move by about that much. The size of the errors is seen
// from the residuals; how much they move the estimate, from the Jacobian at the end. An interval that
// has the true value in it 19 times of 20 is a little more than two standard errors to each side.

Console.WriteLine($"an error of the thermometer is about {fit.ResidualDeviation:F2} degrees");
(double lower, double upper) = fit.Parameters[0].Interval(0.95);
Console.WriteLine($"the room has {lower:F1} to {upper:F1} degrees");

// The parameters do not move alone. A warmer room and a faster rate make nearly the same curve, so the
// data cannot quite tell them apart:

double[,] covariance = fit.Covariance;
double correlation = covariance[0, 2] / Math.Sqrt(covariance[0, 0] * covariance[2, 2]);
Console.WriteLine($"correlation of room and rate {correlation:F2}");

//> correlation of room and rate 0.97

Console.WriteLine();
Console.WriteLine("# What you know beforehand");

// There is a thermostat: the room has between 18 and 21 degrees. Bounds say so. A parameter that ends at
// one has no standard error: it was the bound that fixed it, not the data.

Print(Fit.LeastSquares(Cooling, minutes, degrees, [20, 50, 0.01], new()
{
    Names = ["room", "difference", "rate"],
    Bounds = [(18, 21), (0, 100), (0, 1)],
}));

//> room 21, at its bound
//
// If some measurements are better than others, Weights gives each a factor, as a rule one over the
// square of its error.

Console.WriteLine();
Console.WriteLine("# A slip of the pen");

// Somebody wrote 54.4 for 45.4. Squares make much of it: an error of nine degrees counts as much as 81
// errors of one degree. A robust loss counts large residuals less. LossScale says from where on a
// residual is large: here, from half a degree on.

Tensor<double> slip = Tensor.Create<double>([84.8, 75.1, 66.9, 60.3, 54.5, 49.0, 54.4, 41.4, 38.8, 36.0, 34.1]);
string[] names = ["room", "difference", "rate"];
LeastSquaresFit squares = Fit.LeastSquares(Cooling, minutes, slip, [20, 50, 0.01], new() { Names = names });
LeastSquaresFit robust = Fit.LeastSquares(
    Cooling, minutes, slip, squares.Estimates,
    new() { Names = names, Loss = ResidualLoss.Cauchy, LossScale = 0.5 });
Console.WriteLine("squares");
Print(squares);
Console.WriteLine("Cauchy's loss");
Print(robust);

// The second is nearly what we had before the slip. It started where the squares ended: from afar all
// residuals are large, and to Cauchy one large residual is much like another, so it sees no way.

Console.WriteLine();
Console.WriteLine("# Other data, other errors");

// Not all that is measured has an error of the same size everywhere. Counts have not: where four events
// are expected, two or six are no surprise; where four hundred are, four hundred and two are none. Then
// one says how likely each count is, and looks for the parameters under which the data are most likely.
// The function returns the logarithm of the likelihood of each row. Here are the counts of a decaying
// source, second by second; counts follow Poisson's distribution.

double[] counts = [98, 71, 64, 39, 31, 28, 16, 14, 9, 8];
double[,] table = new double[2, counts.Length];
for (int second = 0; second < counts.Length; second++)
    (table[0, second], table[1, second]) = (second, counts[second]);

static Variable<double> Counting(Variable<double> b, Variable<double> data)
{
    (Variable<double> time, Variable<double> count) = (data[0], data[1]);
    Variable<double> expected = b[0] * (-b[1] * time).Exp();
    return count * expected.Log() - expected - (count + 1).Lgamma();
}

LikelihoodFit likely = Fit.MaximumLikelihood(
    Counting, Tensor.FromArray<double>(table), [50, 0.1], new() { Names = ["at first", "decay"] });
Print(likely);
Console.WriteLine($"log-likelihood {likely.LogLikelihood:F2}");

// This search is Newton's: it takes the exact gradient and the exact Hessian. The standard errors are
// made of the Hessian at the end: the sharper the peak of the likelihood, the better it is known where.
// For many parameters LikelihoodMethod.Lbfgs does most of the way with gradients alone.

Console.WriteLine();
Console.WriteLine("# No answer");

// Some questions have no answer, and you are told why. Here only the product of two parameters matters:

try
{
    Fit.LeastSquares((b, t) => b[0] * b[1] * (-b[2] * t).Exp(), minutes, degrees, [10, 10, 0.01]);
}
catch (FitException e)
{
    Console.WriteLine($"{e.Failure}: {e.Message}");
}

//> Singular: The data do not determine b1 and b2: they can change together, and the fit stays as it is.
//
// On the command line all this is simplegrad fit: see docs/fit.md.

static void Print(FitResult fit)
{
    foreach (FitParameter parameter in fit.Parameters)
    {
        string error = parameter.IsAtBound ? ", at its bound" : $" +- {parameter.StandardError:G2}";
        Console.WriteLine($"  {parameter.Name,-10} {parameter.Value:G4}{error}");
    }
}
