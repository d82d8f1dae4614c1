namespace SimpleGrad;

/// <summary>Which units of a graph must be done before which others, directly or through others; in bits.</summary>
internal sealed class UnitOrder(int units)
{
    private const int Bits = 64;

    private readonly ulong[]?[] _before = new ulong[units][];
    private readonly int _words = (units + Bits - 1) / Bits;

    /// <summary>Whether one unit must be done before another.</summary>
    public bool IsBefore(int unit, int other) => _before[other] is { } before && Has(before, unit);

    public ulong[] NewSet() => new ulong[_words];

    public static bool Has(ulong[] set, int unit) => (set[unit / Bits] >> unit % Bits & 1) != 0;

    /// <summary>Adds a unit to a set, and all that must be done before it.</summary>
    public void AddWithAllBefore(ulong[] set, int unit)
    {
        set[unit / Bits] |= 1UL << unit % Bits;
        AddAllBefore(set, unit);
    }

    public void AddAllBefore(ulong[] set, int unit)
    {
        if (_before[unit] is { } before)
            Unite(set, before);
    }

    /// <summary>Says that a set, with all that is before its units, must be done before a unit.</summary>
    public void Require(int unit, ulong[] set)
    {
        ulong[] own = _before[unit] ??= NewSet();
        if (!Unite(own, set))
            return;
        foreach (ulong[]? before in _before)
        {
            if (before is not null && before != own && Has(before, unit))
                Unite(before, own);
        }
    }

    /// <summary>Makes two units one, which keeps the number of the first.</summary>
    public void Merge(int unit, int other)
    {
        ulong[] own = _before[unit] ??= NewSet();
        if (_before[other] is { } others)
            Unite(own, others);
        _before[other] = null;
        foreach (ulong[]? before in _before)
        {
            if (before is null || before == own)
                continue;
            if (Has(before, other))
            {
                before[other / Bits] &= ~(1UL << other % Bits);
                before[unit / Bits] |= 1UL << unit % Bits;
            }
            if (Has(before, unit))
                Unite(before, own);
        }
    }

    private static bool Unite(ulong[] set, ulong[] other)
    {
        ulong added = 0;
        for (int i = 0; i < set.Length; i++)
        {
            added |= other[i] & ~set[i];
            set[i] |= other[i];
        }
        return added != 0;
    }
}
