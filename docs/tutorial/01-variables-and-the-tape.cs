#:project ../../src/SimpleGrad/SimpleGrad.csproj

// Chapter 1. Variables and the tape
// Next: 02-propagate.cs.
//
// This tutorial explains automatic differentiation from its first idea on, in nine short programs.
// Each is a chapter. Read it from the top, run it, and compare: all that it prints stands in the
// .expected.txt file beside it, and a line that starts with //> quotes a part.

using SimpleGrad;

// A derivative answers one question: when this number moves a little, how far does that one move?
// Take r = (a + b) * b at a = 1 and b = 3, and nudge each input in turn.

Console.WriteLine("# Nudging");
Console.WriteLine($"r                {R(1, 3):F6}");
Console.WriteLine($"a up by 0.001    {R(1.001, 3):F6}");
Console.WriteLine($"b up by 0.001    {R(1, 3.001):F6}");

//> r                12.000000
//> a up by 0.001    12.003000
//> b up by 0.001    12.007001
//
// For each unit of a, r moves by 3. For each unit of b, it moves by 7; the last digit is there
// because the nudge was not small enough. These two numbers are the derivatives of r. Together they
// are its gradient.
//
// Nudging needs one more run of the function for each input, and its answer is not exact. With a
// million inputs that is hopeless. Automatic differentiation gets all of them, exactly, for the
// price of a few runs. It does so by remembering how r was computed and going back through it. This
// chapter is about the remembering.

Console.WriteLine();
Console.WriteLine("# Tensors");

// The numbers come in tensors: blocks with a shape. Here is one with two elements. Arithmetic goes
// element by element.

Tensor<float> x = Tensor.Create<float>([1, 2]);
Console.WriteLine(x);
Console.WriteLine(x + x);

//> tensor([1., 2.])
//> tensor([2., 4.])
//
// A tensor remembers nothing. Nobody can tell from [2, 4] that it was once [1, 2] added to itself.

Console.WriteLine();
Console.WriteLine("# Variables");

// A variable is a tensor that does leave a record. It has a name, and it belongs to a tape. This
// tape also says aloud what happens on it: that is its trace.

var tape = new Tape<float>(Trace.Notebook(Console.Out));
Variable<float> a = tape.Variable([1, 2], name: "a");
Variable<float> b = tape.Variable([3, 4], name: "b");

//> a = tensor([1., 2.])
//> b = tensor([3., 4.])
//
// a and b are leaves: no operator computed them. Now compute with them as if they were numbers.

Variable<float> t = a + b;
Variable<float> r = t * b;

//> v0 = a + b
//> v1 = v0 * b
//
// Each operator has computed its result at once, and the result has a name. We gave none, so the
// tape took the next of v0, v1, v2 and so on. The C# variable t has the name v0, and r has the name
// v1. The value can be read at any time.

Console.WriteLine($"{r.Name} is {r.Value}");

//> v1 is tensor([12., 24.])
//
// The first element is our 12 from above, and the second is (2 + 4) * 4.

Console.WriteLine();
Console.WriteLine("# Entries");

// Each operator has left one entry on the tape: its own name, the names that it read, and the names
// that it made.

foreach (TapeEntry<float> entry in tape.Entries)
    Console.WriteLine($"{entry.Operator}: {string.Join(", ", entry.Inputs)} -> {string.Join(", ", entry.Outputs)}");

//> add: a, b -> v0
//> mul: v0, b -> v1
//
// So names are not decoration. They are how one entry finds another: the second reads v0, and the
// first made it. That is why a name stands for one variable only. A second b is refused.

try
{
    tape.Variable([5, 6], name: "b");
}
catch (ArgumentException error)
{
    Console.WriteLine(error.Message);
}

//> There is a variable 'b' on this tape already; names are unique until the tape is reset. (Parameter 'name')

Console.WriteLine();
Console.WriteLine("# Constants");

// Plain numbers mix with variables. They are constants: nobody will ask for the derivative by a 2
// in the source.

Variable<float> doubled = 2 * a;

//> v2 = 2.0 * a
//
// A tensor does not mix with a variable: a + x does not compile. The tensor may have been computed
// from a variable, and then its part of the derivative would be lost without a word. Where it is a
// constant indeed, say so.

Variable<float> shifted = doubled + tape.Constant(x, name: "x");

//> x = tensor([1., 2.])
//> v3 = v2 + x
//
// One number is special. The product with a plain 1 is the variable itself, so there is nothing to
// record.

Variable<float> same = shifted * 1.0;
Console.WriteLine($"the same variable: {ReferenceEquals(same, shifted)}, entries: {tape.Count}");

//> the same variable: True, entries: 4

Console.WriteLine();
Console.WriteLine("# Reset");

// A tape only grows. Reset empties it and starts the names again at v0. What was made with Variable or
// Constant lives on and can be used again. Results of operators, gradients too, do not: of their values
// those remain that were read before. So an update in a loop writes to the variable, within NoGrad (chapter
// 8); and what is kept for the next step is made a Constant before the Reset.

tape.Reset();
Variable<float> product = a * b;
Console.WriteLine($"entries: {tape.Count}");

//> v0 = a * b
//> entries: 1
//
// That is the whole of the remembering: values are computed as usual, and a list grows beside them
// that says what was computed from what. The next chapter takes one entry of the list and goes
// backwards through it.

static double R(double a, double b) => (a + b) * b;
