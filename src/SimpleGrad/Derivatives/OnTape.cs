using System.Numerics;

namespace SimpleGrad;

/// <summary>Runs functions of variables on tensors, on a tape that nobody else sees.</summary>
internal static class OnTape
{
    private const int MaxEntriesToKeep = 1 << 16;

    /// <param name="body">The function; a result of null is known to be zero, and stays null.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="hint">What to do about a variable of another tape, for the error; null for what is usual.</param>
    public static Tensor<T>?[] Run<T>(
        Func<Variable<T>[], Variable<T>?[]> body, Tensor<T>[] inputs, string? hint = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tape<T> tape = Spare<T>.Tape ?? new Tape<T>();
        // The body may run another function; and after an error, or with other settings, the tape is not used again.
        Spare<T>.Tape = null;
        tape.Hint = hint;
        Variable<T>?[] results = body(Array.ConvertAll(inputs, input => tape.Variable(input)));
        // What another tape has may be written there.
        Tensor<T>?[] values = Array.ConvertAll(results, result => result is { IsNumber: false } && result.Tape != tape
            ? result.Value.Copied()
            : result?.Value);
        if (tape.Count <= MaxEntriesToKeep && tape.Root.IsAsNew)
        {
            tape.Reset();
            Spare<T>.Tape = tape;
        }
        return values;
    }

    /// <summary>A thread's tape that is not in use.</summary>
    private static class Spare<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [ThreadStatic]
        public static Tape<T>? Tape;
    }
}
