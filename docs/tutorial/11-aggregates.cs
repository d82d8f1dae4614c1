#:project ../../src/SimpleGrad/SimpleGrad.csproj

// Chapter 11. Aggregates
// Previous: 10-an-operator-of-ones-own.cs. Next: 12-exercises.cs.
//
// Each operator is one entry. Sometimes you want one entry for a whole function, computed in your
// own way: with one loop instead of three, or with a library that knows nothing of tapes. Such an
// entry is called an aggregate, and you write its propagate yourself. This chapter makes
// (a + b) * b into one, and gets it wrong in several ways. The wrong ways are the interesting part,
// because most of them give correct first gradients.

using SimpleGrad;

Console.WriteLine("# What we want to get");

// RunGradients, at the end of this file, prints the gradients of two losses, as in chapter 5: L0 is
// the sum of the function, and L1 the sum of the squares of L0's gradients. With plain operators we
// know what comes out.

RunGradients((a, b) => (a + b) * b);

//> dL0_da tensor([3., 4.]), dL0_db tensor([ 7., 10.])
//> dL1_da tensor([14., 20.]), dL1_db tensor([34., 48.])
//> 22 entries

Console.WriteLine();
Console.WriteLine("# A tensor in propagate");

// An aggregate computes its body on values, outside the tape, and records one entry. Its propagate
// rule is given the gradients of the outputs in an array, and returns those of the inputs in
// another. By the chain rule, with t = a + b and r = t * b:
//
//     dL_dt = dL_dr * b                from r = t * b
//     dL_da = dL_dt                    from t = a + b
//     dL_db = dL_dt + dL_dr * t        from both, as b has two uses
//
// So the rule needs t. We have it: the body computed it a moment ago. Here is the first attempt.
// (With one output only, its gradient is never null here: the sweep would have left the entry out.)

#if TYPE_ERROR
RunGradients(TypeError);

static Variable<float> TypeError(Variable<float> a, Variable<float> b)
{
    Tensor<float> t = a.Value + b.Value;
    Variable<float> r = a.Tape.Temporary(t * b.Value);
    a.Tape.RecordAggregate("type error", inputs: [a, b], outputs: [r], gradients =>
    {
        Variable<float> dL_dr = gradients[0]!;
        Variable<float> dL_dt = dL_dr * b;
        return [dL_dt, dL_dt + dL_dr * t];
    });
    return r;
}
#endif

// It does not compile, which is why it stands inside #if. To see that, run the chapter with the #if
// open:
//
//     dotnet run -p:DefineConstants=TYPE_ERROR docs/tutorial/11-aggregates.cs
//
//     error CS0019: Operator '*' cannot be applied to operands of type 'Variable<float>' and 'Tensor<float>'
//
// Propagate computes with variables, and t is a tensor. If they did mix, t would count as a
// constant here. But it is none. It was computed from a and b.

Console.WriteLine("(does not compile)");
Console.WriteLine();
Console.WriteLine("# Recompute");

// One cure is to compute t again where it is needed, this time with variables.

RunGradients(Recompute);

static Variable<float> Recompute(Variable<float> a, Variable<float> b)
{
    Variable<float> r = a.Tape.Temporary((a.Value + b.Value) * b.Value);
    a.Tape.RecordAggregate("recompute", inputs: [a, b], outputs: [r], gradients =>
    {
        Variable<float> dL_dr = gradients[0]!;
        Variable<float> t = a + b;
        Variable<float> dL_dt = dL_dr * b;
        return [dL_dt, dL_dt + dL_dr * t];
    });
    return r;
}

//> dL1_da tensor([14., 20.]), dL1_db tensor([34., 48.])
//
// It is right, to any order. It has two costs. The work for t is done twice; for an addition that
// is nothing, for a large matrix product it is not. And the rule keeps a and b for the recomputing,
// where b and t would do. If a is large and t is small, that costs memory.

Console.WriteLine();
Console.WriteLine("# Capture");

// So let us keep t, and make it a variable, so that it compiles. A variable that is made inside an
// aggregate, from a value that was computed outside the tape, is a temporary. By mistake, we tell
// the tape of r only.

static Variable<float> Wrong(Variable<float> a, Variable<float> b)
{
    Tensor<float> sum = a.Value + b.Value;
    Variable<float> t = a.Tape.Temporary(sum, name: "t");
    Variable<float> r = a.Tape.Temporary(sum * b.Value);
    a.Tape.RecordAggregate("wrong", inputs: [a, b], outputs: [r], gradients =>
    {
        Variable<float> dL_dr = gradients[0]!;
        Variable<float> dL_dt = dL_dr * b;
        return [dL_dt, dL_dt + dL_dr * t];
    });
    return r;
}

// SimpleGrad has a check against what happens now. To watch it happen, we turn the check off.

RunGradients(Wrong, checksCaptures: false);

//> dL0_da tensor([3., 4.]), dL0_db tensor([ 7., 10.])
//> dL1_da null, dL1_db tensor([20., 28.])
//
// The first gradients are correct. The second ones are not, and nothing has complained. dL1_da
// should be [14, 20], and it is null: "L1 does not depend on a". dL1_db should be [34, 48]; a part
// of it is missing.
//
// To find out why, let us see the lines of the trace that mention t.

