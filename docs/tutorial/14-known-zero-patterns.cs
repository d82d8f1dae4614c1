#:project ../../src/SimpleGrad/SimpleGrad.csproj

// Chapter 14. Known-zero patterns
// Previous: 13-from-expression-to-aggregate.cs. Next: 15-save-or-recompute.cs.
//
// When an entry with several outputs propagates, some of the gradients that come in may be known to
// be zero. Chapter 12 asked for a rule that looks at this first, and does not look again. The compiler
// goes one step further: it looks once, and then runs code that was made for what it saw.

using SimpleGrad;

Console.WriteLine("# An entry with two outputs");

// A compiled function has further outputs where it saves values for propagate. By itself the
// compiler would not save a + b, as chapter 13 has shown. A memory budget of 1 tells it to save
// everything that propagate reads (this is chapter 15), and then it is just chapter 11's aggregate:
// its outputs are the result r and the temporary t.

Aggregate<float> simple = Aggregate.Compile<float>((a, b) => (a + b) * b, "simple").WithMemoryBudget(1);
RunGradients((a, b) => simple.Invoke(a, b));
PrintPart(simple.Explain(), "Simple(");

//> dL1_da tensor([14., 20.]), dL1_db tensor([34., 48.])
//> var t = a + b;
//> var r = t * b;
//> return (r, t);

Console.WriteLine();
Console.WriteLine("# The patterns that were met");

// Which gradients are there and which are known to be zero is called a pattern. Two sweeps went
// through the entry of simple. In the first, the gradient of r came in: dr. (The explanation leaves
// out the loss, because it is the same code for any.) In the second it was dt, because the second
// loss was computed from t and not from r. For each pattern that it meets, the compiler traces the
// reverse sweep once more, with nothing in place of a known zero, and compiles what comes out.

PrintPatterns(simple);

//> propagate where dr is there and dt is known zero
//> propagate where dt is there and dr is known zero

// We can ask for the code of each. A pattern has a true for each output of the entry whose gradient
// is there: first the results, then the saved values.

PrintPart(simple.Explain(options: new() { Pattern = [true, false] }), "SimplePropagate(");

//> SimplePropagate(b, t, dr)
//> var da = dr * b;
//> var db = dr * t + da;
//> return (da, db);

PrintPart(simple.Explain(options: new() { Pattern = [false, true] }), "SimplePropagate(");

//> SimplePropagate(dt)
//> return (dt, dt);
//
// The second one is the gradient of a sum. It computes nothing, and it reads nothing that was saved.
// It hands over dt twice, without a copy.

Console.WriteLine();
Console.WriteLine("# Both in one run");

// The exercise of chapter 12 was to change the function so that both gradients arrive: multiply the
// result with something, and the second loss depends on r too.

Aggregate<float> both = Aggregate.Compile<float>((a, b) => (a + b) * b, "both").WithMemoryBudget(1);
RunGradients((a, b) => a * both.Invoke(a, b));
PrintPatterns(both);

//> dL1_da tensor([292., 992.]), dL1_db tensor([268., 928.])
//> propagate where dr is there and dt is known zero
//> propagate where dr, dt are there

PrintPart(both.Explain(options: new() { Pattern = [true, true] }), "BothPropagate(");

//> BothPropagate(b, t, dr, dt)
//> var da = dt + dr * b;
//> var db = dr * t + da;
//> return (da, db);
//
// Read the three again beside the rule that chapter 11 ends with. They are what is left of it when
// the questions for null have been answered: one straight line for each set of answers. Four sets
// would be possible. The fourth is that both are null, and then the sweep leaves the entry out.

Console.WriteLine();
Console.WriteLine("# What is wanted");

// A gradient may also be left out because nobody asked for it. This is part of the pattern too. Here
// is the same function, differentiated by a alone.

Aggregate<float> byA = Aggregate.Compile<float>((a, b) => (a + b) * b, "by_a").WithMemoryBudget(1);
var tape = new Tape<float>();
Variable<float> a = tape.Variable([1, 2], name: "a");
Variable<float> b = tape.Variable([3, 4], name: "b");
Console.WriteLine($"da {tape.Grad(byA.Invoke(a, b), a)}");
PrintPart(byA.Explain(), "By_aPropagate(");

//> da tensor([3., 4.])
//> By_aPropagate(b, dr)
//> var da = dr * b;
//> return da;

Console.WriteLine();
Console.WriteLine("# Each pattern once");

// Code is made when a pattern is met for the first time. A program that trains a network meets the
// same few in every step.

for (int step = 0; step < 100; step++)
    RunGradients((a, b) => a * both.Invoke(a, b), print: false);
PrintPatterns(both);

//> propagate where dr, dt are there

Console.WriteLine();
Console.WriteLine("# Known zeros come out again");

// Zeros must not get lost inside either. This function has two results that have nothing to do with
// each other. A loss from the first depends on a only.

Aggregate<float> squares = Aggregate.Compile<float>((a, b) => [a * a, b * b], "squares");
Variable<float>[] results = squares.InvokeAll(a, b);
(Variable<float>? da, Variable<float>? db) = tape.Grad(results[0], a, b);
Console.WriteLine($"da {da}, db {(db is null ? "null" : db.ToString())}");
PrintPart(squares.Explain(), "SquaresPropagate(");

//> da tensor([2., 4.]), db null
//> return (da, null);
//
// It is one entry with inputs a and b, and still the gradient by b is a known zero, as it would be
// with plain operators: the code for this pattern says so, before any number is computed. What
// stands further back on the tape and leads to b only is left out.

static void RunGradients(
    Func<Variable<float>, Variable<float>, Variable<float>> function, bool print = true)
{
    var tape = new Tape<float>();
    Variable<float> a = tape.Variable([1, 2], name: "a");
    Variable<float> b = tape.Variable([3, 4], name: "b");
    Variable<float> l0 = function(a, b).Sum(name: "L0");
    (Variable<float>? dL0_da, Variable<float>? dL0_db) = tape.Grad(l0, a, b);
    Variable<float> l1 = (dL0_da * dL0_da + dL0_db * dL0_db).Sum(name: "L1");
    (Variable<float>? dL1_da, Variable<float>? dL1_db) = tape.Grad(l1, a, b);
    if (print)
        Console.WriteLine($"dL1_da {dL1_da}, dL1_db {dL1_db}");
}

static void PrintPatterns(Aggregate<float> aggregate)
{
    const string start = "// propagate ";
    string[] lines = aggregate.Explain().Split('\n');
    foreach (string line in lines.Where(line => line.StartsWith(start)).Order(StringComparer.Ordinal))
        Console.WriteLine(line["// ".Length..]);
}

// The first piece of code in an explanation that starts like this.

static void PrintPart(string explanation, string start)
{
    IEnumerable<string> lines = explanation.Split('\n').SkipWhile(line => !line.StartsWith(start));
    foreach (string line in lines.TakeWhile(line => line != "}"))
        Console.WriteLine(line);
    Console.WriteLine("}");
}
