#:project ../../src/SimpleGrad/SimpleGrad.csproj

// Chapter 9. Derivatives of functions
// Previous: 08-training.cs. Next: 10-an-operator-of-ones-own.cs.
//
// So far there was always a tape to hold, and variables to put on it. Often you have a function and
// want its derivative as another function, from tensors to tensors. That is what the class
// Derivatives is for. Nothing in it is new: it makes tapes, and calls grad.

using SimpleGrad;

Console.WriteLine("# A function and its gradient");

// Rosenbrock's function is a narrow bent valley, and every minimiser has to find the way out of it.
// It is written on variables, as always.

static Variable<double> Rosenbrock(Variable<double> x) =>
    (100 * (x[1..] - x[..^1].Square()).Square() + (1 - x[..^1]).Square()).Sum();

Tensor<double> x0 = Tensor.Create<double>([-1.2, 1.0]);

var f = Derivatives.ValueAndGrad<double>(Rosenbrock);
(Tensor<double> value, Tensor<double> gradient) = f.Invoke(x0);
Console.WriteLine($"value    {value}");
Console.WriteLine($"gradient {gradient}");

//> gradient tensor([-215.6000, -88.0000], dtype=torch.float64)
//
// f is a function of tensors. Each call records on a tape that nobody sees. Compile() gives the
// same function once more: it is run once without numbers to see what it does, value and gradient
// together, and from then on only the numbers are computed.

var fast = f.Compile();
Console.WriteLine($"compiled {fast.Invoke(x0).Gradient}");

Console.WriteLine();
Console.WriteLine("# Products");

// A function from n numbers to m has m times n derivatives: its Jacobian. Often one does not want
// them all, but their product with a vector. There are two sides to multiply from, and each has its
// mode:
//
// - Vjp, reverse mode: a weight for each result, times the Jacobian. It asks how the weighed sum of
//   the results changes with each input. Grad is this with the weight one.
// - Jvp, forward mode: the Jacobian times a direction of the input. It asks how each result changes
//   where the input moves that way.

static Variable<double> Cartesian(Variable<double> polar) =>
    Variable.Stack([polar[0] * polar[1].Cos(), polar[0] * polar[1].Sin()]);

Tensor<double> polar = Tensor.Create<double>([2.0, 0.5]);
Tensor<double> turn = Tensor.Create<double>([0.0, 1.0]);
(Tensor<double> place, Tensor<double> velocity) = Derivatives.Jvp<double>(Cartesian, polar, turn);
Console.WriteLine($"place    {place}");
Console.WriteLine($"velocity {velocity}");

//> velocity tensor([-0.9589, 1.7552], dtype=torch.float64)
//
// A point that turns about the origin moves at a right angle to where it is.

Console.WriteLine();
Console.WriteLine("# Whole matrices");

// Sometimes one does want them all. The rows of the Jacobian are products with unit vectors; they
// are computed as one batch, each operator once, and not one after the other. If the function has
// fewer inputs than results, the columns are computed instead.

Console.WriteLine($"Jacobian {Derivatives.Jacobian<double>(Cartesian, polar)}");
Console.WriteLine($"Hessian  {Derivatives.Hessian<double>(Rosenbrock, x0)}");

//> Hessian tensor([[1330., 480.], [ 480., 200.]], dtype=torch.float64)
//
// The Hessian is the Jacobian of the gradient. Its product with a vector (Hvp), its diagonal
// (HessianDiagonal) and the diagonal's sum (Laplacian) are there without it.
//
// In a chain of variables each depends on its neighbours only, and the Hessian is nearly empty. Which
// elements can differ from zero is seen from the operators. Columns that share no row are then
// computed together: for Rosenbrock's function three passes are enough, however long the chain is.

var hessian = Derivatives.SparseHessian<double>(Rosenbrock, Tensor.Full([10_000], 0.5));
Console.WriteLine($"sparse   {hessian}");

//> sparse 10000 x 10000, 29998 elements

Console.WriteLine();
Console.WriteLine("# One inside the other");

// Given a variable in the place of a tensor, each of them computes on the variable's tape, and what
// comes out can be differentiated like anything else. So they go into each other as you like. The
// third derivative of x to the fifth is 60 x squared:

static Variable<double> Slope(Variable<double> x) => Derivatives.Grad<double>(y => y.Pow(5), x);

var third = Derivatives.Hessian<double>(Slope);
Console.WriteLine($"third    {third.Invoke(Tensor.Scalar(2.0))}");

//> third tensor(240., dtype=torch.float64)
//
// Vmap maps a function over the first axis of its input: a batch of examples. The function is
// written for one example, and may take derivatives. Here is the gradient at three points:

Tensor<double> points = Tensor.FromArray<double>(new[,] { { -1.2, 1.0 }, { 0.0, 0.0 }, { 1.0, 1.0 } });
Console.WriteLine($"mapped   {Transform.Vmap<double>(x => Derivatives.Grad<double>(Rosenbrock, x), points)}");

