namespace SimpleGrad.Tests.Mutation;

/// <summary>A view, in the library's words.</summary>
internal sealed record ViewKind(string Name, Func<Variable<double>, Variable<double>> Of, Func<Shape, bool> Fits)
{
    public override string ToString() => Name;
}

/// <summary>A write, with what it means for values that do not change.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Write">Writes in place.</param>
/// <param name="Pure">The new value from the old one.</param>
/// <param name="SavesOperand">Whether the operand is saved for propagate.</param>
/// <param name="SavesResult">Whether the result is saved for propagate.</param>
internal sealed record WriteKind(
    string Name, Action<Variable<double>, Variable<double>> Write,
    Func<Variable<double>, Variable<double>, Variable<double>> Pure, bool SavesOperand = false,
    bool SavesResult = false)
{
    public override string ToString() => Name;
}

internal abstract record Step
{
    /// <summary>A variable with memory of its own.</summary>
    public sealed record Root(int Of, bool SavesResult) : Step;

    public sealed record View(int Of, ViewKind Kind) : Step;

    public sealed record Write(int Target, WriteKind Kind, int Operand) : Step;

    /// <summary>A term of the loss.</summary>
    public sealed record Use(int Of, bool Saves) : Step;
}

/// <summary>
/// A program that writes in place and through views, and the same program without: there, memory is a variable that is
/// replaced, and a view is a list of places in it.
/// </summary>
internal sealed class WriteProgram(IReadOnlyList<Step> steps)
{
    public static readonly ViewKind[] Views =
    [
        new("x[1..]", x => x[1..], shape => shape.Rank > 0 && shape[0] > 1),
        new("x[..^1]", x => x[..^1], shape => shape.Rank > 0 && shape[0] > 1),
        new("x[-1]", x => x[^1], shape => shape.Rank > 0),
        new("x.Transpose()", x => x.Transpose(), shape => shape.Rank > 1),
        new("x.Slice(-1, step: 2)", x => x.Slice(-1, step: 2), shape => shape.Rank > 0 && shape[^1] > 1),
        new("x.Unsqueeze(0)", x => x.Unsqueeze(0), shape => shape.Rank < 3),
        new("x.Squeeze()", x => x.Squeeze(), shape => shape.Contains(1)),
        new("x.Diagonal()", x => x.Diagonal(), shape => shape.Rank == 2),
        new("x.Split(2)[1]", x => x.Split(2)[1], shape => shape.Rank > 0 && shape[0] > 2),
        new("x.Reshape(…, 2)", x => x.Reshape([.. x.Shape.SkipLast(1), -1, 2]),
            shape => shape.Rank is 1 or 2 && shape[^1] % 2 == 0),
    ];

    public static readonly WriteKind[] Writes =
    [
        new("AddInPlace(y)", (x, y) => x.AddInPlace(y), (x, y) => x + y),
        new("AddInPlace(2)", (x, _) => x.AddInPlace(2), (x, _) => x + 2),
        new("SubtractInPlace(y)", (x, y) => x.SubtractInPlace(y), (x, y) => x - y),
        new("SubtractInPlace(0.5)", (x, _) => x.SubtractInPlace(0.5), (x, _) => x - 0.5),
        new("MultiplyInPlace(y)", (x, y) => x.MultiplyInPlace(y), (x, y) => x * y, SavesOperand: true),
        new("MultiplyInPlace(-1.5)", (x, _) => x.MultiplyInPlace(-1.5), (x, _) => x * -1.5),
        new("DivideInPlace(y)", (x, y) => x.DivideInPlace(y), (x, y) => x / y, SavesOperand: true, SavesResult: true),
        new("DivideInPlace(3)", (x, _) => x.DivideInPlace(3), (x, _) => x / 3),
        new("Assign(y)", (x, y) => x.Assign(y), (x, y) => x * 0 + y),
        new("Assign(0.25)", (x, _) => x.Assign(0.25), (x, _) => x * 0 + 0.25),
        new("Fill(-1)", (x, _) => x.Fill(-1), (x, _) => x * 0 - 1),
        new("Zero()", (x, _) => x.Zero(), (x, _) => x * 0),
        new("CopyFrom(t)", (x, _) => x.CopyFrom(Tensor.Scalar(0.75)), (x, _) => x * 0 + 0.75),
        new("ClampInPlace(-0.8123, 1.1357)", (x, _) => x.ClampInPlace(-0.8123, 1.1357),
            (x, _) => x.Clamp(-0.8123, 1.1357)),
        new("ApplyInPlace(tanh)", (x, _) => x.ApplyInPlace(v => v.Tanh()), (x, _) => x.Tanh()),
        new("ApplyInPlace(square)", (x, _) => x.ApplyInPlace(v => v.Square()), (x, _) => x.Square()),
        new("MaskedFillInPlace(x > 0.4321, 2)", (x, _) => x.MaskedFillInPlace(x > 0.4321, 2),
            (x, _) => Variable.Where(x > 0.4321, 2, x)),
        new("IndexAddInPlace(0, [0], y)", (x, y) => x.IndexAddInPlace(0, Tensor.Scalar(0), Row(x, y)),
            (x, y) => x.IndexAdd(0, Tensor.Scalar(0), Row(x, y))),
    ];

