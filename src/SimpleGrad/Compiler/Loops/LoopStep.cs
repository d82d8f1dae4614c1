using System.Numerics;

namespace SimpleGrad;

/// <summary>The step of a loop with several states, sequences, or parameters, or with records.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="states">The states.</param>
/// <param name="elements">An element of each sequence.</param>
/// <param name="parameters">The parameters.</param>
/// <returns>The next states, of the same shapes; and what is recorded.</returns>
public delegate (Variable<T>[] States, Variable<T>[] Records) LoopStep<T>(
    Variable<T>[] states, Variable<T>[] elements, Variable<T>[] parameters)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