// TensorFunction.Of makes a function of tensors of whatever you put together, to call or to compile.

var length = TensorFunction.Of<double>(x => Derivatives.Grad<double>(Rosenbrock, x).Square().Sum().Sqrt()).Compile();
Console.WriteLine($"length   {length.Invoke(x0)}");

Console.WriteLine();
Console.WriteLine("# By which input?");

// Most functions have several inputs, and not all are to be differentiated by: a loss takes parameters
// and data. The function is made of all of them, and each derivative says by which it is meant, counted
// from 0. The others are held.

var loss = TensorFunction.Of<double>((w, x, y) => (w * x - y).Square().Mean());
Tensor<double> weight = Tensor.Scalar(2.0);
Tensor<double> x1 = Tensor.Create<double>([1.0, 2.0]), y1 = Tensor.Create<double>([1.0, 5.0]);
Console.WriteLine($"by weight {Derivatives.Grad(loss, wrt: 0).Compile().Invoke(weight, x1, y1)}");
Tensor<double>[] both = Derivatives.Grad(loss, wrt: [0, 1]).Invoke(weight, x1, y1);
Console.WriteLine($"by x      {both[1]}");
Console.WriteLine($"Hessian   {Derivatives.Hessian(loss, wrt: 0).Invoke(weight, x1, y1)}");

//> by x      tensor([ 2., -2.], dtype=torch.float64)
//
// Vectors that a product is taken with come after the inputs: Hvp(loss, wrt: 0) takes weight, x, y and
// a vector of the weight's shape. And Vmap(f, mapped: [1]) maps over some of the inputs only.

Console.WriteLine();
Console.WriteLine("# Records of variables");

// A model has many parameters, and nobody wants to count them through. A partial record with the
// attribute [Variables] is as good as one variable: its gradient is a record of the same type. Line
// is such a record, at the end of this file.

var models = new Tape<double>();
Variable<double> hours = models.Constant([1.0, 2.0, 4.0]), price = models.Constant([5.0, 7.0, 11.0]);
var line = new Line(models.Variable(1.5), models.Variable(2.0));
Line slope = Derivatives.Grad(m => (m.At(hours) - price).Square().Mean(), line);
Console.WriteLine($"slope    {slope.Slope}");
Console.WriteLine($"start    {slope.Start}");

// Records may contain records and arrays, and variables that are [Frozen]: those stay as they are.
// ValueAndGrad, Vjp, Jvp and Hvp take them too.

Console.WriteLine();
Console.WriteLine("# Solutions of equations");

// Kepler's equation E = M + e sin E has no formula for E. One puts E into the right side over and
// over until it stays as it is. How E depends on M has nothing to do with how many times that took:
// FixedPoint finds E and differentiates the equation, not the loop. Root does the same for f = 0.

static Variable<double> Anomaly(Variable<double> m) =>
    Implicit.FixedPoint<double>((e, p) => p + 0.3 * e.Sin(), Tensor.Scalar(0.0), m, tolerance: 1e-14);

var anomaly = Derivatives.ValueAndGrad<double>(Anomaly).Invoke(Tensor.Scalar(1.0));
Console.WriteLine($"E        {anomaly.Value}");
Console.WriteLine($"dE/dM    {anomaly.Gradient}");

Console.WriteLine();
Console.WriteLine("# Memory for time");

// The tape keeps what propagate needs. Checkpoint keeps the inputs of a function instead, and runs it
// again when the gradient comes back. All variables that it uses must be its inputs.

static Variable<double> Layers(Variable<double> x)
{
    for (int i = 0; i < 100; i++)
        x += x.Sin() / 100;
    return x;
}

var tape = new Tape<double>();
Variable<double> start = tape.Variable(0.1);
Variable<double> end = Transform.Checkpoint<double>(Layers, start);
Console.WriteLine($"entries  {tape.Count}");
Console.WriteLine($"gradient {tape.Grad(end, start, createGraph: false)}");

//> entries 1

Console.WriteLine();
Console.WriteLine("# Is it right?");

// An operator of your own may have a wrong rule. GradientCheck compares the derivatives by reverse mode
// with those by forward mode and with differences of values, order by order. Detach plants a mistake
// here: the value depends on x twice, but the gradient knows of it once.

GradientReport report = GradientCheck.Run(x => x.Sin() * x.Detach(), Tensor.Create<double>([0.5, 1.5]), order: 1);
foreach (GradientComparison comparison in report.Comparisons)
    Console.WriteLine($"{comparison.With}: {(comparison.IsRight ? "right" : "wrong")}");

//> forward mode: right
//> differences: wrong
//
// The report itself says which element is worst, what was expected and what was found. On the command
// line it is simplegrad check.

[Variables]
internal sealed partial record Line(Variable<double> Slope, Variable<double> Start)
{
    public Variable<double> At(Variable<double> x) => Slope * x + Start;
}
