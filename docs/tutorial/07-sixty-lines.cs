// Chapter 7. A library in sixty lines
// Previous: 06-rules-of-thumb.cs. Next: 08-training.cs.
//
// All that the last six chapters said fits on one page. This chapter does not use the library: it
// has one of its own, at the end of this file, to read from top to bottom. It computes with single
// numbers, and knows five operators. Everything else is there: the tape, propagate, the reverse
// sweep, known zeros, and gradients of gradients.

var tape = new Tape();
Number a = tape.Leaf(1), b = tape.Leaf(3);

Console.WriteLine("# Gradients, and gradients of those");

// The function of the other chapters.

Number l0 = (a + b) * b;
(Number? da, Number? db) = (tape.Grad(l0, a), tape.Grad(l0, b));
Console.WriteLine($"da {da}, db {db}");

Number l1 = da! * da! + db! * db!;
Console.WriteLine($"second loss, by a {tape.Grad(l1, a)}, by b {tape.Grad(l1, b)}");

//> da 3, db 7
//> second loss, by a 14, by b 34

Console.WriteLine();
Console.WriteLine("# A known zero");

// Where no entry leads from a variable to the loss, the table of the sweep has no row for it.

Console.WriteLine($"d(a * a)/db is null: {tape.Grad(a * a, b) is null}");

//> d(a * a)/db is null: True

Console.WriteLine();
Console.WriteLine("# Any order");

// The derivatives of sin(x) at 0.5, one after the other: cos, -sin, -cos, sin. Each is the gradient
// of the one before it, and the tape grows.

Number x = tape.Leaf(0.5), derivative = Number.Sin(x);
for (int order = 1; order <= 4; order++)
{
    derivative = tape.Grad(derivative, x)!;
    Console.WriteLine($"order {order}: {derivative.Value:F6}, {tape.Count} entries");
}

//> order 1: 0.877583
//> order 4: 0.479426

// Exercise: give it a logarithm. It takes one line, like its neighbours, and there is no division
// here: what is 1 / x, with the operators that there are?
//
// Solution: 1 / x is exp(-log x), so the rule may use the result.
//
//     public static Number Log(Number x) => x.Tape.Record(
//         Math.Log(x.Value), [x], (gradient, result) => [gradient * Exp(result * x.Tape.Leaf(-1))]);
//
// What does the library do more? Its numbers are tensors, and it has some three hundred operators.
// It keeps only those values that a rule reads, prunes what cannot reach a wanted variable, checks
// that nobody wrote over a kept value, and gives memory back. It can compile. But a gradient is
// found in just this way.

/// <summary>A number on a tape.</summary>
internal sealed class Number(Tape tape, double value)
{
    public Tape Tape => tape;

    public double Value => value;

    public static Number operator +(Number x, Number y) => x.Tape.Record(
        x.Value + y.Value, [x, y], (gradient, _) => [gradient, gradient]);

    public static Number operator *(Number x, Number y) => x.Tape.Record(
        x.Value * y.Value, [x, y], (gradient, _) => [gradient * y, gradient * x]);

    public static Number Exp(Number x) => x.Tape.Record(
        Math.Exp(x.Value), [x], (gradient, result) => [gradient * result]);

    public static Number Sin(Number x) => x.Tape.Record(
        Math.Sin(x.Value), [x], (gradient, _) => [gradient * Cos(x)]);

    public static Number Cos(Number x) => x.Tape.Record(
        Math.Cos(x.Value), [x], (gradient, _) => [gradient * Sin(x) * x.Tape.Leaf(-1)]);

    public override string ToString() => $"{Value}";
}

/// <summary>What was computed, oldest first.</summary>
internal sealed class Tape
{
    private readonly List<Entry> _entries = [];

    public int Count => _entries.Count;

    /// <summary>A number that no operator computed.</summary>
    public Number Leaf(double value) => new(this, value);

    /// <summary>Notes what an operator read and made, and how gradients go back through it.</summary>
    public Number Record(double value, Number[] inputs, Func<Number, Number, Number[]> propagate)
    {
        var result = new Number(this, value);
        _entries.Add(new Entry(inputs, result, propagate));
        return result;
    }

    /// <summary>The gradient of a loss by a variable; null for a known zero.</summary>
    public Number? Grad(Number loss, Number wanted)
    {
        var gradients = new Dictionary<Number, Number> { [loss] = Leaf(1) };
        for (int i = Count - 1; i >= 0; i--) // rules record as they go: what they add lies behind
        {
            Entry entry = _entries[i];
            if (!gradients.TryGetValue(entry.Result, out Number? gradient))
                continue; // zero in, zero out
            foreach ((Number input, Number part) in entry.Inputs.Zip(entry.Propagate(gradient, entry.Result)))
                gradients[input] = gradients.TryGetValue(input, out Number? sum) ? sum + part : part;
        }
        return gradients.GetValueOrDefault(wanted);
    }

    private sealed record Entry(Number[] Inputs, Number Result, Func<Number, Number, Number[]> Propagate);
}
