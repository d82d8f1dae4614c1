namespace SimpleGrad;

public sealed partial class Tape<T>
{
    /// <summary>The gradient of <paramref name="loss"/> by each wanted variable.</summary>
    /// <remarks>
    /// The gradient of a loss that is not a single number is that of the sum of its elements. A wanted variable may
    /// be an input, an intermediate result, or the loss itself.
    /// </remarks>
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
    public Variable<T>?[] Grad(
        Variable<T> loss, IReadOnlyList<Variable<T>> wanted, bool zeros = false, bool createGraph = true)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return Grad(loss, wanted as Variable<T>[] ?? [.. wanted], zeros, createGraph);
    }

    private Variable<T>?[] Grad(Variable<T> loss, Variable<T>[] wanted, bool zeros, bool createGraph)
    {
        ArgumentNullException.ThrowIfNull(loss);
        Variable<T>?[] gradients = Grad([loss], [null], wanted, createGraph);
        for (int i = 0; zeros && i < gradients.Length; i++)
            gradients[i] ??= AddLeaf(LeafKind.Constant, Tensor.Zeros<T>(wanted[i].Shape), null);
        return gradients;
    }

    /// <summary>Gradients of the sum of all losses times their seeds; a seed of null is one of ones.</summary>
    /// <remarks>A sweep for the limits of another one finds none itself.</remarks>
    internal Variable<T>?[] Grad(
        Variable<T>[] losses, Variable<T>?[] seeds, Variable<T>[] wanted, bool createGraph, bool findsLimits = true)
    {
        ThreadGuard.Owner use = _guard.Enter();
        bool wasRecording = IsRecording, wasSweeping = IsSweeping;
        int firstOfStep = FirstOfStep;
        Variable<T>?[] lent = LentGradients;
        AggregateOperator<T>.Run? aggregateRun = ExchangeAggregateRun(null);
        ActiveSweeps++;
        try
        {
            foreach (Variable<T> loss in losses)
                Use(loss, "grad", needsRow: true);
            foreach (Variable<T> variable in wanted)
            {
                if (variable is null)
                    throw new ArgumentException("A wanted variable is null.", nameof(wanted));
                Use(variable, "grad", needsRow: true);
            }
            IsRecording &= createGraph || RecordsSweeps || KeepsAll || TracedConstants is not null;
            return ReverseSweep.Run(this, losses, seeds, wanted, findsLimits ? new RadialLimits<T>(this) : null);
        }
        catch (GraphNeededException) when (!IsRecording)
        {
            IsRecording = true;
            IsSweeping = false;
            return ReverseSweep.Run(this, losses, seeds, wanted, findsLimits ? new RadialLimits<T>(this) : null);
        }
        finally
        {
            ActiveSweeps--;
            ExchangeAggregateRun(aggregateRun);
            IsRecording = wasRecording;
            IsSweeping = wasSweeping;
            if (ActiveSweeps == 0)
                EndStep(); // a sweep that failed leaves memory behind
            (FirstOfStep, LentGradients) = (firstOfStep, lent);
            use.Leave();
        }
    }

    /// <summary>The gradient of <paramref name="loss"/> by one variable.</summary>
    /// <inheritdoc cref="Grad(Variable{T}, IReadOnlyList{Variable{T}}, bool, bool)"/>
    public Variable<T>? Grad(Variable<T> loss, Variable<T> wanted, bool zeros = false, bool createGraph = true) =>
        Grad(loss, [wanted], zeros, createGraph)[0];

    /// <summary>The gradients of <paramref name="loss"/> by two variables.</summary>
    /// <inheritdoc cref="Grad(Variable{T}, IReadOnlyList{Variable{T}}, bool, bool)"/>
    public (Variable<T>?, Variable<T>?) Grad(
        Variable<T> loss, Variable<T> wanted0, Variable<T> wanted1, bool zeros = false, bool createGraph = true)
    {
        Variable<T>?[] gradients = Grad(loss, [wanted0, wanted1], zeros, createGraph);
        return (gradients[0], gradients[1]);
    }

    /// <summary>The gradients of <paramref name="loss"/> by three variables.</summary>
    /// <inheritdoc cref="Grad(Variable{T}, IReadOnlyList{Variable{T}}, bool, bool)"/>
    public (Variable<T>?, Variable<T>?, Variable<T>?) Grad(
        Variable<T> loss, Variable<T> wanted0, Variable<T> wanted1, Variable<T> wanted2,
        bool zeros = false, bool createGraph = true)
    {
        Variable<T>?[] gradients = Grad(loss, [wanted0, wanted1, wanted2], zeros, createGraph);
        return (gradients[0], gradients[1], gradients[2]);
    }

    /// <summary>The gradients of <paramref name="loss"/> by four variables.</summary>
    /// <inheritdoc cref="Grad(Variable{T}, IReadOnlyList{Variable{T}}, bool, bool)"/>
    public (Variable<T>?, Variable<T>?, Variable<T>?, Variable<T>?) Grad(
        Variable<T> loss, Variable<T> wanted0, Variable<T> wanted1, Variable<T> wanted2, Variable<T> wanted3,
        bool zeros = false, bool createGraph = true)
    {
        Variable<T>?[] gradients = Grad(loss, [wanted0, wanted1, wanted2, wanted3], zeros, createGraph);
        return (gradients[0], gradients[1], gradients[2], gradients[3]);
    }
}
