#:project ../../src/SimpleGrad/SimpleGrad.csproj

// Chapter 4. Zero gradients
// Previous: 03-grad.cs. Next: 05-gradients-of-gradients.cs.
//
// Often most of a program has nothing to do with the loss at hand. Its gradients are zero, and the
// best way to compute a zero is not to.

using SimpleGrad;

var tape = new Tape<float>(Trace.Notebook(Console.Out));
Variable<float> a = tape.Variable([1, 2], name: "a");
Variable<float> b = tape.Variable([3, 4], name: "b");

Console.WriteLine("# Null");

// This loss does not depend on b. It is a vector, too: the gradient of a vector is that of the sum
// of its elements.

Variable<float> loss = a * a;
(Variable<float>? da, Variable<float>? db) = tape.Grad(loss, a, b);
Console.WriteLine($"da = {da}");
Console.WriteLine($"db is null: {db is null}");

//> dv0_dv0 = v1
//> dv0_da = v4
//> da = tensor([2., 4.])
//> db is null: True
//
// The sweep never met b, so its table has no row for b, and Grad gives null. Null means: known to
// be zero.

// A formula has no place for it. That is an error, and it says what to do.

try
{
    Console.WriteLine(2 * db);
}
catch (ArgumentNullException error)
{
    Console.WriteLine(error.Message);
}

//> mul: an operand is null. A gradient that is null is known to be zero: ask for zeros with
//> tape.Grad(…, zeros: true), or add such gradients with Aggregate.AddOptional. (Parameter 'operand')

Console.WriteLine();
Console.WriteLine("# Zeros on request");

// The zeros come in b's shape.

(da, db) = tape.Grad(loss, a, b, zeros: true);
Console.WriteLine($"db = {db}");

//> db = tensor([0., 0.])

Console.WriteLine();
Console.WriteLine("# Known zero is not the same as zeros");

// b - b is zero whatever b is, and its gradient is zero too. But the tape does not do algebra. It
// sees two uses of b, their contributions are 1 and -1, and it adds them up. The result is a tensor
// of zeros that was computed.

Console.WriteLine($"d(b - b)/db = {tape.Grad(b - b, b)}");

//> d(b - b)/db = tensor([0., 0.])
//
// So null says something about the program: no path leads from b to the loss. Zeros say something
// about the numbers. To learn that a gradient is null takes one look at it. To learn that a tensor
// is all zeros takes a look at each element.

Console.WriteLine();
Console.WriteLine("# What null saves");

// Why can an entry be skipped when null comes in? For a function of many inputs and many outputs,
// all the derivatives together form a table: how far does output i move for each unit of input j?
// It is the Jacobian, J, with a row for each output. What propagate does with the incoming gradient
// v is to multiply it with that table: v * J, or vᵀJ for those whose vectors stand upright. Let us
// see the table of a square, row by row. A v with a single 1 picks out a row, and any other v gives
// the rows added up with the elements of v as factors.

var single = new Tape<float>();
Variable<float> x = single.Variable([1, 2], name: "x");
x.Square();
TapeEntry<float> square = single.Entries.Single();
foreach (float[] v in new float[][] { [1, 0], [0, 1], [10, 100] })
    Console.WriteLine($"({v[0]}, {v[1]}) * J = {square.Propagate(single.Constant(v))[0]}");

//> (1, 0) * J = tensor([2., 0.])
//> (0, 1) * J = tensor([0., 4.])
//> (10, 100) * J = tensor([ 20., 400.])
//
// The table is [2, 0; 0, 4], and nobody has built it. The entry multiplied two vectors, since it
// knows that a square has zeros everywhere but on the diagonal: of n * n numbers, n count. But the
// meaning is v * J all the same, and zero times any table is zero. Hence the rule: if the gradients
// of all outputs of an entry are null, leave it out.
//
// Others do the same under other names. In PyTorch's C++ a known zero is a tensor that is not defined,
// at::Tensor(); the code that its compiler makes for a backward asks any_defined(...) before it
// computes a part that may not be needed, and adds with AutogradAdd, which takes an undefined
// tensor for nothing. Here these are null, a question for null, and Aggregate.AddOptional.
//
// Here a long computation with b hangs on the tape beside a short one with a. There is no trace
// now; we count entries.

tape = new Tape<float>();
a = tape.Variable([1, 2], name: "a");
b = tape.Variable([3, 4], name: "b");
Variable<float> chain = b;
for (int i = 0; i < 1000; i++)
    chain = chain.Tanh() + b;
loss = a * a;
int before = tape.Count;
(da, db) = tape.Grad(loss, a, b);
Console.WriteLine($"{before} entries before the sweep, {tape.Count - before} more after it");

//> 2001 entries before the sweep, 3 more after it
//
// Two multiplications and an addition, the same three steps as in the first trace above. The 2000
// entries of the other computation were passed over.

Console.WriteLine();
Console.WriteLine("# Pruning");

// There is a second kind of needless work. Here the loss does depend on both, but we ask for one
// gradient only.

loss = (a * b).Sum();
before = tape.Count;
tape.Grad(loss, a, b);
Console.WriteLine($"by a and b: {tape.Count - before} entries");

before = tape.Count;
tape.Grad(loss, a);
Console.WriteLine($"by a alone: {tape.Count - before} entries");

//> by a and b: 3 entries
//> by a alone: 2 entries
//
// Asked for both, the sweep expands once and multiplies twice. Asked for a alone, it multiplies
// once: before it starts, it finds out which entries lie between a wanted variable and the loss,
// and others get no work. This is pruning. With the notebook trace there is none, because that
// trace is there to show all that reverse mode can compute.

Console.WriteLine();
Console.WriteLine("# No record");

// If you will not differentiate the gradients again, say so. They are the same numbers, and nothing
// is recorded.

before = tape.Count;
Variable<float>? plain = tape.Grad(loss, a, createGraph: false);
Console.WriteLine($"{plain}, {tape.Count - before} entries");

//> tensor([3., 4.]), 0 entries
//
// What it means to differentiate gradients again is the subject of the next chapter.
