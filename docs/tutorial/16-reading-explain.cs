#:project ../../src/SimpleGrad/SimpleGrad.csproj

// Chapter 16. Reading Explain
// Previous: 15-save-or-recompute.cs. Next: 17-writing-in-place.cs.
//
// The last three chapters looked at code that the compiler has made. The explanation says more than
// that. This chapter reads one line by line.

using SimpleGrad;

Console.WriteLine("# A function");

// A measure of how far numbers lie from m, in units of s, that does not mind if a few of them lie
// far away. We ask for the forward alone, order 0, on a million numbers. There need not be any
// numbers for that: shapes are enough, and [] is the shape of a single number.

Aggregate<float> distance = Aggregate.Compile<float>((x, m, s) =>
{
    Variable<float> d = (x - m) / s;
    return (d * d).Log1p().Sum();
}, "distance");

Shape[] shapes = [[1_000_000], [], []];
string forward = distance.Explain(shapes, new() { Order = 0 });
Console.WriteLine(forward);

//> f32: x (1000000,), m (), s ()

// The first line has the type of the numbers and the shapes: the code is for these. Then comes the
// code. A value that is used once stands where it is used, the others have a name.

//> var v1 = (x - m) / s;
//> var r = (v1 * v1).Log1p().Sum();

// The last line is about the machine. Everything became one kernel, a single loop over a million
// elements. It has four operators (the sum is not counted, it is the way in which the result leaves
// the loop), and it reads three values, x, m and s, of which two are single numbers.

//> kernel over (1000000,): 4 operators, reads 3 values, writes 1, moves 3906.3 KiB

// What it moves is what it reads from memory and writes to it: a million numbers of four bytes, and
// a few bytes for m, s and the result. With plain operators, the difference would be written and read
// again, and so would the quotient, the square and the logarithm: nine times as much in all. For
// long vectors this is the figure to look at, because memory is what such a loop waits for.

Console.WriteLine("# Propagate");

string all = distance.Explain(shapes);
Console.WriteLine(all[all.IndexOf("// propagate")..]);

//> propagate where dr is there

// dr is the gradient of the result, and dx, dm and ds are those of the inputs. m and s were used for
// a million elements, so their gradients are sums.

//> var dm = (-dx).Sum();
//> return (dx, dm, ds);

// It is one kernel as well. It reads x, and computes what the forward has computed again. It writes
// dx, and adds up the two sums on the way. So two vectors are moved. A forward that saved its values
// for propagate would have moved more.

//> moves 7812.5 KiB

Console.WriteLine("# Stages");

// Between the trace and the code lie several stages, and all of them can be shown. First the compiler
// looks over the graph a few times; such a look is called a pass. This function asks for gradients
// itself; it is traced and compiled like any other, and what it becomes is a surprise only at first
// sight.

Aggregate<float> gradients = Aggregate.Compile<float>((a, b) =>
{
    (Variable<float>? da, Variable<float>? db) = a.Tape.Grad((a + b) * b, a, b);
    return [da!, db!];
}, "gradients");

string withPasses = gradients.Explain([[2], [2]], new() { Order = 0, Passes = true });
Console.WriteLine(withPasses);

// The trace has the steps of the sweep. The seed is 1, and products with it are there to see.

//> after trace: 7 values
//> v1 = 1.0 * b

// Simplifying takes them away. What is left over is what one would write on paper: b, and a + 2b.

//> after simplify: 4 values
//> return b, v1
//> var r1 = a + b + b;

// It leaves out only what changes no result, not even a single bit. 1 * x is always x. But 0 * x is
// not always 0: if x is infinite it is NaN. And x + 0 is not always x: for x = -0 it is 0. So these
// stay.

Aggregate<float> zeros = Aggregate.Compile<float>(x => 1 * x + 0 * x, "zeros");
PrintPass(zeros.Explain([[2]], new() { Order = 0, Passes = true }), "simplify");

//> v0 = 0.0 * x
//> v1 = x + v0

// The other pass looks for values that are computed twice, and computes them once.

