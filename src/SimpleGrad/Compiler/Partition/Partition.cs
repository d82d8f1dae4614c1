using System.Numerics;

namespace SimpleGrad;

/// <summary>A function cut in two: which values its forward saves, so that propagate need not compute them.</summary>
internal sealed class Partition<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <param name="function">The function.</param>
    /// <param name="saved">The nodes whose values are saved.</param>
    /// <param name="choices">What was weighed.</param>
    public Partition(Graph<T> function, int[] saved, Choice[] choices)
    {
        int[] results = function.Outputs.ToArray(), temporaries = [.. saved.Except(results)];
        Function = function;
        Saved = saved;
        Choices = choices;
        EntryOutputs = [.. results.Where(output => output != Graph<T>.Zero), .. temporaries];
        SavedOutputs = Array.ConvertAll(saved, node => Array.IndexOf(EntryOutputs, node));
    }

    /// <summary>A value that propagate could read or compute again, with the costs of both.</summary>
    /// <param name="Node">The value, in the function.</param>
    /// <param name="Fate">What became of it.</param>
    /// <param name="Computing">What it costs to compute it again, in nanoseconds; infinite where it must not
    /// be.</param>
    /// <param name="Saving">What it costs to save it; infinite where it cannot be.</param>
    internal sealed record Choice(int Node, Fate Fate, double Computing, double Saving);

    /// <summary>What becomes of a value.</summary>
    internal enum Fate
    {
        /// <summary>It is saved.</summary>
        Saved,

        /// <summary>Propagate computes it again.</summary>
        Recomputed,

        /// <summary>Propagate does without it, because something that is computed from it is saved.</summary>
        Unread,
    }

    public Graph<T> Function { get; }

    /// <summary>The nodes whose values an entry keeps for propagate, beside the inputs.</summary>
    public int[] Saved { get; }

    public Choice[] Choices { get; }

    /// <summary>The nodes that are an entry's outputs: results that are not known zero, then saved values.</summary>
    public int[] EntryOutputs { get; }

    /// <summary>The output of an entry that each saved value is: a temporary, or a result.</summary>
    public int[] SavedOutputs { get; }

    /// <summary>The function with further outputs: its results, known zeros too, and then the other saved
    /// values.</summary>
    public Graph<T> Forward => new(
        Function.Nodes.ToArray(), Function.Inputs.ToArray(),
        [.. Function.Outputs, .. Saved.Except(Function.Outputs.ToArray())]);
}
