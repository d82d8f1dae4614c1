#:project ../../src/SimpleGrad/SimpleGrad.csproj

// Chapter 3. Grad
// Previous: 02-propagate.cs. Next: 04-zero-gradients.cs.
//
// In chapter 2 we went back through a tape by hand. Here it becomes a loop, first our own and then
// the library's.

using SimpleGrad;

Console.WriteLine("# Our own loop");

var tape = new Tape<float>();
Variable<float> a = tape.Variable([1, 2], name: "a");
Variable<float> b = tape.Variable([3, 4], name: "b");
Variable<float> loss = Simple(a, b).Sum(name: "L");

// OwnGrad stands at the end of this file and is short: please read it now. It keeps one table, from
// the name of a variable to the gradient of the loss by it. The table begins with the loss itself,
// and its gradient is one. Then each entry, from the last to the first, turns the gradients of its
// outputs into gradients of its inputs. Where the table has one for that input already, the two are
// added. This walk is the reverse sweep.

Dictionary<string, Variable<float>> gradients = OwnGrad(loss);
Console.WriteLine($"dL_da = {gradients["a"]}");
Console.WriteLine($"dL_db = {gradients["b"]}");

//> dL_da = tensor([3., 4.])
//> dL_db = tensor([ 7., 10.])
//
// The entries must be walked backwards. An entry may propagate only when the gradient of its output
// is complete, and it is complete when all uses of that output have been met. All uses come later
// on the tape, so they come first here.

Console.WriteLine();
Console.WriteLine("# The library's");

// tape.Grad is the same sweep with checks and fewer wasted steps. It gives the gradients that we
// ask for, in our order.

(Variable<float>? dL_da, Variable<float>? dL_db) = tape.Grad(loss, a, b);
Console.WriteLine($"dL_da = {dL_da}");
Console.WriteLine($"dL_db = {dL_db}");

//> dL_da = tensor([3., 4.])
//> dL_db = tensor([ 7., 10.])
//
// The question marks are there because a gradient can be null, for known zero. That is the next
// chapter.

Console.WriteLine();
Console.WriteLine("# Its trace");

// The notebook trace shows the sweep at work.

tape = new Tape<float>(Trace.Notebook(Console.Out));
a = tape.Variable([1, 2], name: "a");
b = tape.Variable([3, 4], name: "b");
loss = Simple(a, b).Sum(name: "L");
(dL_da, dL_db) = tape.Grad(loss, a, b);

// Up to the line of dashes it is the computation itself, called the forward pass:
//
//> v0 = a + b
//> v1 = v0 * b
//> L = v1.sum()
//
// Then the sweep for L begins. The seed takes the name v2 without a line of its own. Each following
// line is a step of some entry's propagate, and you know all four from chapter 2: the sum expands,
// the product multiplies twice, the addition hands its gradient through, and the two contributions
// to b add up.
//
//> dL ------------------------
//> v3 = v2.expand(2)
//> v4 = v3 * b
//> v5 = v3 * v0
//> v6 = v5 + v4
//
// Last comes the table, in the order in which its rows appeared. A row says under which name a
// gradient can be found.
//
//> dL_dL = v2
//> dL_dv1 = v3
//> dL_dv0 = v4
//> dL_db = v6
//> dL_da = v4
//
// As a picture, the computation in grey and what the sweep has added to it in orange:
//
// ![The tape of (a + b) * b with its gradients](../pictures/gradient.svg)
//
// dL_da and dL_dv0 are one and the same variable, v4. Nothing was copied when the addition handed
// it through.
//
// The table has gradients for all values on the way, also for v0 and v1, which nobody asked for.
// They are what the sweep needs to get from L to a and b.

Console.WriteLine();
Console.WriteLine("# Is it right?");

// A gradient can be checked by nudging. It is slow and not exact, which is fine in a test. We go
// one step down and one step up and divide by their distance. Numbers of type double leave more
// digits for the difference.

var exact = new Tape<double>();
double[] aValues = [1, 2], bValues = [3, 4];
Variable<double> a64 = exact.Variable(aValues), b64 = exact.Variable(bValues);
(Variable<double>? da, Variable<double>? db) = exact.Grad(Loss(a64, b64), a64, b64);

Report("a", aValues, da!);
Report("b", bValues, db!);

//> a[0]: gradient 3, by nudging 3.000000
//> a[1]: gradient 4, by nudging 4.000000
//> b[0]: gradient 7, by nudging 7.000000
//> b[1]: gradient 10, by nudging 10.000000

static Variable<float> Simple(Variable<float> a, Variable<float> b)
{
    Variable<float> t = a + b;
    return t * b;
}

static Dictionary<string, Variable<float>> OwnGrad(Variable<float> loss)
{
    Tape<float> tape = loss.Tape;
    // The sweep itself adds entries, so we walk over a copy.
    TapeEntry<float>[] entries = [.. tape.Entries];
    var gradients = new Dictionary<string, Variable<float>>
    {
        [loss.Name] = tape.Constant(Tensor.Ones<float>(loss.Shape)),
    };
    foreach (TapeEntry<float> entry in entries.Reverse())
    {
        Variable<float>?[] dL_doutputs = [.. entry.Outputs.Select(name => gradients.GetValueOrDefault(name))];
        if (dL_doutputs.All(gradient => gradient is null))
            continue; // zero in, zero out
        Variable<float>?[] dL_dinputs = entry.Propagate(dL_doutputs);
        foreach ((string name, Variable<float>? gradient) in entry.Inputs.Zip(dL_dinputs))
        {
            if (gradient is not null)
                gradients[name] = gradients.TryGetValue(name, out Variable<float>? old) ? old + gradient : gradient;
        }
    }
    return gradients;
}

static Variable<double> Loss(Variable<double> a, Variable<double> b) => ((a + b) * b).Sum();

void Report(string name, double[] values, Variable<double> gradient)
{
    const double step = 1e-5;
    for (int i = 0; i < values.Length; i++)
    {
        double value = values[i];
        values[i] = value + step;
        double up = Loss(exact.Variable(aValues), exact.Variable(bValues)).Item();
        values[i] = value - step;
        double down = Loss(exact.Variable(aValues), exact.Variable(bValues)).Item();
        values[i] = value;
        double nudged = (up - down) / (2 * step);
        Console.WriteLine($"{name}[{i}]: gradient {gradient.Value.GetValue(i)}, by nudging {nudged:F6}");
    }
}
