#:project ../../src/SimpleGrad/SimpleGrad.csproj

// Chapter 2. Propagate
// Previous: 01-variables-and-the-tape.cs. Next: 03-grad.cs.
//
// The tape knows what was computed from what. To get derivatives from it, each entry can do one
// thing more: carry a gradient back from its outputs to its inputs. This is called propagate. We do
// it here by hand.

using SimpleGrad;

var tape = new Tape<float>();
Variable<float> x = tape.Variable([1, 2], name: "x");
Variable<float> y = tape.Variable([3, 4], name: "y");
Variable<float> p = x * y;
TapeEntry<float> product = tape.Entries.Single();

Console.WriteLine("# One entry");

// Somewhere further on there is a number L that depends on p. It is called the loss, because in
// most programs it measures how bad something is. We need not know what it is. All we need is how
// far it moves when p moves. Suppose that L moves by 1 for each unit of p's first element, and by
// 10 for each unit of its second.
//
// This is the gradient of L by p. The tutorial writes dL_dp for it, and it always has the shape of
// p.

Variable<float> dL_dp = tape.Constant([1, 10], name: "dL_dp");

// How far does L move when x moves? Move the first element of x by one unit: p moves by y, which is
// 3 there. L moves by 1 for each unit of that, so by 1 * 3 in all. For the second element it is
// 10 * 4. For y the roles are exchanged: 1 * 1 and 10 * 2. Multiplying along the way like this is
// the chain rule.

Variable<float>?[] inputs = product.Propagate(dL_dp);
Console.WriteLine($"dL_dx = {inputs[0]}");
Console.WriteLine($"dL_dy = {inputs[1]}");

//> dL_dx = tensor([ 3., 40.])
//> dL_dy = tensor([ 1., 20.])
//
// That is what an entry's propagate does, for whatever gradient comes in: dL_doutputs in,
// dL_dinputs out. In other books a gradient that is under way like this is called a cotangent, and
// propagate a vector-Jacobian product.

Console.WriteLine();
Console.WriteLine("# It is recorded too");

// To compute dL_dx the product needed the value of y, and for dL_dy the value of x. Its entry had
// kept both. And it computed with variables: two more multiplications stand on the tape now.

foreach (TapeEntry<float> entry in tape.Entries)
    Console.WriteLine($"{entry.Operator}: {string.Join(", ", entry.Inputs)} -> {string.Join(", ", entry.Outputs)}");

//> mul: x, y -> v0
//> strong_multiply: dL_dp, y -> v1
//> strong_multiply: dL_dp, x -> v2
//
// Products with a gradient go by a name of their own. They are ordinary products, but 0 times
// infinity is 0 in them: what does not matter to the loss cannot spoil what does.
//
// This will matter in chapter 5. Gradients are ordinary variables, so they can be differentiated in
// their turn.

Console.WriteLine();
Console.WriteLine("# Zero in, zero out");

// Propagate does no more with what comes in than multiply it and add it up. So a gradient that is
// zero everywhere gives zeros again, and nobody needs to compute them. A gradient that is known to
// be zero is not a tensor of zeros here, but null.

inputs = product.Propagate(null);
Console.WriteLine($"dL_dx is null: {inputs[0] is null}, dL_dy is null: {inputs[1] is null}, entries: {tape.Count}");

//> dL_dx is null: True, dL_dy is null: True, entries: 3

Console.WriteLine();
Console.WriteLine("# A chain of entries by hand");

// Now the whole way for a small function: L = sum((a + b) * b). With a trace, to see each step.

tape = new Tape<float>(Trace.Notebook(Console.Out));
Variable<float> a = tape.Variable([1, 2], name: "a");
Variable<float> b = tape.Variable([3, 4], name: "b");
Variable<float> t = a + b;
Variable<float> r = t * b;
Variable<float> loss = r.Sum(name: "L");
TapeEntry<float>[] entries = [.. tape.Entries];
Console.WriteLine($"L is {loss}");

//> v0 = a + b
//> v1 = v0 * b
//> L = v1.sum()
//> L is tensor(36.)
//
// We start from the end. For each unit of L, L moves by one unit. That is certain, so it is where
// we begin: the seed.

Variable<float> dL_dL = tape.Constant(1, name: "dL_dL");

// The sum read two elements and made one number. Each element moves L just as far as it moves
// itself, so the one gradient is repeated for every element. Repeating is an operator of its own,
// called expand.

Variable<float> dL_dr = entries[2].Propagate(dL_dL)[0]!;

//> v2 = dL_dL.expand(2)
//
// The product r = t * b, as above.

Variable<float>?[] ofProduct = entries[1].Propagate(dL_dr);
(Variable<float> dL_dt, Variable<float> dL_db) = (ofProduct[0]!, ofProduct[1]!);

//> v3 = v2 * b
//> v4 = v2 * v0
//
// And the sum t = a + b. Move a by one unit: t moves by one unit. So the gradient goes through as
// it is, to both sides, without any work and without a trace line.

Variable<float>?[] ofSum = entries[0].Propagate(dL_dt);
Variable<float> dL_da = ofSum[0]!;
Console.WriteLine($"no new variable: {ReferenceEquals(dL_da, dL_dt)}");

//> no new variable: True
//
// b was used twice, once in a + b and once in t * b. Each use has brought a gradient: dL_dt from
// the first, and v4 from the second. When b moves, both uses feel it, so the two add up.

dL_db += ofSum[1]!;

//> v5 = v4 + v3

Console.WriteLine($"dL_da = {dL_da}");
Console.WriteLine($"dL_db = {dL_db}");

//> dL_da = tensor([3., 4.])
//> dL_db = tensor([ 7., 10.])
//
// The first elements are the 3 and the 7 that chapter 1 found by nudging, now exact. We have walked
// the tape from its end to its beginning, asked each entry to propagate, and added up what arrived
// at the same variable. The next chapter turns this into a loop.