    /// <summary>
    /// Whether a value that is saved is written over before the end, so that a gradient that needs it is refused.
    /// </summary>
    public bool IsRefused { get; private set; }

    public Variable<double> RunInPlace(Variable<double>[] inputs)
    {
        var values = new List<Variable<double>>();
        Variable<double>? loss = null;
        foreach (Step step in steps)
        {
            switch (step)
            {
                case Step.Root root:
                    values.Add(NewRoot(root, inputs, values));
                    break;
                case Step.View view:
                    values.Add(view.Kind.Of(values[view.Of]));
                    break;
                case Step.Write write:
                    write.Kind.Write(values[write.Target], Operand(values[write.Target], values[write.Operand]));
                    break;
                case Step.Use use:
                    loss = Term(values[use.Of], use.Saves) is var term && loss is null ? term : loss + term;
                    break;
            }
        }
        return loss!;
    }

    public Variable<double> RunPure(Variable<double>[] inputs)
    {
        var places = new Tape<double>(); // on which places are moved about as values are
        var memory = new List<Variable<double>>();
        var versions = new List<int>();
        var saved = new List<(int Memory, int Version)>();
        var values = new List<(int Memory, Tensor<double> Places)>();
        Variable<double>? loss = null;
        foreach (Step step in steps)
        {
            switch (step)
            {
                case Step.Root root:
                    Variable<double> made = NewRoot(root, inputs, [.. values.Select(Value)]);
                    values.Add((memory.Count, Tensor.Create<double>(
                        [.. Enumerable.Range(0, made.Shape.FlattenedLength).Select(i => (double)i)], made.Shape)));
                    memory.Add(made.Reshape(-1));
                    versions.Add(0);
                    if (root.SavesResult)
                        Save(values[^1]);
                    break;
                case Step.View view:
                    (int of, Tensor<double> at) = values[view.Of];
                    values.Add((of, view.Kind.Of(places.Constant(at)).Value));
                    break;
                case Step.Write write:
                    (int to, Tensor<double> where) = values[write.Target];
                    Variable<double> y = Value(values[write.Operand]);
                    bool isDirect = y.Shape == where.Shape;
                    Variable<double> result = write.Kind.Pure(
                        Value(values[write.Target]), Operand(Value(values[write.Target]), y));
                    int[] covered = [.. where.ToArray().Select(i => (int)i)];
                    var marks = new double[memory[to].Shape.FlattenedLength];
                    foreach (int place in covered)
                        marks[place] = 1;
                    Variable<double> isCovered = inputs[0].Tape.Constant(marks);
                    memory[to] = Variable.Where(isCovered, 0, memory[to])
                        .IndexAdd(0, Tensor.Create<int>(covered), result.Reshape(-1));
                    // What the write itself writes over it has a copy of.
                    if (write.Kind.SavesOperand && isDirect && values[write.Operand].Memory != to)
                        Save(values[write.Operand]);
                    versions[to]++;
                    if (write.Kind.SavesResult)
                        Save(values[write.Target]);
                    break;
                case Step.Use use:
                    Variable<double> value = Value(values[use.Of]);
                    loss = Term(value, use.Saves) is var term && loss is null ? term : loss + term;
                    if (use.Saves)
                        Save(values[use.Of]);
                    break;
            }
        }
        IsRefused = saved.Exists(each => versions[each.Memory] != each.Version);
        return loss!;

        Variable<double> Value((int Memory, Tensor<double> Places) value) => memory[value.Memory]
            .IndexSelect(0, Tensor.Create<int>([.. value.Places.ToArray().Select(i => (int)i)]))
            .Reshape(value.Places.Shape);

        void Save((int Memory, Tensor<double> Places) value) => saved.Add((value.Memory, versions[value.Memory]));
    }

    public override string ToString() => string.Join("; ", steps);

    private static Variable<double> NewRoot(
        Step.Root root, Variable<double>[] inputs, List<Variable<double>> values)
    {
        Variable<double> of = root.Of < 0 ? inputs[~root.Of] : values[root.Of];
        return root.SavesResult ? (of + 0).Exp() : of * 1.5;
    }

    /// <summary>What is written; where its shape is another one, its mean.</summary>
    private static Variable<double> Operand(Variable<double> target, Variable<double> y) =>
        y.Shape == target.Shape ? y : y.Mean();

    private static Variable<double> Row(Variable<double> x, Variable<double> y) =>
        (y.Shape == x.Shape ? y.Slice(0, 0, 1) : y).Expand(Shape.Create([1, .. x.Shape.Skip(1)]));

    private static Variable<double> Term(Variable<double> x, bool saves) =>
        saves ? (x * x).Sum() : (x + 0.3).Sin().Mean();
}