var writer = new StringWriter();
RunGradients(Wrong, checksCaptures: false, trace: Trace.Notebook(writer), print: false);
foreach (string line in writer.ToString().Split(Environment.NewLine))
{
    if (line.Split(' ', '_').Any(word => word is "t" or "dt"))
        Console.WriteLine(line);
}

//> v4 = v2 * t
//> v18 = v13 * t
//> dL1_dt = v19
//
// The first line comes from the first sweep: propagate used t. That is a use like any other, and
// rule one of chapter 6 says that every use has a gradient. It arrives in the second sweep: dL1_dt
// is v19. But t is no output of any entry. So no entry takes v19 up, and it goes no further. What t
// owes to a and b is lost.
//
// ![The edges from a and b to t are not on the tape](../pictures/lost-path.svg)
//
// It cannot show in first gradients. There, t is used by nobody but the body itself. Only propagate
// takes it out of the body, by capturing it, and only a second sweep differentiates what propagate
// did. This is why propagate rules should be tested to the second order at least.
//
// With the check, which is on unless you turn it off, the same program stops at the first captured
// use.

try
{
    RunGradients(Wrong);
}
catch (InvalidOperationException error)
{
    Console.WriteLine(error.Message);
}

//> The propagate rule of aggregate 'wrong' captures 't', which the aggregate does not declare:
//> gradients of higher order through 't' would be lost. Declare it where the aggregate is recorded:
//> among its outputs if the body computed it (its gradient then arrives beside the result's), among
//> its inputs if the body read it; or make it with tape.Constant if it depends on nothing.

Console.WriteLine();
Console.WriteLine("# Declare what you capture");

// The message has the cure: t is an output of the aggregate too. Its gradient then comes as the
// second of the array. Either of the two can be null now. The simplest thing is to put zeros in its
// place.

RunGradients(Almost);

static Variable<float> Almost(Variable<float> a, Variable<float> b)
{
    Tape<float> tape = a.Tape;
    Tensor<float> sum = a.Value + b.Value;
    Variable<float> t = tape.Temporary(sum);
    Variable<float> r = tape.Temporary(sum * b.Value);
    tape.RecordAggregate("almost", inputs: [a, b], outputs: [r, t], gradients =>
    {
        Variable<float> dL_dr = gradients[0] ?? tape.Constant(Tensor.Zeros<float>(r.Shape));
        Variable<float> dL_dt = gradients[1] ?? tape.Constant(Tensor.Zeros<float>(t.Shape));
        dL_dt += dL_dr * b;
        return [dL_dt, dL_dt + dL_dr * t];
    });
    return r;
}

//> dL1_da tensor([14., 20.]), dL1_db tensor([34., 48.])
//> 26 entries
//
// Now it is right to any order. But it does work for nothing. In the first sweep nothing has used t
// yet, so its gradient is null, and we add a tensor of zeros. In the second sweep it is dL_dr that
// is null, because nothing in L1 was computed from the value of r. Then we even multiply with
// zeros.

Console.WriteLine();
Console.WriteLine("# Known zeros stay known");

// The sweep skips what is null, and a rule can do the same. AddOptional adds two gradients, either
// of which may be null.

RunGradients(Optimised);

static Variable<float> Optimised(Variable<float> a, Variable<float> b)
{
    Tape<float> tape = a.Tape;
    Tensor<float> sum = a.Value + b.Value;
    Variable<float> t = tape.Temporary(sum);
    Variable<float> r = tape.Temporary(sum * b.Value);
    tape.RecordAggregate("optimised", inputs: [a, b], outputs: [r, t], gradients =>
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

//> dL0_da tensor([3., 4.]), dL0_db tensor([ 7., 10.])
//> dL1_da tensor([14., 20.]), dL1_db tensor([34., 48.])
//> 21 entries
//
// Right, to any order, one entry forward, and no step too many. The rules of this chapter, in
// short:
//
// - Propagate computes with variables.
// - It may use the aggregate's inputs and outputs, what it makes itself, and constants.
// - A value of the body that it uses must be an output, and then its gradient comes back and must be used.
// - Each incoming gradient may be null.
// - Test it to the second order.

static void RunGradients(
    Func<Variable<float>, Variable<float>, Variable<float>> function,
    bool checksCaptures = true, Trace? trace = null, bool print = true)
{
    var tape = new Tape<float>(trace) { ChecksCaptures = checksCaptures };
    Variable<float> a = tape.Variable([1, 2], name: "a");
    Variable<float> b = tape.Variable([3, 4], name: "b");

    Variable<float> l0 = function(a, b).Sum(name: "L0");
    (Variable<float>? dL0_da, Variable<float>? dL0_db) = tape.Grad(l0, a, b);
    Variable<float> l1 = (dL0_da * dL0_da + dL0_db * dL0_db).Sum(name: "L1");
    (Variable<float>? dL1_da, Variable<float>? dL1_db) = tape.Grad(l1, a, b);
    if (!print)
        return;
    Console.WriteLine($"dL0_da {Text(dL0_da)}, dL0_db {Text(dL0_db)}");
    Console.WriteLine($"dL1_da {Text(dL1_da)}, dL1_db {Text(dL1_db)}");
    Console.WriteLine($"{tape.Count} entries");
}

static string Text(Variable<float>? gradient) => gradient?.ToString() ?? "null";
