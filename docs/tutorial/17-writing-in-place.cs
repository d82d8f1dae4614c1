#:project ../../src/SimpleGrad/SimpleGrad.csproj

// Chapter 17. Writing in place
// Previous: 16-reading-explain.cs. Next: 18-fitting-a-model.cs.
//
// Until now no variable ever changed: each operator made a new one. Some programs are easier to write
// when values change: a buffer is filled part by part, a row of a matrix is scaled, a parameter takes
// a step. This chapter is about what becomes of gradients then.

using SimpleGrad;

var tape = new Tape<double>(Trace.Notebook(Console.Out));
var a = tape.Variable([1.0, 2, 3], name: "a");
var b = tape.Variable([10.0, 20, 30], name: "b");

Console.WriteLine("# Before and after");

// AddInPlace adds to the numbers where they lie. The variable x is then another value than before, so
// it gets another name on the tape; what was computed before still knows the old one.

var x = a * b;
var before = x.Sum();
x.AddInPlace(a);
var after = x.Sum();

//> v0 = a * b
//> v1 = v0.sum()
//> v2 = v0.add_(a)
//> v3 = v2.sum()
//
// The line of add_ is that of an addition. The underscore says where its result lies: in the memory of
// v0. For the reverse sweep there is no difference at all. Uses before the write send their gradient
// to the old value, uses after it to the new one, and from there it goes on to what was added:

tape.Grad(before, a);
tape.Grad(after, a);

//> dv1_da = v6
//> dv3_da = v12

Console.WriteLine();
Console.WriteLine("# Parts");

// A slice shares the memory of what it is a slice of: it is a view. So are x.Transpose(), x[0],
// x.Diagonal(), x.Unsqueeze(0), and most of x.Reshape(…). Assign writes into one:

tape = new Tape<double>(Trace.Notebook(Console.Out));
a = tape.Variable([1.0, 2, 3], name: "a");
x = a * 2;
var first = x[..1];
var tail = x[1..];
tail.Assign(a[..2]);

//> v4 = v0.assign_(.slice(0, 1:3), v3)
//
// The base is now the old base with something else in the place of the slice. That is an operator like
// any other: the gradient of the covered part goes to what was assigned, the rest to the old base. The
// views know of it when they are used next. They become views of what the base is by then, which shows
// in the trace:

var product = (first * tail).Sum();
Console.WriteLine($"x is {x}");

//> v5 = v4.slice(0, 0:1)
//> v6 = v4.slice(0, 1:3)
//> x is tensor([2., 1., 2.], dtype=torch.float64)

Console.WriteLine($"da is {tape.Grad(product, a)}");

//> da is tensor([8., 2., 0.], dtype=torch.float64)
//
// The product is 2 a0 (a0 + a1), and its derivatives are 4 a0 + 2 a1 and 2 a0. The last element of a
// went into a place that was written over, and has none.

Console.WriteLine();
Console.WriteLine("# What a gradient still needs");

// The derivative of x * x needs x, and the tape keeps x for it, not a copy: copies cost memory. If x is
// written over, what was kept is gone. That is found when a gradient needs it:

tape = new Tape<double> { RecordsPlaces = true };
a = tape.Variable([1.0, 2, 3], name: "a");
x = a * 2;
var squares = x * x;
x.AddInPlace(1);
Refused(() => tape.Grad(squares.Sum(), a));

//> needs the value that 'v0' had when it was recorded at 17-writing-in-place.cs:84, at version 0;
//> 'add_' has written over it since at 17-writing-in-place.cs:85, and it is at version 1.
//
// Each piece of memory counts how often it was written: its version. The place of the write is always
// known, that of the saving operator with RecordsPlaces, which is for looking for such mistakes and
// slows everything down. A remedy is a copy, made where the value is still the old one:

x = a * 2;
squares = x.Clone() * x.Clone();
x.AddInPlace(1);
Console.WriteLine($"da is {tape.Grad(squares.Sum(), a)}");

// Many operators keep nothing, and after them you may write as you like: sums, differences, views. An
// in-place operator that needs the value that it writes over keeps a copy itself.

Console.WriteLine();
Console.WriteLine("# What is not written");

// The variable that you differentiate by is where the gradient belongs. It cannot become another one:

Refused(() => a.MultiplyInPlace(2));

// In an expanded variable one number in memory stands for several elements, and cannot become several:

Refused(() => x.Expand(2, 3).AddInPlace(1));

Console.WriteLine();
Console.WriteLine("# Training");

// Between two steps parameters do change. Within NoGrad nothing is recorded, and writing in place
// changes the numbers of a variable, that one differentiates by, too. The memory of the parameters is
// the same all the time, and the memory of each step is used again by the next.

tape = new Tape<double>();
var inputs = tape.Constant([0.0, 1, 2, 3]);
var targets = tape.Constant([1.0, 3, 5, 7]);
var slope = tape.Variable(0.0, name: "slope");
var offset = tape.Variable(0.0, name: "offset");
for (int step = 0; step < 500; step++)
{
    tape.Reset();
    var loss = (slope * inputs + offset - targets).Square().Mean();
    var (dSlope, dOffset) = tape.Grad(loss, slope, offset, createGraph: false);
    using (tape.NoGrad())
    {
        slope.SubtractInPlace(0.1 * dSlope);
        offset.SubtractInPlace(0.1 * dOffset);
    }
}
Console.WriteLine($"slope {slope}, offset {offset}");

//> slope tensor(2.0000, dtype=torch.float64), offset tensor(1.0000, dtype=torch.float64)

Console.WriteLine();
Console.WriteLine("# Compiled");

// A function that writes can be compiled. The compiler sees what the tape saw: values of which each is
// made once. Nothing is left of the writes, so nothing is written over either, and a value that a
// gradient needs is there.

var compiled = Aggregate.Compile<double>(
    v =>
    {
        var copy = v.Exp();
        var square = copy * copy;
        copy[1..].MultiplyInPlace(2);
        return square + copy;
    },
    "writes");
tape = new Tape<double>();
a = tape.Variable([1.0, 2, 3], name: "a");
Console.WriteLine($"da is {tape.Grad(compiled.Invoke(a).Sum(), a)}");
Console.WriteLine();
Console.WriteLine(compiled.Explain().Split("\n\n")[0]);

static void Refused(Action act)
{
    try
    {
        act();
    }
    catch (InvalidOperationException e)
    {
        Console.WriteLine(e.Message);
    }
}
