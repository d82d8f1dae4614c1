#:project ../../src/SimpleGrad/SimpleGrad.csproj

// Chapter 13. From expression to aggregate
// Previous: 12-exercises.cs. Next: 14-known-zero-patterns.cs.
//
// Chapter 11 made one entry of (a + b) * b, with a propagate written by hand, and most of the chapter
// was about ways to write it wrong. But a person wrote that rule from the formula, by following
// rules. So a program can write it. This chapter hands the formula to the compiler.

using SimpleGrad;

Console.WriteLine("# The same function, three times");

// First with plain operators, then as chapter 11's last aggregate, then compiled. The gradients are
// those of two losses, as before.

RunGradients((a, b) => (a + b) * b);
RunGradients(ByHand);

Aggregate<float> simple = Aggregate.Compile<float>((a, b) => (a + b) * b, "simple");
RunGradients((a, b) => simple.Invoke(a, b));

//> dL1_da tensor([14., 20.]), dL1_db tensor([34., 48.]), 22 entries
//> dL1_da tensor([14., 20.]), dL1_db tensor([34., 48.]), 21 entries
//> dL1_da tensor([14., 20.]), dL1_db tensor([34., 48.]), 16 entries
//
// The numbers are the same. Where they come from is the subject of this chapter.

Console.WriteLine();
Console.WriteLine("# One entry");

// A function that was compiled is used with Invoke. On the tape it is one entry, and when a gradient
// goes through it, that is one more.

var tape = new Tape<float>();
Variable<float> a = tape.Variable([1, 2], name: "a");
Variable<float> b = tape.Variable([3, 4], name: "b");
Variable<float> r = simple.Invoke(a, b);
(Variable<float>? da, Variable<float>? db) = tape.Grad(r, a, b);
foreach (TapeEntry<float> entry in tape.Entries)
    Console.WriteLine(entry);
Console.WriteLine($"da {da}, db {db}");

//> v0 = simple(a, b)
//> v2, v3 = simple.propagate(a, b, v1)
//> da tensor([3., 4.]), db tensor([ 7., 10.])
//
// Each of the two is one loop over memory. It reads an element of each input, computes all that
// there is to compute with it, and stores the results. The sum a + b is never stored. This is called
// fusion, and such a loop a kernel.
//
// ![Two loops, and one kernel that does the same](../pictures/fusion.svg)

Console.WriteLine();
Console.WriteLine("# What was written for us");

// Explain shows what a function became, as the C# that a person would write. Here is the propagate.

PrintPropagate(simple.Explain());

//> SimplePropagate(a, b, dr)
//> var da = dr * b;
//> var db = dr * (a + b) + da;
//> return (da, db);
//
// Compare it with the aggregates of chapter 11. It is the one called Recompute: a + b is needed again
// and is computed again, because one addition takes less time than storing the sum and fetching it
// later. Nobody had to remember what must be declared and what may be null. Chapter 14 is about
// null, and chapter 15 about storing.

Console.WriteLine();
Console.WriteLine("# How it is done");

// The compiler does not read the C#. It runs the function once, on variables that have a shape but
// no numbers. The operators cannot compute anything then, but they are recorded as always, and the
// tape that comes out of it is the function as data: its graph. To run a function in order to see
// what it does is called tracing. For propagate it does the same to the reverse sweep of chapter 3.
// The rules of the operators are the ones that you know; there is no second table of derivatives.
//
// So the function runs when it is first invoked, and no more after that. This one counts its runs.

int runs = 0;
Aggregate<float> counting = Aggregate.Compile<float>(x =>
{
    runs++;
    return x.Shape.Rank == 1 ? x * x : x.Sum(0);
}, "counting");

Console.WriteLine($"{counting.Invoke(tape.Variable([1, 2]))}, runs: {runs}");
Console.WriteLine($"{counting.Invoke(tape.Variable([3, 4]))}, runs: {runs}");
Console.WriteLine($"{counting.Invoke(tape.Variable(Tensor.Ones<float>([2, 3])))}, runs: {runs}");

//> tensor([1., 4.]), runs: 1
//> tensor([ 9., 16.]), runs: 1
//> tensor([2., 2., 2.]), runs: 2
//
// A matrix is another shape, so the function ran again, took its other branch, and was compiled a
// second time. To branch on shapes is fine. They are known while tracing.

Console.WriteLine();
Console.WriteLine("# Values are not known");

// Values are not. This function asks whether the sum is positive.

Aggregate<float> reading = Aggregate.Compile<float>(
    (a, b) => a.Sum().Item() > 0 ? a * b : a + b, "reading");
try
{
    reading.Invoke(a, b);
}
catch (InvalidOperationException error)
{
    Console.WriteLine(error.Message);
}

//> while its function is traced: there are only shapes then, and the compiled function would hold on
//> to what it saw.
//
// The trace has seen one branch only, and would take it for ever. That would be a wrong result
// without a word, so it is an error, and it names the line that reads. What can be done instead is
// to compute both and choose, which is an operator like others.

