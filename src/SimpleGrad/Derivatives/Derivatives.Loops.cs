using System.Numerics;

namespace SimpleGrad;

public static partial class Derivatives
{
    private const int SegmentLength = 32;

    /// <summary>
    /// Applies a step to a state for as long as a condition on the state's value holds. The loop is one entry, also in
    /// a function that is compiled, where the number of steps is that of each run; and it has derivatives of any order.
    /// </summary>
    /// <remarks>
    /// A gradient runs the loop again and keeps the states at the beginnings of segments only, so its memory is that of
    /// one segment and of one state for each.
    /// </remarks>
    /// <param name="condition">Whether another step is made.</param>
    /// <param name="step">From a state and the parameter to the next state, of the same shape.</param>
    /// <param name="state">The first state.</param>
    /// <param name="parameter">What the steps use beside the state: all variables, as one.</param>
    /// <param name="segment">How many steps make a segment.</param>
    /// <exception cref="ArgumentException">A step changes the state's shape.</exception>
    public static Variable<T> While<T>(
        Func<Tensor<T>, bool> condition, Func<Variable<T>, Variable<T>, Variable<T>> step, Variable<T> state,
        Variable<T> parameter, int segment = SegmentLength)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentOutOfRangeException.ThrowIfLessThan(segment, 1);
        return new LoopOperator<T>("while", Loop, shapes => shapes[0]).Apply(state, parameter);

        Variable<T> Loop(Variable<T>[] x)
        {
            Variable<T> at = x[0];
            while (condition(at.Value))
                at = Checkpoint(Steps, at, x[1]);
            return at;
        }

        Variable<T> Steps(Variable<T> at, Variable<T> parameter)
        {
            for (int i = 0; i < segment && condition(at.Value); i++)
                at = step(at, parameter);
            return at;
        }
    }

    /// <summary>
    /// Applies a step to a state and to each of a sequence of inputs in turn. The loop is one entry, also in a function
    /// that is compiled, however long the sequence is; and it has derivatives of any order.
    /// </summary>
    /// <inheritdoc cref="While{T}(Func{Tensor{T}, bool}, Func{Variable{T}, Variable{T}, Variable{T}}, Variable{T},
    /// Variable{T}, int)" path="/remarks"/>
    /// <param name="step">From a state, an input and the parameter to the next state, of the same shape.</param>
    /// <param name="state">The first state.</param>
    /// <param name="inputs">The inputs along the first axis.</param>
    /// <param name="parameter">What the steps use beside the state and the inputs: all variables, as one.</param>
    /// <param name="segment">How many steps make a segment.</param>
    /// <returns>The states after each step, along the first axis.</returns>
    /// <exception cref="ArgumentException">There is no input, or a step changes the state's shape.</exception>
    public static Variable<T> Scan<T>(
        Func<Variable<T>, Variable<T>, Variable<T>, Variable<T>> step, Variable<T> state, Variable<T> inputs,
        Variable<T> parameter, int segment = SegmentLength)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentOutOfRangeException.ThrowIfLessThan(segment, 1);
        if (inputs.Rank == 0 || inputs.Shape[0] == 0)
            throw new ArgumentException($"scan: inputs of shape {inputs.Shape} are no sequence.", nameof(inputs));
        return new LoopOperator<T>("scan", Loop, shapes => Batches.Of(shapes[1][0], shapes[0]))
            .Apply(state, inputs, parameter);

        Variable<T> Loop(Variable<T>[] x)
        {
            Variable<T> at = x[0];
            var parts = new List<Variable<T>>();
            for (int first = 0; first < x[1].Shape[0]; first += segment)
            {
                Variable<T> part = x[1].Slice(0, first, first + segment);
                parts.Add(Checkpoint(Steps, [at, part, x[2]])[0]);
                at = parts[^1].Select(0, -1);
            }
            return Variable.Concatenate(parts);
        }

        Variable<T>[] Steps(Variable<T>[] x)
        {
            Variable<T> at = x[0];
            var states = new Variable<T>[x[1].Shape[0]];
            for (int i = 0; i < states.Length; i++)
                states[i] = at = step(at, x[1].Select(0, i), x[2]);
            return [Variable.Stack(states)];
        }
    }
}
