namespace SimpleGrad;

/// <summary>How kernels are made ready to run.</summary>
internal sealed record EmissionOptions
{
    /// <summary>Whether they become machine code, where that can be (<see cref="DynamicCode"/>).</summary>
    public bool EmitsCode { get; init; } = true;

    /// <summary>How many elements a new kernel computes before expensive operators are inlined.</summary>
    public long CallsFor { get; init; } = 100_000;
}