Aggregate<float> twice = Aggregate.Compile<float>((x, m) => (x - m).Exp() + (x - m), "twice");
PrintPass(twice.Explain([[2], []], new() { Order = 0, Passes = true }), "simplify");
PrintPass(twice.Explain([[2], []], new() { Order = 0, Passes = true }), "common subexpressions");

//> after simplify: 6 values
//> after common subexpressions: 5 values

// Then the graph becomes something that can run. Fusion puts the values into groups that one loop
// computes, the schedule has the steps in their order, and the memory plan says which memory each of
// the values is in, and when it is given back. All that is decided before the first call.

//> after fusion: 1 group
//> 0: v1 = kernel(a, b) over (2,)
//> v1: 8 bytes, kept as a result

// Where a function is to be differentiated there are two stages more. The function and its gradients
// are made one graph, and this graph is cut in two: on the one side is what the forward saves, on the
// other what propagate computes again. Each value could be either, and the cheaper cut is taken. The
// costs are estimates, in nanoseconds.

PrintPass(distance.Explain(shapes, new() { Passes = true }), "partition");

//> after partition: nothing is saved
//> v0 is computed again

Console.WriteLine();
Console.WriteLine("# Kernels");

// Not everything can be a loop over elements. A matrix product is left to the library, which has a
// routine for it that knows how to use the caches. What comes before and after it is fused.

Aggregate<float> layer = Aggregate.Compile<float>(
    (x, w, b) => (x.MatMul(w) + b).Tanh(), "layer");
PrintKernels(layer.Explain([[64, 100], [100, 50], [50]], new() { Order = 0 }));

//> operator matmul, with the library's own kernel
//> kernel over (64, 50): 2 operators

// And a loop must not get too long either. A processor can keep a few dozen values at hand. A
// function with more than about a hundred operators becomes several kernels. They run one after the
// other on a block of elements, and then on the next block, so that what one hands to the next stays
// in the cache.

Aggregate<float> chain = Aggregate.Compile<float>(x =>
{
    Variable<float> y = x;
    for (int i = 0; i < 150; i++)
        y = y * x + 1;
    return y;
}, "chain");
PrintKernels(chain.Explain([[1000]], new() { Order = 0 }));

Console.WriteLine();
Console.WriteLine("# Order 2");

// A propagate is a compiled function, and has a propagate of its own. Order 2 shows it too: the
// function, its propagate, and the propagate of that.

Aggregate<float> simple = Aggregate.Compile<float>((a, b) => (a + b) * b, "simple");
string twoOrders = simple.Explain([[2], [2]], new() { Order = 2 });
Console.WriteLine(twoOrders[twoOrders.LastIndexOf("// propagate")..]);

//> propagate where dda, ddb are there
//> SimplePropagatePropagate(a, b, dr, dda, ddb)
//> return (da, db, ddr);

// Its results are gradients by all that propagate reads: a, b and dr. What comes in is dda and ddb,
// the gradients of what propagate has computed. In the code of this function da and db are the
// gradients of the second loss, as they are in any propagate. You can check it with the numbers of
// chapter 13: with a = 1, b = 3 and dr = 1, the first gradients are 3 and 7, and the second loss, the
// sum of their squares, has dda = 6 and ddb = 14.

(double a, double b, double dr, double dda, double ddb) = (1, 3, 1, 6, 14);
double da = ddb * dr, db = (dda + ddb) * dr + da;
Console.WriteLine($"da {da}, db {db}");

//> da 14, db 34
//
// The tool prints the same explanations, for a formula on the command line:
//
//     simplegrad explain "(a + b) * b" --var a=1,2 --var b=3,4 --order 2 --passes
//
// With --memory-budget and --pattern it answers the questions of chapters 14 and 15.

static void PrintPass(string explanation, string pass)
{
    string shown = explanation[explanation.IndexOf($"// after {pass}")..];
    foreach (string line in shown.Split('\n').TakeWhile(line => line.Length > 0))
        Console.WriteLine(line);
}

static void PrintKernels(string explanation)
{
    string[] starts = ["// kernel", "// operator"];
    foreach (string line in explanation.Split('\n').Where(
        line => starts.Any(line.StartsWith) || line.Contains(" in blocks of ")))
        Console.WriteLine(line);
}
