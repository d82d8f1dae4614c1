using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A function near a point: its inputs, as variables of their own, its results, and how small changes carry over.
/// </summary>
/// <remarks>
/// The inputs get new variables, so that a derivative inside a function that is itself differentiated by the same
/// variable tells its own uses of it from those around it.
/// </remarks>
internal sealed class Linearization<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly bool _looksAtGradients;
    private (Variable<T>[] Cotangents, Variable<T>?[] Gradients)? _transposed;

    public Linearization(string user, Func<Variable<T>[], Variable<T>[]> function, params Variable<T>[] at)
    {
        ArgumentNullException.ThrowIfNull(function);
        if (at.Length == 0)
            throw new ArgumentException($"{user}: there is no variable to differentiate by.", nameof(at));
        foreach (Variable<T> x in at)
            ArgumentNullException.ThrowIfNull(x, nameof(at));
        User = user;
        Tape = at[0].Tape;
        // Also where the gradient that is being computed needs no graph of its own.
        bool wasRecording = Tape.IsRecording;
        Tape.IsRecording = true;
        try
        {
            Inputs = Array.ConvertAll(at, x => x.Alias());
            FirstEntry = Tape.Count;
            Results = [.. function([.. Inputs])
                ?? throw new InvalidOperationException($"{user}: the function returns null.")];
            Tape.Refresh(Results);
        }
        finally
        {
            Tape.IsRecording = wasRecording;
        }
        for (int i = 0; i < Results.Length; i++)
        {
            if (Results[i] is null)
                throw new InvalidOperationException(
                    $"{user}: the function returns null as a result: a gradient in it is known to be zero. Ask for "
                    + "zeros with tape.Grad(…, zeros: true).");
            if (Results[i].IsNumber)
                Results[i] = Tape.Constant(Results[i].Data);
            if (Results[i].RecordedOn != Tape)
                throw new InvalidOperationException(
                    $"{user}: the function returns '{Results[i].Name}', a variable of another tape than that of its "
                    + "inputs. Other values come in through input.Tape.Constant(…).");
        }
        for (int i = FirstEntry; i < Tape.Count; i++)
        {
            CanBatch &= Tape.EntryAt(i).Operator.CanBatchPropagate;
            _looksAtGradients |= Tape.EntryAt(i).Operator.LooksAtGradients;
        }
    }

    public string User { get; }

    public Tape<T> Tape { get; }

    public Variable<T>[] Inputs { get; }

    public Variable<T>[] Results { get; }

    /// <summary>The only result, a single number.</summary>
    public Variable<T> Number => Result is { Length: 1 } number ? number : throw new ArgumentException(
        $"{User}: the function must return a single number; it returns shape {Result.Shape}. Reduce it, for example "
        + "with Sum(), or ask for its Jacobian.");

    public Variable<T> Result => Results.Length == 1 ? Results[0] : throw new ArgumentException(
        $"{User}: the function must return one result; it returns {Results.Length}.");

    /// <summary>The first entry of the function.</summary>
    public int FirstEntry { get; }

    /// <summary>
    /// Whether derivatives can be computed for a whole batch at once. They cannot where an aggregate has a rule written
    /// by hand, which may compute on tensors.
    /// </summary>
    public bool CanBatch { get; } = true;

    /// <summary>The gradient of the results, each weighed by a cotangent of its shape, by each input.</summary>
    /// <param name="cotangents">Null stands for ones.</param>
    /// <param name="createGraph">Whether what is computed can be differentiated.</param>
    /// <returns>Null where the gradient is known to be zero.</returns>
    public Variable<T>?[] Pull(Variable<T>?[] cotangents, bool createGraph = true)
    {
        RequireShapes("cotangent", "result", cotangents, Results);
        return Sweep(Results, cotangents, Inputs, createGraph);
    }

    /// <summary>The gradient of the only result, a single number, by each input.</summary>
    public Variable<T>?[] PullNumber(bool createGraph) => Sweep([Number], [null], Inputs, createGraph);

    /// <summary>The gradient of one result, weighed by a cotangent, by each input.</summary>
    public Variable<T>?[] PullOne(int result, Variable<T> cotangent, bool createGraph = true) =>
        Sweep([Results[result]], [cotangent], Inputs, createGraph);

    /// <summary>The tangent of each result: its change where the inputs change a little.</summary>
    /// <param name="tangents">Of each input.</param>
    /// <param name="createGraph">Whether what is computed can be differentiated.</param>
    /// <returns>Null where the tangent is known to be zero.</returns>
    public Variable<T>?[] Push(Variable<T>[] tangents, bool createGraph = true)
    {
        RequireShapes("tangent", "input", tangents, Inputs);
        (Variable<T>[] cotangents, Variable<T>?[] gradients) = Transposed;
        int[] known = [.. Enumerable.Range(0, gradients.Length).Where(i => gradients[i] is not null)];
        return known.Length == 0 ? new Variable<T>?[Results.Length] : Sweep(
            [.. known.Select(i => gradients[i]!)], [.. known.Select(i => tangents[i])], cotangents, createGraph);
    }

    /// <summary>The change of each result that a small change of one input makes.</summary>
    public Variable<T>?[] PushOne(int input, Variable<T> tangent, bool createGraph = true)
    {
        (Variable<T>[] cotangents, Variable<T>?[] gradients) = Transposed;
        return gradients[input] is { } gradient
            ? Sweep([gradient], [tangent], cotangents, createGraph)
            : new Variable<T>?[Results.Length];
    }

    /// <summary>
    /// Cotangents of the results, and the gradients of the inputs that they give. These are linear in the cotangents,
    /// with the transpose of the matrix that takes tangents from inputs to results: differentiating them by the
    /// cotangents transposes it back, so that no operator needs a second rule.
    /// </summary>
    private (Variable<T>[] Cotangents, Variable<T>?[] Gradients) Transposed
    {
        get
        {
            if (_transposed is null)
            {
                // Any numbers will do where the function is linear; zeros are held in one number. But a rule that
                // looks at gradients would take zeros for more than they are: eigenvectors could be any, it seems.
                Variable<T>[] cotangents = Array.ConvertAll(Results, result => _looksAtGradients
                    ? Tape.Variable(Unlike(result.Shape))
                    : Tape.Uniform(result.Shape, T.Zero, isConstant: false));
                _transposed = (cotangents, Pull(cotangents));
            }
            return _transposed.Value;
        }
    }

    /// <summary>
    /// To be called before tangents are pushed one by one while memory is used again after each: what they have in
    /// common is computed here.
    /// </summary>
    public void PreparePushes()
    {
        if (!CanBatch)
            _ = Transposed;
    }

    /// <summary>Numbers between 1 and 2 with nothing in common.</summary>
    private static Tensor<T> Unlike(Shape shape)
    {
        var numbers = new T[shape.FlattenedLength];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = T.CreateChecked(1.5 + Math.Sin(i + 1) / 2);
        return Tensor.Create<T>(numbers, shape);
    }

    /// <summary>A variable for what is null because it is known to be zero.</summary>
    public Variable<T> OrZeros(Variable<T>? known, Shape shape) => known ?? Tape.Uniform(shape, T.Zero);

    /// <summary>Gradients, with zeros where they are known to be zero.</summary>
    public Variable<T>[] WithZeros(Variable<T>?[] gradients) =>
        [.. gradients.Zip(Inputs, (gradient, input) => OrZeros(gradient, input.Shape))];

    private Variable<T>?[] Sweep(
        Variable<T>[] losses, Variable<T>?[] seeds, Variable<T>[] wanted, bool createGraph)
    {
        bool wasRecording = Tape.IsRecording;
        Tape.IsRecording |= createGraph;
        try
        {
            return Tape.Grad(losses, seeds, wanted, createGraph);
        }
        finally
        {
            Tape.IsRecording = wasRecording;
        }
    }

    private void RequireShapes(string what, string of, Variable<T>?[] given, Variable<T>[] variables)
    {
        if (given.Length != variables.Length)
            throw new ArgumentException(
                $"{User}: there are {given.Length} {what}s for {variables.Length} {of}s; each has one.");
        for (int i = 0; i < given.Length; i++)
        {
            if (given[i] is { } each && each.Shape != variables[i].Shape)
                throw new ArgumentException(
                    $"{User}: the {what} of {of} {i} has shape {each.Shape}; it must have that of the {of}, "
                    + $"{variables[i].Shape}.");
        }
    }
}
