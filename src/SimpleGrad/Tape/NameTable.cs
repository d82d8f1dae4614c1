namespace SimpleGrad;

/// <summary>The names of a tape's variables: those that were given, and v0, v1, … in order of creation.</summary>
internal sealed class NameTable
{
    private readonly HashSet<string> _taken = [];
    private Table<string> _given = new();
    private int _freshNames;

    /// <summary>A name, by what <see cref="Fresh"/> or <see cref="Add"/> returned.</summary>
    public string this[int name] => name < 0 ? _given[~name] : $"v{name}";

    public int Fresh() => _freshNames++;

    public int Add(string name)
    {
        int index = _given.Add(name);
        _taken.Add(name);
        return ~index;
    }

    public bool IsTaken(string name) => _taken.Contains(name);

    /// <summary>Makes a name free again: nobody got the variable.</summary>
    public void Release(string name) => _taken.Remove(name);

    /// <exception cref="ArgumentException">The name is none that a user can give, or is taken.</exception>
    public void Check(string name)
    {
        if (name.Length == 0)
            throw new ArgumentException(
                "A variable's name cannot be empty; leave it out for a fresh one.", nameof(name));
        if (name.AsSpan().ContainsAnyInRange('\0', '\x1f'))
            throw new ArgumentException("A variable's name has no control characters.", nameof(name));
        if (name[0] == 'v' && int.TryParse(name.AsSpan(1), out int number) && name == $"v{number}")
            throw new ArgumentException(
                $"'{name}' is one of the names that the tape gives itself (v0, v1, …); choose another.", nameof(name));
        if (IsTaken(name))
            throw new ArgumentException(
                $"There is a variable '{name}' on this tape already; names are unique until the tape is reset.",
                nameof(name));
    }

    public void Clear()
    {
        _taken.Clear();
        _given.Clear();
        _freshNames = 0;
    }
}
