#:project ../../src/SimpleGrad/SimpleGrad.csproj

// Chapter 8. Training
// Previous: 07-sixty-lines.cs. Next: 09-derivatives.cs.
//
// A gradient says which way the loss grows. To make the loss smaller, go the other way, a little, and
// ask again. This is gradient descent, and most of what is called learning is nothing else. The
// mathematics is done; this chapter is about the loop around it, and about the tape in that loop.

using SimpleGrad;

// Hours that someone has studied, and whether the examination went well.

Tensor<double> hours = Tensor.Create([0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0]);
Tensor<double> passed = Tensor.Create([0.0, 0, 0, 1, 0, 1, 0, 1, 1, 1]);

Console.WriteLine("# One step");

// The model has two parameters: the chance to pass is sigmoid(slope * hours + offset), a number
// between 0 and 1. The loss is large where the model was sure and wrong.

static Variable<double> Loss(Variable<double> w, Variable<double> x, Variable<double> y) =>
    (w[0] * x + w[1]).BinaryCrossEntropyWithLogits(y);

Tensor<double> w = Tensor.Create([0.0, 0.0]);
var tape = new Tape<double>();
Variable<double> parameters = tape.Variable(w, name: "w");
Variable<double> loss = Loss(parameters, tape.Constant(hours), tape.Constant(passed));
Variable<double> gradient = tape.Grad(loss, parameters, createGraph: false)!;
Console.WriteLine($"loss {loss.Item():F4}, gradient {gradient}");

//> loss 0.6931, gradient tensor([-0.4750, 0.0000], dtype=torch.float64)
//
// Against the gradient: a larger slope. How far to go is a matter of trial; 0.3 times the gradient
// will do here. Parameters are tensors, and the step is arithmetic on tensors, outside the tape.

w -= 0.3 * gradient.Value;
Console.WriteLine($"w    {w}");

Console.WriteLine();
Console.WriteLine("# The loop");

// Each step begins with Reset. The tape is empty then, and its memory is used again. The parameters
// become variables, the loss is computed, and its gradient is asked for without a record, since
// nobody will differentiate it.

for (int step = 1; step <= 2000; step++)
{
    tape.Reset();
    parameters = tape.Variable(w);
    loss = Loss(parameters, tape.Constant(hours), tape.Constant(passed));
    w -= 0.3 * tape.Grad(loss, parameters, createGraph: false)!.Value;
    if (step is 1 or 10 or 100 or 1000 or 2000)
        Console.WriteLine($"step {step,4}: loss {loss.Item():F4}, w {w}, {tape.Count} entries");
}

//> step 1: loss 0.6496
//> step 2000: loss 0.4335, w tensor([ 1.3534, -3.7218], dtype=torch.float64), 20 entries
//
// The number of entries is the same in each step.

Console.WriteLine();
Console.WriteLine("# Wrong: no Reset");

// Here are ten steps without it. The numbers are the same, but the tape keeps every step that ever
// was, with all values that its entries hold.

tape.Reset();
w = Tensor.Create([0.0, 0.0]);
for (int step = 1; step <= 10; step++)
{
    parameters = tape.Variable(w);
    loss = Loss(parameters, tape.Constant(hours), tape.Constant(passed));
    w -= 0.3 * tape.Grad(loss, parameters, createGraph: false)!.Value;
}
Console.WriteLine($"loss {loss.Item():F4}, {tape.Count} entries");

//> loss 0.6094, 200 entries
//
// And this is what happens to a result that is used after Reset: it was on the tape, and the tape
// has forgotten it. What you made yourself, by tape.Variable and tape.Constant, lives on.

tape.Reset();
try
{
    Console.WriteLine(loss + 1);
}
catch (InvalidOperationException error)
{
    Console.WriteLine(error.Message.Split(". ")[0]);
}

//> 'add' uses the result of an operator from before the tape was reset

Console.WriteLine();
Console.WriteLine("# Parameters that stay variables");

// The other way is to keep the variable and to write to it. An operator in place, within NoGrad,
// changes its value and records nothing.

Variable<double> kept = tape.Variable([0.0, 0.0], name: "w");
Variable<double> x = tape.Constant(hours), y = tape.Constant(passed);
for (int step = 1; step <= 2000; step++)
{
    tape.Reset(); // kept, x and y live on
    gradient = tape.Grad(Loss(kept, x, y), kept, createGraph: false)!;
    using (tape.NoGrad())
        kept.SubtractInPlace(0.3 * gradient);
}
Console.WriteLine($"w {kept}");

//> w tensor([ 1.3534, -3.7218], dtype=torch.float64)

Console.WriteLine();
Console.WriteLine("# Momentum");

// A ball that rolls downhill keeps its speed. The step is then not the gradient but a running sum of
// gradients, in which older ones count less and less. The rules that training uses are all of this
// kind: a few tensors beside each parameter, and arithmetic on them.

w = Tensor.Create([0.0, 0.0]);
Tensor<double> speed = Tensor.Zeros<double>(w.Shape);
for (int step = 1; step <= 200; step++)
{
    tape.Reset();
    parameters = tape.Variable(w);
    loss = Loss(parameters, tape.Constant(hours), tape.Constant(passed));
    speed = 0.9 * speed - 0.3 * tape.Grad(loss, parameters, createGraph: false)!.Value;
    w += speed;
}
Console.WriteLine($"after 200 steps: loss {loss.Item():F4}, w {w}");

//> after 200 steps: loss 0.4335

Console.WriteLine();
Console.WriteLine("# Without a tape in sight");

// The step is always the same function of the parameters and the data, so it can be compiled: value
// and gradient together, in a few loops over memory. There is nothing to reset. The next chapter is
// about functions like this one, and chapter 13 about what compiling does.

var step1 = Derivatives.ValueAndGrad(TensorFunction.Of<double>(Loss), wrt: 0).Compile();
w = Tensor.Create([0.0, 0.0]);
for (int step = 1; step <= 2000; step++)
    w -= 0.3 * step1.Invoke(w, hours, passed).Gradient;
Console.WriteLine($"w {w}");

//> w tensor([ 1.3534, -3.7218], dtype=torch.float64)
//
// The slope says that each hour multiplies the odds by exp(1.35), almost 4. Where the model is this
// small there are better ways than to walk downhill: chapter 18 finds such numbers in a few
// steps, and says how far they are to be trusted.
//
// Exercise: let the step shrink as training goes on, so that it may be large at the beginning.
//
// Solution: the factor is a plain number, outside the tape, so nothing stands against
//
//     w -= 3 / Math.Sqrt(step) * ...
