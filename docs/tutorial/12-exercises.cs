#:project ../../src/SimpleGrad/SimpleGrad.csproj

// Chapter 12. Exercises
// Previous: 11-aggregates.cs. Next: 13-from-expression-to-aggregate.cs.
//
// Six exercises with their solutions. Think about each before you read on: in the rendered page the
// solutions are folded away.

using SimpleGrad;

Console.WriteLine("# 1. Both gradients at once");

// The last aggregate of chapter 11 has two outputs, r and the temporary t. In the first sweep only
// dL_dr arrived, and in the second only dL_dt. Here it says at each call which of the two it is
// given.

RunGradients((a, b) => Simple(a, b));

//>   propagate: dL_dr yes, dL_dt no
//>   propagate: dL_dr no, dL_dt yes
//> dL1_da tensor([14., 20.]), dL1_db tensor([34., 48.])
//
// Why no dL_dr the second time? Because L1 was computed from dL0_da and dL0_db, and these from b
// and t. Nobody who made L1 ever looked at r. In particular the sum did not: the gradient of a sum
// does not depend on what was summed.
//
// Exercise: change the function so that in the second call both arrive. Two characters will do.
//
// Solution: r must be used by a computation that leads to L1. A product uses the values of both its factors
// when it propagates. So multiply r with something, and the first sweep will read r:

RunGradients((a, b) => a * Simple(a, b));

//>   propagate: dL_dr yes, dL_dt no
//>   propagate: dL_dr yes, dL_dt yes
//
// Without the spaces, "a*" is two characters. "b*" in front does it too, and so do "*a" and "*b"
// behind.

Console.WriteLine();
Console.WriteLine("# 2. Branch first");

// Simple looks at null in several places. Which gradients are null is known before anything is
// computed.
//
// Exercise: ask once, at the top, and let no question stand in the branches.
//
// Solution: a switch does it, and reads like a table.

RunGradients(Branching);

static Variable<float> Branching(Variable<float> a, Variable<float> b)
{
    Tensor<float> sum = a.Value + b.Value;
    Variable<float> t = a.Tape.Temporary(sum);
    Variable<float> r = a.Tape.Temporary(sum * b.Value);
    a.Tape.RecordAggregate("branching", [a, b], [r, t], gradients => (gradients[0], gradients[1]) switch
    {
        (null, null) => [null, null],
        (null, { } dL_dt) => [dL_dt, dL_dt],
        ({ } dL_dr, null) => Known(dL_dr * b, dL_dr * t),
        ({ } dL_dr, { } dL_dt) => Known(dL_dt + dL_dr * b, dL_dr * t),
    });
    return r;

    static Variable<float>?[] Known(Variable<float> dL_dt, Variable<float> dL_db) => [dL_dt, dL_db + dL_dt];
}

//> dL1_da tensor([14., 20.]), dL1_db tensor([34., 48.])
//
// Each branch is now a straight line of operators. It could be computed in a single loop, and in a
// program most calls take the same branch. A compiler can use that: it makes one such loop for each
// pattern that it meets. Chapter 14 shows them.

Console.WriteLine();
Console.WriteLine("# 3. Another aggregate");

// Exercise: make an aggregate of r = u * u + b with u = a * b.
//
// Solution: the value that propagate needs is u. It has two uses in u * u, so dL_du is 2 * dL_dr * u, and whatever comes in for u itself is
// added.

static Variable<float> Plain(Variable<float> a, Variable<float> b)
{
    Variable<float> u = a * b;
    return u * u + b;
}

static Variable<float> Square(Variable<float> a, Variable<float> b)
{
    Tensor<float> product = a.Value * b.Value;
    Variable<float> u = a.Tape.Temporary(product);
    Variable<float> r = a.Tape.Temporary(product * product + b.Value);
    a.Tape.RecordAggregate("square", inputs: [a, b], outputs: [r, u], gradients =>
    {
        Variable<float>? dL_dr = gradients[0];
        Variable<float>? dL_du = gradients[1];
        if (dL_dr is not null)
            dL_du = Aggregate.AddOptional(dL_du, 2 * dL_dr * u);
        if (dL_du is null)
            return [null, null];
        return [dL_du * b, Aggregate.AddOptional(dL_du * a, dL_dr)];
    });
    return r;
}

RunGradients(Plain);
RunGradients(Square);

//> dL1_da tensor([ 816., 6208.]), dL1_db tensor([ 460., 4624.])
//> dL1_da tensor([ 816., 6208.]), dL1_db tensor([ 460., 4624.])

Console.WriteLine();
Console.WriteLine("# 4. An operator of your own");

