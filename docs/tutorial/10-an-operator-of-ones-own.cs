#:project ../../src/SimpleGrad/SimpleGrad.csproj

// Chapter 10. An operator of one's own
// Previous: 09-derivatives.cs. Next: 11-aggregates.cs.
//
// The library's operators are classes, and yours can stand beside them. This chapter makes one that
// is worth having, from the reason for it to the proof that it is right, and then breaks it on purpose.
// Two more are exercises of chapter 12.

using SimpleGrad;

Console.WriteLine("# Why");

// Probabilities of long texts or long measurements are tiny, and programs keep their logarithms
// instead. To add two probabilities that are given by their logarithms x and y, one needs
//
//     r = log(exp(x) + exp(y))
//
// The library has exp and log, so this can be written down at once. But exp(1000) is infinite in
// double, and exp(-1000) is zero.

var tape = new Tape<double>();
Variable<double> x = tape.Variable([0.5, 1000, -1000], name: "x");
Variable<double> y = tape.Variable(1, name: "y");
Variable<double> composed = (x.Exp() + y.Exp()).Log();
Console.WriteLine($"composed {composed}, by x {tape.Grad(composed, x)}");

//> composed tensor([1.4741, inf, 1.0000], dtype=torch.float64), by x tensor([0.3775, 0.0000, 0.0000],
//> dtype=torch.float64)
//
// The second number should be 1000 and its derivative 1: the logarithm of infinity is flat. An
// operator of our own can compute it in another way.

Console.WriteLine();
Console.WriteLine("# The class");

// It stands at the end of this file, and is called LogAddExp. It derives from BinaryOperator,
// because it has two inputs; there are UnaryOperator and TernaryOperator as well. It says five
// things:
//
// - Name: what it is called in traces and errors.
// - InferShape: the shape of the result, or an error where the inputs do not fit each other.
//   Shape.Broadcast has the usual rules. (A unary operator need not say it where the result has the
//   shape of the input.)
// - Forward: the result. Here it computes with tensors, outside the tape, in any way it likes. Ours
//   is max(x, y) + log(1 + exp(-|x - y|)): what it exponentiates is never positive.
// - PropagateX and PropagateY: from the gradient of the result to those of the inputs. Here it
//   computes with variables. That is why gradients of its gradients come for free. On paper, dr/dx
//   is exp(x) / (exp(x) + exp(y)), and as the denominator is exp(r), this is exp(x - r): it never
//   overflows.
// - Keeps: which values these two rules read. Everything else may be forgotten as soon as it is
//   computed, which is what keeps the memory of long computations small.
//
// An object of the class is used with Apply.

var logAddExp = new LogAddExp();
Variable<double> r = logAddExp.Apply(x, y, name: "r");
Console.WriteLine($"r {r}");
(Variable<double>? byX, Variable<double>? byY) = tape.Grad(r, x, y);
Console.WriteLine($"by x {byX}");
Console.WriteLine($"by y {byY}");

//> r tensor([ 1.4741, 1000.0000, 1.0000], dtype=torch.float64)
//> by x tensor([0.3775, 1.0000, 0.0000], dtype=torch.float64)
//> by y tensor(1.6225, dtype=torch.float64)
//
// y was a single number beside three of x, and so is its gradient: what broadcasting had repeated
// was summed back without our doing.
//
// On the tape it is an entry like any other. A trace shows both the operator and its rules.

var traced = new Tape<double>(Trace.Notebook(Console.Out));
Variable<double> a = traced.Variable(0.5, name: "a"), b = traced.Variable(1, name: "b");
traced.Grad(logAddExp.Apply(a, b, name: "c"), a);

//> c = a.log_add_exp(b)
//> dc ------------------------
//> v1 = a - c
//> v2 = v1.exp()
//> v3 = v0 * v2

Console.WriteLine();
Console.WriteLine("# Is it right?");

// A rule may be wrong, and a program with a wrong gradient still runs. So a new operator is checked,
// and not only to the first order: the rule consists of operators, the rule of the rule of their
// rules, and a mistake may hide in any of them. Order 3 goes through our rule three times.
//
// There are two things to compare with. One is paper: with p = exp(x - r), the derivatives by x are
//
//     p     p (1 - p)     p (1 - p) (1 - 2p)
//
// The other needs no paper: nudge x a little, and see how far the derivative below moves.

double p = Math.Exp(0.5 - Math.Log(Math.Exp(0.5) + Math.Exp(1)));
double[] paper = [p, p * (1 - p), p * (1 - p) * (1 - 2 * p)];
for (int order = 1; order <= 3; order++)
{
    string computed = $"{Text(Derivative(logAddExp, order))}, on paper {Text(paper[order - 1])}";
    Console.WriteLine($"order {order}: {computed}, by nudging {Text(Nudged(logAddExp, order))}");
}

//> order 1: 0.377541, on paper 0.377541, by nudging 0.377541
//> order 2: 0.235004, on paper 0.235004, by nudging 0.235004
//> order 3: 0.057557, on paper 0.057557, by nudging 0.057557

