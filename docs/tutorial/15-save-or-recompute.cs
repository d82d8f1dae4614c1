#:project ../../src/SimpleGrad/SimpleGrad.csproj

// Chapter 15. Save or recompute
// Previous: 14-known-zero-patterns.cs. Next: 16-reading-explain.cs.
//
// Propagate needs values that the forward has computed. In chapter 11 there were two ways to come by
// them: to keep them as further outputs, or to compute them again. The first costs memory, and time
// to write and read it. The second costs time to compute. The compiler chooses, value by value.

using SimpleGrad;

const int n = 1000;

Console.WriteLine("# Three answers");

// In this function propagate needs u, which takes an exponential, and v, which takes one
// multiplication when u is there.

Aggregate<float> function = Aggregate.Compile<float>((x, w) =>
{
    Variable<float> u = x.Exp();
    Variable<float> v = u * w;
    return v * v + u;
}, "function");

// The memory budget is a number between 0 and 1. With 1, all that propagate reads is saved. Here are
// two vectors of 1000 numbers each.

PrintCode(function.WithMemoryBudget(1).Explain([[n], [n]]));

//> return (r, t0, t1);
//> FunctionPropagate(w, t0, t1, dr)

// With 0, what can be computed again is computed again, from the inputs.

PrintCode(function.WithMemoryBudget(0).Explain([[n], [n]]));

//> return r;
//> FunctionPropagate(x, w, dr)

// With 0.5, which is what you get if you say nothing, it is whatever takes the least time, by an
// estimate. The exponential is saved. The product is not: to write it and to read it would take
// longer than to multiply again.

PrintCode(function.WithMemoryBudget(0.5).Explain([[n], [n]]));

//> return (r, t);
//> FunctionPropagate(w, t, dr)

// ![What is saved with three budgets](../pictures/minimum-cut.svg)

Console.WriteLine("# A budget for (a + b) * b");

// The tape has the proof. Outputs of the entry behind the first one are saved values, and they have
// shapes. An element of type float has four bytes.

PrintSaved((a, b) => (a + b) * b);

//> budget 0.50: 0 values saved, 0 bytes
//> budget 1.00: 1 values saved, 4000 bytes
//
// The only candidate is the sum. In the middle it is not worth 4000 bytes. The nearer the budget is
// to 1, the less a byte counts.

Console.WriteLine();
Console.WriteLine("# A budget for a chain");

// Fifty operators, one after the other: a product and a sine, 25 times.

PrintSaved((x, w) =>
{
    Variable<float> y = x;
    for (int i = 0; i < 25; i++)
        y = (y * w).Sin();
    return y;
});

//> budget 0.00: 0 values saved, 0 bytes
//> budget 0.50: 24 values saved, 96000 bytes
//> budget 1.00: 49 values saved, 196000 bytes
//
// Propagate reads all values on the way, except the last: the rule of a product reads its factors,
// and that of a sine reads what the sine was taken of. With budget 1 all 49 are saved. In the middle
// it is half of them, the sines. The products come back from these at the price of one
// multiplication each. With budget 0 propagate computes the whole chain once more. The gradients are the
// same each time, to the last bit.

Console.WriteLine();
Console.WriteLine("# How it chooses");

// It would not do to look at each value by itself. Whether a product is cheap to compute again
// depends on whether its factors are there. So the choice is made for all values at once, on a map
// of the computation. Think of pipes: from the inputs through each value to the place where
// propagate reads it. To cut a value's pipe means to save it, and has the price of its bytes. To
// leave it means to compute it again, and has the price of its operator. Everything that propagate
// reads must be cut off from the beginning at the lowest price in all. This is a well-known problem,
// called a minimum cut, and there are fast and exact ways to solve it. The budget sets the price of
// a byte.
//
// The price of an operator is an estimate for the shapes at hand. A product of large matrices has one
// that hardly a byte can compete with, unless the budget is 0: each element is a sum, here of 1000
// products.

Func<Variable<float>, Variable<float>, Variable<float>> layer = (x, w) => x.MatMul(w).Tanh().Sum();
Shape[] matrices = [[100, 1000], [1000, 100]];
foreach (double budget in new[] { 0, 0.1, 0.5 })
{
    string code = Aggregate.Compile(layer, "layer").WithMemoryBudget(budget).Explain(matrices);
    bool isAgain = code.Split("// propagate")[1].Contains("x.MatMul(w)");
    Console.WriteLine($"budget {budget}: propagate multiplies again: {isAgain}");
}

//> budget 0: propagate multiplies again: True
//> budget 0.1: propagate multiplies again: False

// When is this worth a thought? Saved values live as long as the tape. A training step that does not
// fit into memory may fit with a lower budget. And if there is memory enough, measure before you
// raise the budget: a value that must be fetched from memory is often dearer than one that is
// computed where it is needed. That is why the middle is not a compromise. It is meant to be the
// fastest.

static void PrintSaved(Func<Variable<float>, Variable<float>, Variable<float>> function)
{
    float[]? first = null;
    foreach (double budget in new[] { 0, 0.25, 0.5, 0.75, 1 })
    {
        var tape = new Tape<float>();
        Variable<float> x = tape.Variable(Ramp(0.1f)), w = tape.Variable(Ramp(1));
        Aggregate<float> aggregate = Aggregate.Compile(function, "chain").WithMemoryBudget(budget);
        Variable<float> loss = aggregate.Invoke(x, w).Sum();
        Shape[] saved = [.. tape.Entries.First().OutputShapes.Skip(1)];
        int bytes = saved.Sum(shape => shape.FlattenedLength) * sizeof(float);
        float[] gradient = tape.Grad(loss, x)!.Value.ToArray();
        first ??= gradient;
        string same = gradient.SequenceEqual(first) ? "the same gradient" : "another gradient";
        Console.WriteLine($"budget {budget:F2}: {saved.Length} values saved, {bytes} bytes; {same}");
    }
}

static float[] Ramp(float start) => [.. Enumerable.Range(0, n).Select(i => start + i * 0.001f)];

static void PrintCode(string explanation)
{
    foreach (string line in explanation.Split('\n'))
    {
        if (line.Length > 0 && !line.StartsWith("//"))
            Console.WriteLine(line);
    }
    Console.WriteLine();
}
