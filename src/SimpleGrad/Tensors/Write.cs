namespace SimpleGrad;

/// <summary>A write over memory that a tape has: what did it, where in the user's program, and when.</summary>
internal sealed class Write
{
    private const int Remembered = 64;

    private static long _now;
    private long _tape;
    private int _epoch;
    private int _row;

    /// <param name="what">The operator or method that writes.</param>
    /// <param name="file">The file of the user's program that calls it; empty where that is not known.</param>
    /// <param name="line">The line in it.</param>
    /// <param name="before">The last write over the same memory.</param>
    public Write(string what, string file, int line, Write? before)
    {
        Time = Interlocked.Increment(ref _now);
        What = what;
        Place = UserPlace.Of(file, line);
        Version = (before?.Version ?? 0) + 1;
        Before = Version % Remembered == 0 ? null : before; // memory that is written in a loop has no endless history
    }

    /// <summary>How many writes there were in the process.</summary>
    public static long Now => Volatile.Read(ref _now);

    /// <summary>When it was: the number of this write in the process.</summary>
    public long Time { get; }

    public string What { get; }

    public UserPlace Place { get; }

    /// <summary>How often the memory has been written since a tape has it.</summary>
    public int Version { get; }

    private Write? Before { get; }

    /// <summary>Says which tape recorded the write, after how many resets, and in which row it began.</summary>
    /// <param name="tape">The number that stands for the tape: the memory that was written may outlive it.</param>
    /// <param name="epoch">How often the tape was reset.</param>
    /// <param name="row">The row.</param>
    public void RecordedAs(long tape, int epoch, int row) => (_tape, _epoch, _row) = (tape, epoch, row);

    /// <summary>Whether a tape recorded the write in a later row than the given one.</summary>
    public bool IsRecordedAfter(int row, long tape, int epoch) => _tape == tape && _epoch == epoch && _row > row;

    /// <summary>
    /// The first write after a time, of those over the same memory that are remembered. The version from before it is
    /// null where it is not the first of all.
    /// </summary>
    public Write FirstAfter(long time, out int? versionBefore)
    {
        Write first = this;
        while (first.Before is { } before && before.Time > time)
            first = before;
        versionBefore = first.Before is not null || first.Version == 1 ? first.Version - 1 : null;
        return first;
    }
}