Console.WriteLine();
Console.WriteLine("# Wrong: a value that is not kept");

// Both rules read the result, so Keeps must list it. Forgetful is LogAddExp with that left out. The
// result is not there when the rule asks for it. That is no reason to compute with something else,
// and it is an error that says what to do.

try
{
    Derivative(new Forgetful(), order: 1);
}
catch (InvalidOperationException error)
{
    Console.WriteLine(error.Message);
}

//> Operator 'log_add_exp' reads its result in propagate but does not list it in Keeps.
//
// The other way round, to keep more than the rules read, is no error. It costs memory.

Console.WriteLine();
Console.WriteLine("# Wrong: another formula");

// Mistaken takes exp(y - r) for the derivative by x. Nothing in a library can know that this is not
// what you meant. The nudged derivative of the first order can.

Compare(new Mistaken());

//> order 1: 0.622459, by nudging 0.377541
//> order 2: -0.387456, by nudging -0.235004
//
// The second order goes wrong once more. What was nudged for it is the wrong derivative, exp(y - r),
// and the gradient of that goes through r, so through the wrong rule a second time.

Console.WriteLine();
Console.WriteLine("# Wrong: values in a rule");

// Frozen computes its rule on tensors, and says that the outcome is a constant. The numbers of the
// first order are perfect. But a constant depends on nothing, and so the second derivative, which is
// 0.235, is a known zero.

Compare(new Frozen());

//> order 1: 0.377541, by nudging 0.377541
//> order 2: null, by nudging 0.235004
//
// This is the mistake that a check of first derivatives does not find, and the reason to write rules
// with variables only: at.X, at.Y, at.Result and the gradient that comes in. Without the word
// Constant it would not have compiled, because a tensor times a variable does not.
//
// The last thing is to let it compute with float too. For that the class has a type parameter, like
// the library's own:
//
//     internal class LogAddExp<T> : BinaryOperator<T>
//         where T : unmanaged, IBinaryFloatingPointIeee754<T>
//
// One that works element by element, as this one does, is better a BinaryElementwiseOperator: its
// arithmetic is then a struct, written over IAlgebra, and so it is part of compiled kernels, applies
// to batches at once, and has sparse derivatives. Other operators say how they batch, what they cost
// and which elements depend on which by overriding Batch, Cost and DependenceOn.
//
// And that is all there is to operators. docs/operators.md has the rules of the library's own.

static void Compare(LogAddExp op)
{
    for (int order = 1; order <= 2; order++)
        Console.WriteLine($"order {order}: {Text(Derivative(op, order))}, by nudging {Text(Nudged(op, order))}");
}

// The derivative by x of some order, at x = 0.5 and y = 1. Order 0 is the operator itself. A known
// zero is null.

static double? Derivative(LogAddExp op, int order, double at = 0.5)
{
    var tape = new Tape<double>();
    Variable<double> x = tape.Variable(at), y = tape.Variable(1);
    Variable<double>? derivative = op.Apply(x, y);
    for (int i = 0; i < order && derivative is not null; i++)
        derivative = tape.Grad(derivative, x);
    return derivative?.Item();
}

static double? Nudged(LogAddExp op, int order)
{
    const double step = 1e-5;
    return (Derivative(op, order - 1, 0.5 + step) - Derivative(op, order - 1, 0.5 - step)) / (2 * step);
}

static string Text(double? derivative) => derivative?.ToString("F6") ?? "null";

/// <summary>log(exp(x) + exp(y)), without overflow.</summary>
internal class LogAddExp : BinaryOperator<double>
{
    public override string Name => "log_add_exp";

    public override Keeps Keeps => Keeps.X | Keeps.Y | Keeps.Result;

    protected override Shape InferShape(Shape x, Shape y) => Shape.Broadcast(x, y);

    protected override Tensor<double> Forward(Tensor<double> x, Tensor<double> y, Shape shape)
    {
        Tensor<double> above = (x - y).Relu(), below = (y - x).Relu(); // one of them is |x - y|, the other 0
        return y + above + (-(above + below)).Exp().Log1p();
    }

    protected override Variable<double>? PropagateX(Variable<double> gradient, in Propagation<double> at) =>
        gradient * (at.X - at.Result).Exp();

    protected override Variable<double>? PropagateY(Variable<double> gradient, in Propagation<double> at) =>
        gradient * (at.Y - at.Result).Exp();
}

internal sealed class Forgetful : LogAddExp
{
    public override Keeps Keeps => Keeps.X | Keeps.Y;
}

internal sealed class Mistaken : LogAddExp
{
    protected override Variable<double>? PropagateX(Variable<double> gradient, in Propagation<double> at) =>
        gradient * (at.Y - at.Result).Exp();
}

internal sealed class Frozen : LogAddExp
{
    protected override Variable<double>? PropagateX(Variable<double> gradient, in Propagation<double> at) =>
        gradient * gradient.Tape.Constant((at.X.Value - at.Result.Value).Exp());
}
