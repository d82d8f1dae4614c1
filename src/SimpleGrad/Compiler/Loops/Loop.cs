using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// Loops as operators: the step is traced and compiled once, however many steps there are, and the loop is one entry,
/// also in a function that is compiled. Loops have derivatives of any order, and can be nested.
/// </summary>
/// <remarks>
/// <para>A step is run on variables that have shapes and no numbers, on a tape of its own. So it must not read values,
/// and all variables that it uses are given to the loop: states, which it replaces by new ones of the same shape; an
/// element of each sequence, along the first axis; and parameters, which are the same for all steps. Where there are
/// several of one kind, they come in arrays.</para>
/// <para>A gradient keeps the states, one for each step, or where these are large, those at the beginnings of segments
/// from which it computes the others again.</para>
/// </remarks>
/// <example>
/// <code>
/// // x ← x + h (p₀ x − p₁ x²), 1,000 times
/// var last = Loop.For(1000, (x, p) => x + 0.01 * (p[0] * x - p[1] * x.Square()), x0, p);
/// </code>
/// </example>
public static partial class Loop
{
    private const long MaxSavedBytes = 1 << 22; // of states, before segments are taken

    /// <summary>Applies a step to a state and to each element of a sequence in turn.</summary>
    /// <inheritdoc cref="Loop" path="/remarks"/>
    /// <param name="step">From a state, an element and the parameter to the next state, of the same shape.</param>
    /// <param name="state">The first state.</param>
    /// <param name="sequence">The sequence, along the first axis.</param>
    /// <param name="parameter">What all steps use.</param>
    /// <returns>The states after each step, along the first axis.</returns>
    /// <exception cref="ArgumentException">There is no element, or a step changes the state's shape.</exception>
    /// <exception cref="InvalidOperationException">A step reads a value, or uses a variable that is not given to the
    /// loop.</exception>
    /// <example><code>
    /// // A smoothed sequence: all states, one for each element of x.
    /// Variable&lt;double&gt; smooth = Loop.Scan(
    ///     (s, input, p) =&gt; p * s + input, tape.Constant(0.0), x, tape.Variable(0.9));
    /// </code></example>
    public static Variable<T> Scan<T>(
        Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>> step, Variable<T> state, Variable<T> sequence,
        Variable<T> parameter)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(step);
        return Run("scan", x => Twice(step(x[0], x[1], x[2])), [state], [sequence], [parameter], null)[1];
    }

    /// <inheritdoc cref="Scan{T}(Func{Variable{T}, Variable{T}, Variable{T}, Variable{T}}, Variable{T}, Variable{T},
    /// Variable{T})"/>
    public static Variable<T> Scan<T>(
        Func<Variable<T>, Variable<T>, Variable<T>> step, Variable<T> state, Variable<T> sequence)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(step);
        return Run("scan", x => Twice(step(x[0], x[1])), [state], [sequence], [], null)[1];
    }

    /// <summary>Applies a step to a state a number of times.</summary>
    /// <inheritdoc cref="Loop" path="/remarks"/>
    /// <param name="count">How many times, at least once.</param>
    /// <param name="step">From a state and the parameter to the next state, of the same shape.</param>
    /// <param name="state">The first state.</param>
    /// <param name="parameter">What all steps use.</param>
    /// <returns>The states after each step, along the first axis.</returns>
    /// <exception cref="ArgumentException">A step changes the state's shape.</exception>
    /// <exception cref="InvalidOperationException">A step reads a value, or uses a variable that is not given to the
    /// loop.</exception>
    public static Variable<T> Scan<T>(
        int count, Func<Variable<T>, Variable<T>, Variable<T>> step, Variable<T> state, Variable<T> parameter)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return Run("scan", x => Twice(step(x[0], x[1])), [state], [], [parameter], count)[1];
    }

    /// <inheritdoc cref="Scan{T}(int, Func{Variable{T}, Variable{T}, Variable{T}}, Variable{T}, Variable{T})"/>
    public static Variable<T> Scan<T>(int count, Func<Variable<T>, Variable<T>> step, Variable<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return Run("scan", x => Twice(step(x[0])), [state], [], [], count)[1];
    }

    /// <summary>
    /// Applies a step to states and to an element of each sequence in turn; the step records what it likes.
    /// </summary>
    /// <inheritdoc cref="Loop" path="/remarks"/>
    /// <param name="step">From states, elements and parameters to the next states and records.</param>
    /// <param name="states">The first states.</param>
    /// <param name="sequences">The sequences, of one length along the first axis; at least one.</param>
    /// <param name="parameters">What all steps use.</param>
    /// <returns>The last states; and what the steps recorded, along the first axis.</returns>
    /// <exception cref="ArgumentException">There is no element, sequences differ in length, or a step changes the shape
    /// of a state or the number of states.</exception>
    /// <exception cref="InvalidOperationException">A step reads a value, or uses a variable that is not given to the
    /// loop.</exception>
    public static (Variable<T>[] States, Variable<T>[] Records) Scan<T>(
        LoopStep<T> step, Variable<T>[] states, Variable<T>[] sequences, params Variable<T>[] parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentNullException.ThrowIfNull(parameters);
        int count = states.Length, varying = count + sequences.Length;
        Variable<T>[] results = Run(
            "scan",
            x =>
            {
                (Variable<T>[] next, Variable<T>[] records) = step(x[..count], x[count..varying], x[varying..]);
                return [.. Counted("scan", next, states), .. records ?? []];
            },
            states, sequences, parameters, null);
        return (results[..count], results[count..]);
    }

    /// <summary>Applies a step to a state and to each element of a sequence in turn.</summary>
    /// <returns>The state after the last step.</returns>
    /// <inheritdoc cref="Scan{T}(Func{Variable{T}, Variable{T}, Variable{T}, Variable{T}}, Variable{T}, Variable{T},
    /// Variable{T})"/>
    /// <example><code>
    /// Variable&lt;double&gt; last = Loop.Fold(
    ///     (s, input, p) =&gt; p * s + input, tape.Constant(0.0), x, tape.Variable(0.9));
    /// </code></example>
    public static Variable<T> Fold<T>(
        Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>> step, Variable<T> state, Variable<T> sequence,
        Variable<T> parameter)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(step);
        return Run("fold", x => [step(x[0], x[1], x[2])], [state], [sequence], [parameter], null)[0];
    }

    /// <inheritdoc cref="Fold{T}(Func{Variable{T}, Variable{T}, Variable{T}, Variable{T}}, Variable{T}, Variable{T},
    /// Variable{T})"/>
    public static Variable<T> Fold<T>(
        Func<Variable<T>, Variable<T>, Variable<T>> step, Variable<T> state, Variable<T> sequence)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(step);
        return Run("fold", x => [step(x[0], x[1])], [state], [sequence], [], null)[0];
    }

    /// <summary>Applies a step to a state a number of times.</summary>
    /// <inheritdoc cref="Loop" path="/remarks"/>
    /// <param name="count">How many times.</param>
    /// <param name="step">From a state and the parameter to the next state, of the same shape.</param>
    /// <param name="state">The first state.</param>
    /// <param name="parameter">What all steps use.</param>
    /// <returns>The state after the last step.</returns>
    /// <exception cref="ArgumentException">A step changes the state's shape.</exception>
    /// <exception cref="InvalidOperationException">A step reads a value, or uses a variable that is not given to the
    /// loop.</exception>
    public static Variable<T> For<T>(
        int count, Func<Variable<T>, Variable<T>, Variable<T>> step, Variable<T> state, Variable<T> parameter)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(step);
        return Run("for", x => [step(x[0], x[1])], [state], [], [parameter], count)[0];
    }

    /// <inheritdoc cref="For{T}(int, Func{Variable{T}, Variable{T}, Variable{T}}, Variable{T}, Variable{T})"/>
    public static Variable<T> For<T>(int count, Func<Variable<T>, Variable<T>> step, Variable<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(step);
        return Run("for", x => [step(x[0])], [state], [], [], count)[0];
    }

    /// <summary>Applies a step to states a number of times.</summary>
    /// <param name="count">How many times.</param>
    /// <param name="step">From states and parameters to the next states, of the same shapes.</param>
    /// <param name="states">The first states.</param>
    /// <param name="parameters">What all steps use.</param>
    /// <returns>The states after the last step.</returns>
    /// <inheritdoc cref="For{T}(int, Func{Variable{T}, Variable{T}, Variable{T}}, Variable{T}, Variable{T})"/>
    [OverloadResolutionPriority(-1)]
    public static Variable<T>[] For<T>(
        int count, Func<Variable<T>[], Variable<T>[], Variable<T>[]> step, Variable<T>[] states,
        params Variable<T>[] parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(parameters);
        return Run(
            "for", x => Counted("for", step(x[..states.Length], x[states.Length..]), states), states, [], parameters,
            count);
    }

    /// <summary>
    /// Applies a step to a state for as long as a condition on the state's value holds. In a function that is compiled
    /// the number of steps is that of each run.
    /// </summary>
    /// <remarks>
    /// A gradient keeps the first state and the parameters, makes the steps again and asks the condition again: it must
    /// answer the same.
    /// </remarks>
    /// <param name="condition">Whether another step is made.</param>
    /// <param name="step">From a state and the parameter to the next state, of the same shape.</param>
    /// <param name="state">The first state.</param>
    /// <param name="parameter">What all steps use.</param>
    /// <returns>The first state for which the condition does not hold.</returns>
    /// <exception cref="ArgumentException">A step changes the state's shape.</exception>
    /// <exception cref="InvalidOperationException">A step reads a value, or uses a variable that is not given to the
    /// loop.</exception>
    /// <example><code>
    /// Variable&lt;double&gt; below = Loop.While(
    ///     (Tensor&lt;double&gt; s) =&gt; s.Item() &gt; 1, (s, p) =&gt; s * p, tape.Variable(9.0), y);
    /// </code></example>
    public static Variable<T> While<T>(
        Func<Tensor<T>, bool> condition, Func<Variable<T>, Variable<T>, Variable<T>> step, Variable<T> state,
        Variable<T> parameter)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(step);
        return Until(s => condition(s[0]), x => [step(x[0], x[1])], [state], [parameter])[0];
    }

    /// <inheritdoc cref="While{T}(Func{Tensor{T}, bool}, Func{Variable{T}, Variable{T}, Variable{T}}, Variable{T},
    /// Variable{T})"/>
    public static Variable<T> While<T>(
        Func<Tensor<T>, bool> condition, Func<Variable<T>, Variable<T>> step, Variable<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(step);
        return Until(s => condition(s[0]), x => [step(x[0])], [state], [])[0];
    }

    /// <summary>Applies a step to states for as long as a condition on their values holds.</summary>
    /// <param name="condition">Whether another step is made.</param>
    /// <param name="step">From states and parameters to the next states, of the same shapes.</param>
    /// <param name="states">The first states.</param>
    /// <param name="parameters">What all steps use.</param>
    /// <returns>The first states for which the condition does not hold.</returns>
    /// <inheritdoc cref="While{T}(Func{Tensor{T}, bool}, Func{Variable{T}, Variable{T}, Variable{T}}, Variable{T},
    /// Variable{T})"/>
    [OverloadResolutionPriority(-1)]
    public static Variable<T>[] While<T>(
        Func<Tensor<T>[], bool> condition, Func<Variable<T>[], Variable<T>[], Variable<T>[]> step,
        Variable<T>[] states, params Variable<T>[] parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(parameters);
        return Until(
            condition, x => Counted("while", step(x[..states.Length], x[states.Length..]), states), states,
            parameters);
    }

    /// <summary>A loop of a known number of steps, in segments where there would be many states to save.</summary>
    internal static Variable<T>[] Apply<T>(LoopBody<T> body, int count, Tape<T> tape, Variable<T>[] inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (count * body.StateBytes <= MaxSavedBytes || count < 4)
            return new LoopOperator<T>(body, count, isReversed: false).ApplyAll(tape, inputs);
        // A power of two, so that loops of about as many steps share what is compiled.
        int length = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Ceiling(Math.Sqrt(count)));
        int segments = count / length, whole = segments * length;
        int states = body.States, varying = states + body.Sequences;
        Variable<T>[] first = [.. inputs], last = [.. inputs];
        for (int i = states; i < varying; i++)
        {
            first[i] = inputs[i].Slice(0, 0, whole).Reshape(
                Shape.Create([segments, length, .. inputs[i].Shape.Lengths[1..]]));
            last[i] = inputs[i].Slice(0, whole);
        }
        Variable<T>[] results = new LoopOperator<T>(body.InSegmentsOf(length), segments, isReversed: false)
            .ApplyAll(tape, first);
        for (int i = states; i < results.Length; i++)
            results[i] = results[i].Reshape(Shape.Create([whole, .. results[i].Shape.Lengths[2..]]));
        if (whole == count)
            return results;
        results.AsSpan(0, states).CopyTo(last);
        Variable<T>[] end = new LoopOperator<T>(body, count - whole, isReversed: false).ApplyAll(tape, last);
        for (int i = states; i < results.Length; i++)
            end[i] = Variable.Concatenate([results[i], end[i]]);
        return end;
    }

    /// <summary>The next states, and the same as records.</summary>
    private static Variable<T>[] Twice<T>(params Variable<T>[] states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => [.. states, .. states];

    private static Variable<T>[] Counted<T>(string name, Variable<T>[] next, Variable<T>[] states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => next?.Length == states.Length
        ? next
        : throw new ArgumentException($"{name}: the step returns {next?.Length ?? 0} states and the loop has "
            + $"{states.Length}: return one for each, in their order.");

    private static Variable<T>[] Until<T>(
        Func<Tensor<T>[], bool> condition, Func<Variable<T>[], Variable<T>[]> step, Variable<T>[] states,
        Variable<T>[] parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T>[] inputs = Inputs("while", states, [.. states, .. parameters]);
        Tape<T> tape = inputs[0].Tape;
        (LoopBody<T> body, inputs) = LoopTracing<T>.Run("while", step, inputs, states.Length, sequences: 0);
        return new WhileOperator<T>(body, condition).ApplyAll(tape, inputs);
    }

    private static Variable<T>[] Run<T>(
        string name, Func<Variable<T>[], Variable<T>[]> step, Variable<T>[] states, Variable<T>[] sequences,
        Variable<T>[] parameters, int? count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T>[] inputs = Inputs(name, states, [.. states, .. sequences, .. parameters]);
        int steps = count ?? Length(name, sequences);
        ArgumentOutOfRangeException.ThrowIfNegative(steps, nameof(count));
        Tape<T> tape = inputs[0].Tape;
        (LoopBody<T> body, inputs) = LoopTracing<T>.Run(name, step, inputs, states.Length, sequences.Length);
        return Apply(body, steps, tape, inputs);
    }

    private static Variable<T>[] Inputs<T>(string name, Variable<T>[] states, Variable<T>[] inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (Variable<T> input in inputs)
            ArgumentNullException.ThrowIfNull(input, nameof(inputs));
        if (states.Length == 0)
            throw new ArgumentException(
                $"{name}: there is no state. Make the first one a variable, for example tape.Constant(0.1).",
                nameof(states));
        Tape<T> tape = (Array.Find(inputs, input => !input.IsNumber) ?? inputs[0]).Tape;
        return Array.ConvertAll(inputs, input => input.IsNumber ? tape.Constant(input.Data) : input);
    }

    private static int Length<T>(string name, Variable<T>[] sequences)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (sequences.Length == 0)
            throw new ArgumentException(
                $"{name}: there is no sequence. For a number of steps use Loop.For.", nameof(sequences));
        foreach (Variable<T> sequence in sequences)
        {
            if (sequence.Rank == 0 || sequence.Shape[0] == 0)
                throw new ArgumentException(
                    $"{name}: a sequence has a step for each index of its first axis, and shape "
                    + $"{sequence.Shape} has none. For a number of steps without a sequence use Loop.For.",
                    nameof(sequences));
            if (sequence.Shape[0] != sequences[0].Shape[0])
                throw new ArgumentException(
                    $"{name}: sequences of shapes {sequences[0].Shape} and {sequence.Shape} differ in length.",
                    nameof(sequences));
        }
        return sequences[0].Shape[0];
    }
}
