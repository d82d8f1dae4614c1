namespace SimpleGrad;

/// <summary>Where a variable came from; as small as it can be, for there is one in each row.</summary>
internal readonly struct Origin
{
    private readonly int _code; // of an entry its index, else the complement of twice the count and what it counts

    private Origin(int code) => _code = code;

    /// <summary>An entry computed the variable.</summary>
    public static Origin OfEntry(int index) => new(index);

    /// <summary>No entry computed the variable; only entries after the first <paramref name="entries"/> can use it.
    /// </summary>
    public static Origin OfLeaf(int entries) => new(~checked(2 * entries));

    /// <summary>
    /// An operator computed the variable without recording; only the first <paramref name="variables"/> can be
    /// behind it.
    /// </summary>
    public static Origin NotRecorded(int variables) => new(~checked(2 * variables + 1));

    public bool IsLeaf => _code < 0 && (~_code & 1) == 0;

    public bool IsNotRecorded => _code < 0 && (~_code & 1) != 0;

    /// <summary>The index of the entry that computed the variable; negative where there is none.</summary>
    public int Entry => _code;

    /// <summary>How many entries there were before a leaf, or variables before one that was not recorded.</summary>
    public int Since => ~_code >> 1;
}
