#:project ../../src/SimpleGrad/SimpleGrad.csproj

// Chapter 5. Gradients of gradients
// Previous: 04-zero-gradients.cs. Next: 06-rules-of-thumb.cs.
//
// A gradient is computed with variables, and all that is computed with variables can be
// differentiated. So there is nothing new to build in this chapter. There is something to
// understand.

using SimpleGrad;

var tape = new Tape<float>(Trace.Notebook(Console.Out));

Console.WriteLine("# Two losses");

// The first loss is L0 = sum((a + b) * b), as before.

Variable<float> a = tape.Variable([1, 2], name: "a");
Variable<float> b = tape.Variable([3, 4], name: "b");
Variable<float> l0 = ((a + b) * b).Sum(name: "L0");
(Variable<float>? dL0_da, Variable<float>? dL0_db) = tape.Grad(l0, a, b);
int afterFirst = tape.Count;

// Its gradients are v4 and v6. We make a second loss from them: the sum of their squares, which
// says how long the gradient is. Many methods need such a thing, for example to keep a function
// from becoming steep.

Variable<float> l1 = (dL0_da * dL0_da + dL0_db * dL0_db).Sum(name: "L1");
(Variable<float>? dL1_da, Variable<float>? dL1_db) = tape.Grad(l1, a, b);

Console.WriteLine($"dL1_da = {dL1_da}");
Console.WriteLine($"dL1_db = {dL1_db}");

//> dL1_da = tensor([14., 20.])
//> dL1_db = tensor([34., 48.])
//
// Is it right? On paper, dL0_da is b and dL0_db is a + 2b. So L1 is the sum of
// b * b + (a + 2b) * (a + 2b). Its derivative by a is 2(a + 2b), which is 14 for a = 1 and b = 3.
// By b it is 2b + 4(a + 2b), which is 6 + 28 = 34.

Console.WriteLine();
Console.WriteLine("# The same entries once more");

// Look at the second sweep in the trace. It begins at L1 and goes back through the squares, which
// come from this chapter's last computation:
//
//> dL1 ------------------------
//> v11 = v10.expand(2)
//> v12 = v11 * v6
//
// It goes on through the entries that the first sweep left when it computed v6 = v5 + v4 and
// v5 = v3 * v0. That product has two inputs, and both get a gradient:
//
//> v19 = v14 * v0
//> v20 = v14 * v3
//
// v20 belongs to v0, and v0 = a + b is an entry of the very first computation. So that entry
// propagates again. It did so for L0 in the first sweep, and it does so for L1 in the second, with
// another gradient:
//
//> dL0_dv0 = v4
//> dL1_dv0 = v20
//
// An entry's propagate must therefore be ready to run several times. The order of events for a
// gradient of a gradient is: forward for L0, backward for L0, forward for L1, backward for L1. The
// last of these goes back through all that came before: the forward part of L1, the backward part
// of L0, and the forward part of L0, for the second time. The tape holds everything in one list:

Console.WriteLine($"{afterFirst} entries after the first sweep, {tape.Count} after the second");

//> 7 entries after the first sweep, 26 after the second

Console.WriteLine();
Console.WriteLine("# And again");

// Nothing ends at two. L2 is the sum of the squares of L1's gradients. There is no trace here, as
// it would be long.

tape = new Tape<float>();
a = tape.Variable([1, 2], name: "a");
b = tape.Variable([3, 4], name: "b");
Variable<float> loss = ((a + b) * b).Sum();
for (int order = 1; order <= 4; order++)
{
    (Variable<float>? da, Variable<float>? db) = tape.Grad(loss, a, b);
    Console.WriteLine($"order {order}: {da} {db}, {tape.Count} entries");
    loss = (da * da + db * db).Sum();
}

//> order 1: tensor([3., 4.]) tensor([ 7., 10.]), 7 entries
//> order 2: tensor([14., 20.]) tensor([34., 48.]), 22 entries
//
// Order 3 can be done on paper too. L1's gradients are 2a + 4b and 4a + 10b, 14 and 34 for the
// first elements. The derivative of their squares by a is 2 * 14 * 2 + 2 * 34 * 4, which is 328.
//
//> order 3: tensor([328., 464.]) tensor([ 792., 1120.]), 47 entries

Console.WriteLine();
Console.WriteLine("# Without a record");

// With createGraph: false, gradients cost less, because their computation is not recorded. Then
// there is nothing to differentiate. That is an error with a reason, and not a null that would look
// like a known zero.

tape.Reset();
Variable<float>? plain = tape.Grad(((a + b) * b).Sum(), b, createGraph: false);
try
{
    tape.Grad((plain * plain).Sum(name: "L1"), a);
}
catch (InvalidOperationException error)
{
    Console.WriteLine(error.Message);
}

//> 'L1' depends on 'v4', which was computed with createGraph: false, so its own gradient was not
//> recorded. Compute it with createGraph: true, or call Detach() on it to make it a constant.
