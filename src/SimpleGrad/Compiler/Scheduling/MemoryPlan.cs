namespace SimpleGrad;

/// <summary>
/// Which memory the values of a schedule are in, and after which step each piece of it is given back. All that is
/// decided when a function is compiled; a run only does it.
/// </summary>
/// <remarks>
/// A kernel and most operators compute in memory of their own. A view lies in its input's. Whether a reshape does
/// depends on how the input lies in memory, which may not be known before the run: then it has a buffer by itself that
/// may share memory with the other, and which of the two gives the memory back is seen by looking.
/// </remarks>
internal sealed class MemoryPlan
{
    /// <summary>The buffer of a value that is only inside a step.</summary>
    public const int NoBuffer = -1;

    private readonly int[] _bufferOf;
    private readonly MemoryBuffer[] _buffers;
    private readonly GiveBack[][] _givesBack;

    /// <param name="bufferOf">For each value the buffer that it is in, or <see cref="NoBuffer"/>.</param>
    /// <param name="buffers">The buffers.</param>
    /// <param name="givesBack">For each step what is given back after it.</param>
    /// <param name="results">The results whose memory can be given back once they are copied.</param>
    public MemoryPlan(int[] bufferOf, MemoryBuffer[] buffers, GiveBack[][] givesBack, ResultMemoryGroup[] results)
    {
        _bufferOf = bufferOf;
        _buffers = buffers;
        _givesBack = givesBack;
        Results = results;
    }

    /// <summary>For each value the buffer that it is in, or <see cref="NoBuffer"/>.</summary>
    public ReadOnlySpan<int> BufferOf => _bufferOf;

    public ReadOnlySpan<MemoryBuffer> Buffers => _buffers;

    /// <summary>For each step what is given back after it.</summary>
    public ReadOnlySpan<GiveBack[]> GivesBack => _givesBack;

    /// <summary>Results that may share memory, and what is given back once all of them are copied elsewhere.</summary>
    public ResultMemoryGroup[] Results { get; }

    /// <summary>The elements of the buffers that steps compute and that are there at the same time, at most.</summary>
    public long PeakLength
    {
        get
        {
            long peak = 0;
            for (int step = 0; step < _givesBack.Length; step++)
            {
                long length = 0;
                foreach (MemoryBuffer buffer in _buffers)
                {
                    if (buffer.FirstStep is { } first && first <= step && step <= (buffer.LastStep ?? int.MaxValue))
                        length += buffer.Length;
                }
                peak = Math.Max(peak, length);
            }
            return peak;
        }
    }
}

/// <summary>A piece of memory in which values are.</summary>
/// <param name="Owner">The value that the memory was made for; others are views of it.</param>
/// <param name="Length">How many elements it has, if it is memory of its own.</param>
/// <param name="FirstStep">The step that makes it; null for inputs and constants.</param>
/// <param name="LastStep">The step after which it is given back; null if it is there to the end.</param>
/// <param name="Group">Buffers of one group may be the same memory; others are not.</param>
internal sealed record MemoryBuffer(int Owner, long Length, int? FirstStep, int? LastStep, int Group);

/// <summary>Memory that is given back.</summary>
/// <param name="Value">The value whose memory it is.</param>
/// <param name="UnlessSharedWith">Values that are still needed and may lie in the same memory: then one of them gives
/// it back later, or nobody.</param>
internal sealed record GiveBack(int Value, int[] UnlessSharedWith);

/// <summary>Results that may lie in the same memory.</summary>
/// <param name="Outputs">Which outputs they are.</param>
/// <param name="GivesBack">What is given back once all of them are copied.</param>
internal sealed record ResultMemoryGroup(int[] Outputs, GiveBack[] GivesBack);
