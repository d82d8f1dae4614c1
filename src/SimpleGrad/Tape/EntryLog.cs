namespace SimpleGrad;

/// <summary>
/// What writes ask of the entries of a tape: when each was recorded, counted in writes; where, if that is recorded; and
/// which results share memory that they should not, or do not share what they should.
/// </summary>
internal sealed class EntryLog
{
    private Table<(int Entry, long Time)> _times = new(); // where the time of entries changes
    private Table<UserPlace> _places = new();
    private long _notedTime = -1;
    private long _quietTime; // the time of the first entry, as long as nothing was written on the tape

    /// <summary>Views that copied, and other results that lie in an input's memory, by row.</summary>
    public HashSet<int> UnusualRows { get; } = [];

    /// <summary>Whether anything was written, on any tape, since the first entry of this one.</summary>
    public bool MayHaveStaleValues => Write.Now != _quietTime;

    /// <summary>Notes when an entry is recorded, where that is another time than that of the one before.</summary>
    public void Note(int entry)
    {
        if (Write.Now is var now && now != _notedTime)
            Note(entry, now);
    }

    /// <summary>Notes where the user's program recorded an entry.</summary>
    public void NotePlace(int entry)
    {
        while (_places.Count < entry)
            _places.Add(default);
        _places.Add(UserPlace.OfCaller());
    }

    /// <summary>How many writes there had been when an entry was recorded.</summary>
    public long TimeOf(int entry)
    {
        ReadOnlySpan<(int Entry, long Time)> times = _times.Slice(0, _times.Count);
        int at = times.Length;
        for (int low = 0; low < at;)
        {
            int middle = (low + at) / 2;
            if (times[middle].Entry <= entry)
                low = middle + 1;
            else
                at = middle;
        }
        return times[at - 1].Time;
    }

    public UserPlace PlaceOf(int entry) => entry < _places.Count ? _places[entry] : default;

    /// <summary>Something was written on the tape.</summary>
    public void NoteWrite() => _quietTime = -1;

    /// <summary>Makes room for one more time, and for the places of so many entries.</summary>
    public void Reserve(int entries)
    {
        _times.Reserve(1);
        _places.Reserve(Math.Max(0, entries - _places.Count));
    }

    public void Clear()
    {
        _times.Clear();
        _places.Clear();
        UnusualRows.Clear();
        _notedTime = -1;
    }

    private void Note(int entry, long now)
    {
        _notedTime = now;
        if (_times.Count == 0)
            _quietTime = now;
        _times.Add((entry, now));
    }
}
