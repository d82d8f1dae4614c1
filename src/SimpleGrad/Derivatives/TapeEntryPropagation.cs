using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The chain rule of one recorded operator.</summary>
public static class TapeEntryPropagation
{
    /// <summary>
    /// Applies the chain rule of this one entry: from the gradients of its outputs to those of its inputs. Null is a
    /// known zero, on both sides. What it computes is recorded.
    /// </summary>
    /// <param name="entry">The entry.</param>
    /// <param name="outputGradients">The gradient of each output.</param>
    /// <returns>The gradient of each input.</returns>
    /// <exception cref="ArgumentException">Not one gradient for each output, or one of another shape.</exception>
    /// <exception cref="InvalidOperationException">The tape was reset since: the entry is no longer on it.</exception>
    public static Variable<T>?[] Propagate<T>(
        this TapeEntry<T> entry, params ReadOnlySpan<Variable<T>?> outputGradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Epoch != entry.Tape.Epoch)
            throw new InvalidOperationException(
                $"The entry of '{entry.Operator}' cannot propagate: its tape was reset since, and no longer has it.");
        if (outputGradients.Length != entry.Outputs.Count)
            throw new ArgumentException(
                $"The entry of '{entry.Operator}' has {entry.Outputs.Count} outputs; {outputGradients.Length} "
                + "gradients were given.");
        for (int i = 0; i < outputGradients.Length; i++)
        {
            if (outputGradients[i] is { } gradient && gradient.Shape != entry.OutputShapes[i])
                throw new ArgumentException(
                    $"The entry of '{entry.Operator}' got a gradient of shape {gradient.Shape} for its output "
                    + $"'{entry.Outputs[i]}' of shape {entry.OutputShapes[i]}.");
        }
        WriteLog<T>.Of(entry.Tape); // the rule asks it for saved values
        var inputGradients = new Variable<T>?[entry.Inputs.Count];
        var propagation = new Propagation<T>(
            entry.Tape, entry.Index, in entry.Row, default, outputGradients, inputGradients);
        entry.Row.Operator.Propagate(ref propagation);
        return inputGradients;
    }

    /// <inheritdoc cref="Propagate{T}(TapeEntry{T}, ReadOnlySpan{Variable{T}})"/>
    [OverloadResolutionPriority(1)] // so that null means one known zero
    public static Variable<T>?[] Propagate<T>(this TapeEntry<T> entry, Variable<T>? outputGradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => entry.Propagate([outputGradient]);
}
