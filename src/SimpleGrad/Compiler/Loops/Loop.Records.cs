using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <content>
/// Loops whose states, elements and parameters are records of variables. A variable is such a record too, so that each
/// of them may be one.
/// </content>
public static partial class Loop
{
    /// <summary>Applies a step to a record of variables a number of times.</summary>
    /// <inheritdoc cref="Loop" path="/remarks"/>
    /// <param name="count">How many times.</param>
    /// <param name="step">From a state and the parameters to the next state, of the same shapes.</param>
    /// <param name="state">The first state: a record of variables, or a variable.</param>
    /// <param name="parameters">What all steps use: a record of variables, or a variable.</param>
    /// <returns>The state after the last step.</returns>
    /// <exception cref="ArgumentException">A step changes a shape, or how many variables the state has.</exception>
    /// <exception cref="InvalidOperationException">A step reads a value, or uses a variable that is not given to the
    /// loop; one that is frozen in a record is not.</exception>
    [OverloadResolutionPriority(-2)]
    public static TState For<TState, TParameters, T>(
        int count, Func<TState, TParameters, TState> step, IVariables<TState, T> state,
        IVariables<TParameters, T> parameters)
        where TState : IVariables<TState, T>
        where TParameters : IVariables<TParameters, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(parameters);
        Variable<T>[] states = state.Variables;
        return state.With(Run(
            "for", x => Next("for", step(state.With(x[..states.Length]), parameters.With(x[states.Length..])), states),
            states, [], parameters.Variables, count));
    }

    /// <inheritdoc cref="For{TState, TParameters, T}(int, Func{TState, TParameters, TState}, IVariables{TState, T},
    /// IVariables{TParameters, T})"/>
    [OverloadResolutionPriority(-2)]
    public static TState For<TState, T>(
        int count, Func<TState, TState> step, IVariables<TState, T> state)
        where TState : IVariables<TState, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(state);
        Variable<T>[] states = state.Variables;
        return state.With(Run("for", x => Next("for", step(state.With(x)), states), states, [], [], count));
    }

    /// <summary>Applies a step to a record of variables and to each element of a sequence in turn.</summary>
    /// <inheritdoc cref="Loop" path="/remarks"/>
    /// <param name="step">From a state, an element and the parameters to the next state, of the same shapes.</param>
    /// <param name="state">The first state: a record of variables, or a variable.</param>
    /// <param name="sequence">The sequence: a record whose variables have a step for each index of their first
    /// axis.</param>
    /// <param name="parameters">What all steps use: a record of variables, or a variable.</param>
    /// <returns>The states after each step, along the first axis of each variable.</returns>
    /// <exception cref="ArgumentException">A step changes a shape, or how many variables the state has, or there is
    /// no element.</exception>
    /// <exception cref="InvalidOperationException">A step reads a value, or uses a variable that is not given to the
    /// loop; one that is frozen in a record is not.</exception>
    [OverloadResolutionPriority(-2)]
    public static TState Scan<TState, TSequence, TParameters, T>(
        Func<TState, TSequence, TParameters, TState> step, IVariables<TState, T> state,
        IVariables<TSequence, T> sequence, IVariables<TParameters, T> parameters)
        where TState : IVariables<TState, T>
        where TSequence : IVariables<TSequence, T>
        where TParameters : IVariables<TParameters, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(sequence);
        ArgumentNullException.ThrowIfNull(parameters);
        Variable<T>[] states = state.Variables, sequences = sequence.Variables;
        int count = states.Length, varying = count + sequences.Length;
        Variable<T>[] results = Run(
            "scan",
            x => Twice(Next(
                "scan",
                step(state.With(x[..count]), sequence.With(x[count..varying]), parameters.With(x[varying..])), states)),
            states, sequences, parameters.Variables, null);
        return state.With(results[count..]);
    }

    /// <inheritdoc cref="Scan{TState, TSequence, TParameters, T}(Func{TState, TSequence, TParameters, TState},
    /// IVariables{TState, T}, IVariables{TSequence, T}, IVariables{TParameters, T})"/>
    [OverloadResolutionPriority(-2)]
    public static TState Scan<TState, TSequence, T>(
        Func<TState, TSequence, TState> step, IVariables<TState, T> state, IVariables<TSequence, T> sequence)
        where TState : IVariables<TState, T>
        where TSequence : IVariables<TSequence, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(sequence);
        Variable<T>[] states = state.Variables;
        int count = states.Length;
        Variable<T>[] results = Run(
            "scan",
            x => Twice(Next("scan", step(state.With(x[..count]), sequence.With(x[count..])), states)),
            states, sequence.Variables, [], null);
        return state.With(results[count..]);
    }

    /// <summary>Applies a step to a record of variables and to each element of a sequence in turn.</summary>
    /// <returns>The state after the last step.</returns>
    /// <inheritdoc cref="Scan{TState, TSequence, TParameters, T}(Func{TState, TSequence, TParameters, TState},
    /// IVariables{TState, T}, IVariables{TSequence, T}, IVariables{TParameters, T})"/>
    [OverloadResolutionPriority(-2)]
    public static TState Fold<TState, TSequence, TParameters, T>(
        Func<TState, TSequence, TParameters, TState> step, IVariables<TState, T> state,
        IVariables<TSequence, T> sequence, IVariables<TParameters, T> parameters)
        where TState : IVariables<TState, T>
        where TSequence : IVariables<TSequence, T>
        where TParameters : IVariables<TParameters, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(sequence);
        ArgumentNullException.ThrowIfNull(parameters);
        Variable<T>[] states = state.Variables, sequences = sequence.Variables;
        int count = states.Length, varying = count + sequences.Length;
        Variable<T>[] results = Run(
            "fold",
            x => Next(
                "fold",
                step(state.With(x[..count]), sequence.With(x[count..varying]), parameters.With(x[varying..])), states),
            states, sequences, parameters.Variables, null);
        return state.With(results);
    }

    /// <inheritdoc cref="Fold{TState, TSequence, TParameters, T}(Func{TState, TSequence, TParameters, TState},
    /// IVariables{TState, T}, IVariables{TSequence, T}, IVariables{TParameters, T})"/>
    [OverloadResolutionPriority(-2)]
    public static TState Fold<TState, TSequence, T>(
        Func<TState, TSequence, TState> step, IVariables<TState, T> state, IVariables<TSequence, T> sequence)
        where TState : IVariables<TState, T>
        where TSequence : IVariables<TSequence, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(sequence);
        Variable<T>[] states = state.Variables;
        int count = states.Length;
        Variable<T>[] results = Run(
            "fold",
            x => Next("fold", step(state.With(x[..count]), sequence.With(x[count..])), states),
            states, sequence.Variables, [], null);
        return state.With(results);
    }

    /// <summary>Applies a step to a record of variables a number of times.</summary>
    /// <param name="count">How many times, at least once.</param>
    /// <param name="step">From a state and the parameters to the next state, of the same shapes.</param>
    /// <param name="state">The first state: a record of variables, or a variable.</param>
    /// <param name="parameters">What all steps use: a record of variables, or a variable.</param>
    /// <returns>The states after each step, along the first axis of each variable.</returns>
    /// <inheritdoc cref="For{TState, TParameters, T}(int, Func{TState, TParameters, TState}, IVariables{TState, T},
    /// IVariables{TParameters, T})"/>
    [OverloadResolutionPriority(-2)]
    public static TState Scan<TState, TParameters, T>(
        int count, Func<TState, TParameters, TState> step, IVariables<TState, T> state,
        IVariables<TParameters, T> parameters)
        where TState : IVariables<TState, T>
        where TParameters : IVariables<TParameters, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Variable<T>[] states = state.Variables;
        Variable<T>[] results = Run(
            "scan",
            x => Twice(Next(
                "scan", step(state.With(x[..states.Length]), parameters.With(x[states.Length..])), states)),
            states, [], parameters.Variables, count);
        return state.With(results[states.Length..]);
    }

    /// <inheritdoc cref="Scan{TState, TParameters, T}(int, Func{TState, TParameters, TState}, IVariables{TState, T},
    /// IVariables{TParameters, T})"/>
    [OverloadResolutionPriority(-2)]
    public static TState Scan<TState, T>(
        int count, Func<TState, TState> step, IVariables<TState, T> state)
        where TState : IVariables<TState, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Variable<T>[] states = state.Variables;
        Variable<T>[] results = Run(
            "scan", x => Twice(Next("scan", step(state.With(x)), states)), states, [], [], count);
        return state.With(results[states.Length..]);
    }

    /// <summary>
    /// Applies a step to a record of variables for as long as a condition on its values holds. In a function that is
    /// compiled the number of steps is that of each run.
    /// </summary>
    /// <inheritdoc cref="While{T}(Func{Tensor{T}, bool}, Func{Variable{T}, Variable{T}, Variable{T}}, Variable{T},
    /// Variable{T})" path="/remarks"/>
    /// <param name="condition">Whether another step is made; it may read the values of the state.</param>
    /// <param name="step">From a state and the parameters to the next state, of the same shapes.</param>
    /// <param name="state">The first state: a record of variables, or a variable.</param>
    /// <param name="parameters">What all steps use: a record of variables, or a variable.</param>
    /// <returns>The first state for which the condition does not hold.</returns>
    /// <exception cref="ArgumentException">A step changes a shape, or how many variables the state has.</exception>
    /// <exception cref="InvalidOperationException">A step reads a value, or uses a variable that is not given to the
    /// loop; one that is frozen in a record is not.</exception>
    [OverloadResolutionPriority(-2)]
    public static TState While<TState, TParameters, T>(
        Func<TState, bool> condition, Func<TState, TParameters, TState> step, IVariables<TState, T> state,
        IVariables<TParameters, T> parameters)
        where TState : IVariables<TState, T>
        where TParameters : IVariables<TParameters, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(parameters);
        Variable<T>[] states = state.Variables;
        return state.With(Until(
            values => condition(state.With(Constants(values))),
            x => Next("while", step(state.With(x[..states.Length]), parameters.With(x[states.Length..])), states),
            states, parameters.Variables));
    }

    /// <inheritdoc cref="While{TState, TParameters, T}(Func{TState, bool}, Func{TState, TParameters, TState},
    /// IVariables{TState, T}, IVariables{TParameters, T})"/>
    [OverloadResolutionPriority(-2)]
    public static TState While<TState, T>(
        Func<TState, bool> condition, Func<TState, TState> step, IVariables<TState, T> state)
        where TState : IVariables<TState, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(state);
        Variable<T>[] states = state.Variables;
        return state.With(Until(
            values => condition(state.With(Constants(values))), x => Next("while", step(state.With(x)), states), states,
            []));
    }

    private static Variable<T>[] Next<TState, T>(string name, IVariables<TState, T>? next, Variable<T>[] states)
        where TState : IVariables<TState, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Counted(name, next?.Variables!, states);

    /// <summary>Copies of values, for a condition that reads them: a loop uses their memory again.</summary>
    private static Variable<T>[] Constants<T>(Tensor<T>[] values) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tape = new Tape<T>();
        return Array.ConvertAll(values, value => tape.Constant(value.ToNew()));
    }
}
