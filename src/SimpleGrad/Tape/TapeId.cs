namespace SimpleGrad;

/// <summary>Numbers for tapes, to know one again without holding on to it.</summary>
internal static class TapeId
{
    private static long _last;

    public static long Next() => Interlocked.Increment(ref _last);
}
