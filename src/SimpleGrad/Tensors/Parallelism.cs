namespace SimpleGrad;

/// <summary>How many threads the operators compute with.</summary>
public static class Parallelism
{
    private static volatile int _threadCount = Environment.ProcessorCount;

    /// <summary>
    /// The maximum number of threads that compute one operator, the calling one included; at first the number of
    /// processors. Small tensors are always computed by the calling thread alone.
    /// </summary>
    /// <remarks>Results do not depend on it, to the last bit: the work is cut in the same pieces for any number of
    /// threads. It holds for the whole process.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Less than one.</exception>
    public static int ThreadCount
    {
        get => _threadCount;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _threadCount = value;
        }
    }
}