// Chapter 10 made an operator: a class with a name, what it computes on tensors, how a gradient
// propagates, and which values it keeps for that.
//
// Exercise: write exp(-x * x), and the length of the hypotenuse, sqrt(x * x + y * y).
//
// Solution: they stand at the end of this file, a few lines each. In propagate, at.X is the input and at.Result is the result, both of them variables, so these
// operators can be differentiated as often as you like.
//
// We check the gradient against nudging the function, and the gradient of the gradient against
// nudging the gradient.

var gaussian = new Gaussian();
var hypotenuse = new Hypotenuse();
Check("gaussian at 0.7", x => gaussian.Apply(x), 0.7);
Check("hypotenuse of 0.7 and 2", x => hypotenuse.Apply(x, x.Tape.Constant(2)), 0.7);
Check("hypotenuse of 2 and 0.7", x => hypotenuse.Apply(x.Tape.Constant(2), x), 0.7);

//> gaussian at 0.7
//>   first:  -0.857677, by nudging -0.857677
//>   second: -0.024505, by nudging -0.024505
//
// The library's own operators are classes of just this kind. If a rule reads a value that Keeps
// does not list, an error says so.

Console.WriteLine();
Console.WriteLine("# 5. Zeros instead of known zeros");

// Exercise: what would it cost to have no null, and tensors of zeros in its place?
//
// Solution: ZerosGrad, at the end of this file, is the loop of chapter 3 without its question for null. Every entry on the tape
// propagates, and what is not known is zero. To keep it short the losses are vectors, so that all
// variables of this program have the same shape.

foreach (bool zeros in new[] { false, true })
{
    var tape = new Tape<float>();
    Variable<float> a = tape.Variable([1, 2], name: "a"), b = tape.Variable([3, 4], name: "b");
    Variable<float> other = b;
    for (int i = 0; i < 100; i++)
        other = other.Tanh() + b; // has nothing to do with the losses
    Variable<float> loss = (a + b) * b;
    for (int order = 1; order <= 3; order++)
    {
        int before = tape.Count;
        (Variable<float> da, Variable<float> db) = zeros ? ZerosGrad(loss, a, b) : NullGrad(loss, a, b);
        string with = zeros ? "zeros" : "nulls";
        Console.WriteLine($"order {order} with {with}: {tape.Count - before,4} entries, {da} {db}");
        loss = da * da + db * db;
    }
}

//> order 3 with nulls:   20 entries, tensor([328., 464.]) tensor([ 792., 1120.])
//> order 3 with zeros: 4263 entries, tensor([328., 464.]) tensor([ 792., 1120.])
//
// The results are the same. But the sweep with zeros works through the whole tape, and what it
// records makes the tape longer for the next sweep. With null, the cost of a sweep depends on the
// loss and not on what else is there.

Console.WriteLine();
Console.WriteLine("# 6. Weirder gradients");

// The losses of chapter 5 are one choice of many. Here is f = sum(p * p * q), and some things that
// can be asked of it.
//
// Exercise: say what each of them is before you look.
//
// Solution: by a value on the way first: f is linear in square, with factor q.

var mixed = new Tape<float>();
Variable<float> p = mixed.Variable([1, 2], name: "p"), q = mixed.Variable([3, 4], name: "q");
Variable<float> square = p * p;
Variable<float> f = (square * q).Sum(name: "f");

Console.WriteLine($"df_dsquare        {mixed.Grad(f, square)}");

// First by p, then by q, and the other way round: 2p both times. The order does not matter.

(Variable<float>? df_dp, Variable<float>? df_dq) = mixed.Grad(f, p, q);
Console.WriteLine($"by p, then by q   {mixed.Grad(df_dp!, q)}");
Console.WriteLine($"by q, then by p   {mixed.Grad(df_dq!, p)}");

// A loss from one element of a gradient only: 2 * p * q at the first place, so the second place has
// no influence.

Console.WriteLine($"one element by p  {mixed.Grad(df_dp![0], p)}");

// Twice by q: f is linear in q. df_dq was computed from p alone, so this is a known zero.

Console.WriteLine($"twice by q        {Text(mixed.Grad(df_dq!, q))}");

// How fast does the gradient change when p moves in a direction? Multiply it with the direction and
// differentiate. No table of all second derivatives is needed for this.

Variable<float> direction = mixed.Constant([1, 10]);
Console.WriteLine($"in a direction    {mixed.Grad((df_dp * direction).Sum(), p)}");

// A loss that mixes the function with its gradient.

Console.WriteLine($"f times gradient  {mixed.Grad(f * df_dp!.Sum(), p)}");

//> df_dsquare        tensor([3., 4.])
//> by p, then by q   tensor([2., 4.])
//> by q, then by p   tensor([2., 4.])
//> one element by p  tensor([6., 0.])
//> twice by q        null
//> in a direction    tensor([ 6., 80.])
//> f times gradient  tensor([246., 504.])
//
// The last one on paper: f = 19 and the sum of its gradient is 22, so the derivative is
// df_dp * 22 + 19 * 2q, which is 6 * 22 + 19 * 6 = 246 for the first element.

