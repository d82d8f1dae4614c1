#:project ../../src/SimpleGrad/SimpleGrad.csproj

// Chapter 6. Rules of thumb
// Previous: 05-gradients-of-gradients.cs. Next: 07-sixty-lines.cs.
//
// Three rules that help when a gradient is not what you expected. Each comes with a small
// experiment.

using SimpleGrad;

Console.WriteLine("# Every use has a gradient of its own");

// In (a + b) * b, b is used twice. To see the two uses apart, give each a variable of its own with
// the same value.

var tape = new Tape<float>();
Variable<float> a = tape.Variable([1, 2], name: "a");
Variable<float> b = tape.Variable([3, 4], name: "b");
Variable<float> first = tape.Variable([3, 4], name: "first");
Variable<float> second = tape.Variable([3, 4], name: "second");

Variable<float> loss = ((a + first) * second).Sum();
(Variable<float>? byFirst, Variable<float>? bySecond) = tape.Grad(loss, first, second);
Console.WriteLine($"by the first use   {byFirst}");
Console.WriteLine($"by the second use  {bySecond}");

loss = ((a + b) * b).Sum();
Console.WriteLine($"by b               {tape.Grad(loss, b)}");

//> by the first use   tensor([3., 4.])
//> by the second use  tensor([4., 6.])
//> by b               tensor([ 7., 10.])
//
// The gradient by a variable is the sum over all its uses. This holds for values on the way as well
// as for leaves. If a rule forgets a use, the gradient is wrong, and nothing looks amiss. Chapter 11
// makes exactly that mistake.
//
// A use can be left out on purpose. Detach gives the same value as a constant: the use is cut off,
// and counts for nothing.

loss = ((a + b.Detach()) * b).Sum();
Console.WriteLine($"first use detached {tape.Grad(loss, b)}");

//> first use detached tensor([4., 6.])

Console.WriteLine();
Console.WriteLine("# Inputs become outputs, reads become writes");

// The words input and output are those of the forward pass. In propagate they change places: it is
// given dL_doutputs and makes dL_dinputs. The same happens to memory. Where forward reads a number,
// backward must write one, its gradient. Where forward reads many numbers and writes one, backward
// reads one and writes many. So operators come in pairs.

tape = new Tape<float>(Trace.Notebook(Console.Out));
Variable<float> v = tape.Variable([1, 2, 3], name: "v");

// Sum reads three numbers and writes one. Its partner expand reads one and writes three.

tape.Grad(v.Sum(name: "S"), v);

//> S = v.sum()
//> v1 = v0.expand(3)
//
// And the other way: expand forward, sum backward. The gradient by the one number counts all three
// of its uses, which is the first rule again.

Variable<float> scale = tape.Variable(5, name: "scale");
tape.Grad(scale.Expand(3), scale);

//> v2 = scale.expand(3)
//> v4 = v3.sum()
//
// A number that is multiplied with a vector is repeated for each element without our asking: it is
// broadcast. Backward, its gradients are summed, for the same reason, so that the gradient is one
// number too.

tape.Grad(scale * v, scale);

//> v5 = scale * v
//> v7 = v6 * v
//> v8 = v7.sum()
//
// A slice reads a part. Backward, a part of the gradient is written, and the rest of it stays zero:
// the partner of slice is embed. So it goes on: transpose with transpose, concatenate with slice.

tape.Grad(v[1..], v);

//> v10 = v.slice(0, 1:3)
//> v12 = v11.embed((3,), 0, 1:3)

Console.WriteLine();
Console.WriteLine("# Each call of Grad is about one loss");

// It is tempting to call a gradient da. That is short for dL_da, and sooner or later there are two
// losses.

tape = new Tape<float>();
a = tape.Variable([1, 2], name: "a");
b = tape.Variable([3, 4], name: "b");
Variable<float> l0 = ((a + b) * b).Sum(name: "L0");
Variable<float> penalty = (a * a).Sum(name: "P");
Variable<float> dL0_da = tape.Grad(l0, a)!;
Variable<float> dP_da = tape.Grad(penalty, a)!;
Console.WriteLine($"dL0_da {dL0_da}");
Console.WriteLine($"dP_da  {dP_da}");

//> dL0_da tensor([3., 4.])
//> dP_da  tensor([2., 4.])
//
// Gradients of different losses are different things. They may be added if you want the gradient of
// the sum of the losses, since that is what the gradient of a sum is.

Console.WriteLine($"d(L0 + P)_da {tape.Grad(l0 + penalty, a)}, and added {dL0_da + dP_da}");

//> d(L0 + P)_da tensor([5., 8.]), and added tensor([5., 8.])
//
// A gradient of a gradient is no different: it is the gradient of one more loss, which happened to
// be computed from gradients. There are as many such losses as there are formulas. Here are two,
// and they have nothing in common but the variables they are made of.

Variable<float> l1 = (dL0_da * dL0_da).Sum(name: "L1");
Variable<float> l2 = (dL0_da * a).Sum(name: "L2");
Console.WriteLine($"dL1_db {tape.Grad(l1, b)}");
Console.WriteLine($"dL2_db {tape.Grad(l2, b)}");

//> dL1_db tensor([6., 8.])
//> dL2_db tensor([1., 2.])
//
// dL0_da is b. So L1 is the sum of b * b, with gradient 2b, and L2 is the sum of b * a, with
// gradient a.
