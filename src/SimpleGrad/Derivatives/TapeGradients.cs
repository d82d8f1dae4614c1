using System.Numerics;

namespace SimpleGrad;

/// <summary>Gradients of what a tape has recorded.</summary>
public static class TapeGradients
{
    /// <summary>The gradient of <paramref name="loss"/> by each wanted variable.</summary>
    /// <remarks>
    /// The gradient of a loss that is not a single number is that of the sum of its elements. A wanted variable may
    /// be an input, an intermediate result, or the loss itself.
    /// </remarks>
    /// <param name="tape">The tape.</param>
    /// <param name="loss">What to differentiate.</param>
    /// <param name="wanted">The variables to differentiate by.</param>
    /// <param name="zeros">Whether a gradient that is known zero comes as a variable of zeros instead of null.</param>
    /// <param name="createGraph">
    /// Whether the computation of the gradients is recorded, so that they can be differentiated in turn. Without it,
    /// gradients cost less time and memory, and differentiating them is an error.
    /// </param>
    /// <returns>For each wanted variable its gradient, of the variable's shape; null where it is known to be
    /// zero.</returns>
    /// <exception cref="InvalidOperationException">
    /// A variable belongs to another tape or to a tape that was reset since, or the loss depends on a gradient that
    /// was computed without <paramref name="createGraph"/>.
    /// </exception>
    public static Variable<T>?[] Grad<T>(
        this Tape<T> tape, Variable<T> loss, IReadOnlyList<Variable<T>> wanted, bool zeros = false,
        bool createGraph = true)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return Gradients(tape, loss, wanted as Variable<T>[] ?? [.. wanted], zeros, createGraph);
    }

    /// <summary>The gradient of <paramref name="loss"/> by one variable.</summary>
    /// <inheritdoc cref="Grad{T}(Tape{T}, Variable{T}, IReadOnlyList{Variable{T}}, bool, bool)"/>
    /// <example><code>
    /// Variable&lt;double&gt;? first = tape.Grad(x.Pow(3).Sum(), x);
    /// Variable&lt;double&gt;? second = tape.Grad(first!, x);
    /// </code></example>
    public static Variable<T>? Grad<T>(
        this Tape<T> tape, Variable<T> loss, Variable<T> wanted, bool zeros = false, bool createGraph = true)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Gradients(tape, loss, [wanted], zeros, createGraph)[0];

    /// <summary>The gradients of <paramref name="loss"/> by two variables.</summary>
    /// <inheritdoc cref="Grad{T}(Tape{T}, Variable{T}, IReadOnlyList{Variable{T}}, bool, bool)"/>
    public static (Variable<T>?, Variable<T>?) Grad<T>(
        this Tape<T> tape, Variable<T> loss, Variable<T> wanted0, Variable<T> wanted1, bool zeros = false,
        bool createGraph = true)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T>?[] gradients = Gradients(tape, loss, [wanted0, wanted1], zeros, createGraph);
        return (gradients[0], gradients[1]);
    }

    /// <summary>The gradients of <paramref name="loss"/> by three variables.</summary>
    /// <inheritdoc cref="Grad{T}(Tape{T}, Variable{T}, IReadOnlyList{Variable{T}}, bool, bool)"/>
    public static (Variable<T>?, Variable<T>?, Variable<T>?) Grad<T>(
        this Tape<T> tape, Variable<T> loss, Variable<T> wanted0, Variable<T> wanted1, Variable<T> wanted2,
        bool zeros = false, bool createGraph = true)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T>?[] gradients = Gradients(tape, loss, [wanted0, wanted1, wanted2], zeros, createGraph);
        return (gradients[0], gradients[1], gradients[2]);
    }

    /// <summary>The gradients of <paramref name="loss"/> by four variables.</summary>
    /// <inheritdoc cref="Grad{T}(Tape{T}, Variable{T}, IReadOnlyList{Variable{T}}, bool, bool)"/>
    public static (Variable<T>?, Variable<T>?, Variable<T>?, Variable<T>?) Grad<T>(
        this Tape<T> tape, Variable<T> loss, Variable<T> wanted0, Variable<T> wanted1, Variable<T> wanted2,
        Variable<T> wanted3, bool zeros = false, bool createGraph = true)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T>?[] gradients = Gradients(tape, loss, [wanted0, wanted1, wanted2, wanted3], zeros, createGraph);
        return (gradients[0], gradients[1], gradients[2], gradients[3]);
    }

    /// <summary>Gradients of the sum of all losses times their seeds; a seed of null is one of ones.</summary>
    /// <remarks>A sweep for the limits of another one finds none itself.</remarks>
    internal static Variable<T>?[] Grad<T>(
        this Tape<T> tape, Variable<T>[] losses, Variable<T>?[] seeds, Variable<T>[] wanted, bool createGraph,
        bool findsLimits = true)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using ThreadGuard.Use use = tape.Enter();
        Recorder<T> former = tape.Recorder, recorder = former.Unchecked;
        foreach (Variable<T> loss in losses)
            recorder.Use(loss, "grad", needsRow: true);
        foreach (Variable<T> variable in wanted)
        {
            if (variable is null)
                throw new ArgumentException("A wanted variable is null.", nameof(wanted));
            recorder.Use(variable, "grad", needsRow: true);
        }
        try
        {
            if (recorder.Records && (createGraph || recorder.RecordsAll || tape.Root.RecordsSweeps))
                return Sweep(recorder);
            try
            {
                return tape.Trace is null ? SweepUnseen(new(tape, recorder)) : Sweep(recorder.NotRecording);
            }
            catch (GraphNeededException)
            {
                return Sweep(recorder.Recording);
            }
        }
        finally
        {
            tape.Recorder = former;
        }

        Variable<T>?[] SweepUnseen(SweepRecorder<T> recorder)
        {
            try
            {
                return Sweep(recorder);
            }
            finally
            {
                recorder.EndStep(); // a sweep that failed leaves memory behind
            }
        }

        Variable<T>?[] Sweep(Recorder<T> recorder)
        {
            tape.Recorder = recorder;
            return ReverseSweep.Run(tape, losses, seeds, wanted, findsLimits ? new RadialLimits<T>(tape) : null);
        }
    }

    private static Variable<T>?[] Gradients<T>(
        Tape<T> tape, Variable<T> loss, Variable<T>[] wanted, bool zeros, bool createGraph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(loss);
        Variable<T>?[] gradients = Grad(tape, [loss], [null], wanted, createGraph);
        for (int i = 0; zeros && i < gradients.Length; i++)
            gradients[i] ??= tape.Root.AddLeaf(LeafKind.Constant, Tensor.Zeros<T>(wanted[i].Shape), null);
        return gradients;
    }
}