Aggregate<float> choosing = Aggregate.Compile<float>(
    (a, b) => Variable.Where(a.Sum() > 0, a * b, a + b), "choosing");
Console.WriteLine(choosing.Invoke(a, b));
Console.WriteLine(choosing.Invoke(-a, b));

//> tensor([3., 8.])
//> tensor([2., 2.])

Console.WriteLine();
Console.WriteLine("# Wrong: a number from outside");

// There is one way left to hold on to something, and no error can tell whether you mean it. A plain
// C# number is a constant of the graph, with the value that it had when the function ran.

double factor = 2;
Aggregate<float> scaled = Aggregate.Compile<float>(x => factor * x, "scaled");
Console.WriteLine($"factor {factor}: {scaled.Invoke(b)}");
factor = 10;
Console.WriteLine($"factor {factor}: {scaled.Invoke(b)}");

//> factor 2: tensor([6., 8.])
//> factor 10: tensor([6., 8.])
//
// What changes from call to call must be an input.

Aggregate<float> scaledBy = Aggregate.Compile<float>((x, factor) => factor * x, "scaled_by");
Console.WriteLine($"factor 2: {scaledBy.Invoke(b, tape.Constant(2))}");
Console.WriteLine($"factor 10: {scaledBy.Invoke(b, tape.Constant(10))}");

//> factor 2: tensor([6., 8.])
//> factor 10: tensor([30., 40.])
//
// So it is with indices: labels, tokens, lists of neighbours. A tensor of integers comes in after the
// variables. While the function is traced it has a shape and no numbers, and at each call its range
// is checked.

Aggregate<float> squares = Aggregate.Compile<float>((x, index) => x[index] * x[index], "squares");
Console.WriteLine(squares.Invoke(b, Tensor.Create([1, 1, 0])));
Console.WriteLine(squares.Invoke(b, Tensor.Create([0, 0, 1])));

//> tensor([16., 16.,  9.])
//> tensor([ 9.,  9., 16.])

Console.WriteLine();
Console.WriteLine("# An aggregate in an aggregate");

// A compiled function may call another. The other one becomes part of it, and all of it is one
// kernel again.

Aggregate<float> outer = Aggregate.Compile<float>((a, b) => a * simple.Invoke(a, b), "outer");
int before = tape.Count;
Console.WriteLine($"{outer.Invoke(a, b)}, {tape.Count - before} entry");

//> tensor([12., 48.]), 1 entry

PrintForward(outer.Explain());

//> var r = a * ((a + b) * b);
//
// The rules of this chapter, in short:
//
// - A compiled function computes its results from its inputs, with operators.
// - It runs once for each combination of shapes. It may look at shapes, and not at values.
// - What is not an input is constant.
// - Its gradients are those of the plain operators, to any order.

static Variable<float> ByHand(Variable<float> a, Variable<float> b)
{
    Tensor<float> sum = a.Value + b.Value;
    Variable<float> t = a.Tape.Temporary(sum);
    Variable<float> r = a.Tape.Temporary(sum * b.Value);
    a.Tape.RecordAggregate("by hand", inputs: [a, b], outputs: [r, t], gradients =>
    {
        (Variable<float>? dL_dr, Variable<float>? dL_dt) = (gradients[0], gradients[1]);
        Variable<float>? dL_db = null;
        if (dL_dr is not null)
        {
            dL_dt = Aggregate.AddOptional(dL_dt, dL_dr * b);
            dL_db = dL_dr * t;
        }
        return [dL_dt, Aggregate.AddOptional(dL_db, dL_dt)];
    });
    return r;
}

static void RunGradients(Func<Variable<float>, Variable<float>, Variable<float>> function)
{
    var tape = new Tape<float>();
    Variable<float> a = tape.Variable([1, 2], name: "a");
    Variable<float> b = tape.Variable([3, 4], name: "b");
    Variable<float> l0 = function(a, b).Sum(name: "L0");
    (Variable<float>? dL0_da, Variable<float>? dL0_db) = tape.Grad(l0, a, b);
    Variable<float> l1 = (dL0_da * dL0_da + dL0_db * dL0_db).Sum(name: "L1");
    (Variable<float>? dL1_da, Variable<float>? dL1_db) = tape.Grad(l1, a, b);
    Console.WriteLine($"dL1_da {dL1_da}, dL1_db {dL1_db}, {tape.Count} entries");
}

// An explanation has the forward first, and then propagate. Lines that begin with // are about
// memory; chapter 16 reads them.

static void PrintForward(string explanation) => PrintCode(explanation.Split("// propagate")[0]);

static void PrintPropagate(string explanation) => PrintCode(explanation.Split("// propagate")[1]);

static void PrintCode(string explanation)
{
    foreach (string line in explanation.Split('\n').SkipWhile(line => !line.EndsWith(')')))
    {
        if (line.Length > 0 && !line.StartsWith("//"))
            Console.WriteLine(line);
    }
}