static Variable<float> Simple(Variable<float> a, Variable<float> b)
{
    Tensor<float> sum = a.Value + b.Value;
    Variable<float> t = a.Tape.Temporary(sum);
    Variable<float> r = a.Tape.Temporary(sum * b.Value);
    a.Tape.RecordAggregate("simple", inputs: [a, b], outputs: [r, t], gradients =>
    {
        (Variable<float>? dL_dr, Variable<float>? dL_dt) = (gradients[0], gradients[1]);
        Console.WriteLine($"  propagate: dL_dr {YesOrNo(dL_dr)}, dL_dt {YesOrNo(dL_dt)}");
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
    Console.WriteLine($"dL1_da {Text(dL1_da)}, dL1_db {Text(dL1_db)}");
}

static (Variable<float>, Variable<float>) NullGrad(Variable<float> loss, Variable<float> a, Variable<float> b)
{
    (Variable<float>? da, Variable<float>? db) = loss.Tape.Grad(loss, a, b, zeros: true);
    return (da!, db!);
}

static (Variable<float>, Variable<float>) ZerosGrad(Variable<float> loss, Variable<float> a, Variable<float> b)
{
    Tape<float> tape = loss.Tape;
    TapeEntry<float>[] entries = [.. tape.Entries];
    var gradients = new Dictionary<string, Variable<float>>
    {
        [loss.Name] = tape.Constant(Tensor.Ones<float>(loss.Shape)),
    };
    Variable<float> Known(string name) =>
        gradients.GetValueOrDefault(name) ?? tape.Constant(Tensor.Zeros<float>(loss.Shape));

    foreach (TapeEntry<float> entry in entries.Reverse())
    {
        Variable<float>?[] dL_dinputs = entry.Propagate([.. entry.Outputs.Select(Known)]);
        foreach ((string name, Variable<float>? gradient) in entry.Inputs.Zip(dL_dinputs))
        {
            if (gradient is not null) // a plain number among the inputs gets none
                gradients[name] = gradients.TryGetValue(name, out Variable<float>? old) ? old + gradient : gradient;
        }
    }
    return (Known(a.Name), Known(b.Name));
}

static void Check(string what, Func<Variable<double>, Variable<double>> function, double at)
{
    const double step = 1e-5;
    Func<double, double> value = x => function(new Tape<double>().Variable(x)).Item();
    Func<double, double> first = x =>
    {
        Variable<double> variable = new Tape<double>().Variable(x);
        return variable.Tape.Grad(function(variable), variable)!.Item();
    };

    Variable<double> x = new Tape<double>().Variable(at);
    Variable<double> second = x.Tape.Grad(x.Tape.Grad(function(x), x)!, x)!;
    Console.WriteLine(what);
    Console.WriteLine($"  first:  {first(at):F6}, by nudging {Nudged(value, at):F6}");
    Console.WriteLine($"  second: {second.Item():F6}, by nudging {Nudged(first, at):F6}");

    static double Nudged(Func<double, double> of, double at) => (of(at + step) - of(at - step)) / (2 * step);
}

static string Text(Variable<float>? gradient) => gradient?.ToString() ?? "null";

static string YesOrNo(Variable<float>? gradient) => gradient is null ? "no" : "yes";

/// <summary>exp(-x * x).</summary>
internal sealed class Gaussian : UnaryOperator<double>
{
    public override string Name => "gaussian";

    public override Keeps Keeps => Keeps.X | Keeps.Result;

    protected override Tensor<double> Forward(Tensor<double> x, Shape shape) => (-(x * x)).Exp();

    protected override Variable<double>? Propagate(Variable<double> gradient, in Propagation<double> at) =>
        gradient * (-2 * at.X * at.Result);
}

/// <summary>sqrt(x * x + y * y). Where one input was broadcast, its gradient is summed without our doing.</summary>
internal sealed class Hypotenuse : BinaryOperator<double>
{
    public override string Name => "hypotenuse";

    public override Keeps Keeps => Keeps.X | Keeps.Y | Keeps.Result;

    protected override Shape InferShape(Shape x, Shape y) => Shape.Broadcast(x, y);

    protected override Tensor<double> Forward(Tensor<double> x, Tensor<double> y, Shape shape) =>
        (x * x + y * y).Sqrt();

    protected override Variable<double>? PropagateX(Variable<double> gradient, in Propagation<double> at) =>
        gradient * (at.X / at.Result);

    protected override Variable<double>? PropagateY(Variable<double> gradient, in Propagation<double> at) =>
        gradient * (at.Y / at.Result);
}
