namespace SimpleGrad;

/// <summary>
/// What was made for keys: each once, by one thread, while others that ask for it wait. What could not be made is tried
/// again.
/// </summary>
/// <remarks>Over references alone, so that the runtime has the dictionary's code already.</remarks>
/// <param name="maxCount">With so many, all are forgotten; what is in use lives on.</param>
internal sealed class Cache<TKey, TValue>(int maxCount = int.MaxValue) where TKey : class where TValue : class
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Entry> _entries = [];

    /// <summary>What was made so far.</summary>
    public TValue[] Values
    {
        get
        {
            lock (_lock)
                return [.. _entries.Values.Select(entry => entry.Value).OfType<TValue>()];
        }
    }

    public TValue GetOrAdd(TKey key, Func<TValue> make)
    {
        Entry? entry;
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out entry))
            {
                if (_entries.Count >= maxCount)
                    _entries.Clear();
                _entries.Add(key, entry = new Entry());
            }
        }
        return entry.Value ?? entry.Make(make);
    }

    private sealed class Entry
    {
        private readonly Lock _making = new();
        private bool _isBeingMade;
        private volatile TValue? _value;

        public TValue? Value => _value;

        public TValue Make(Func<TValue> make)
        {
            lock (_making)
            {
                if (_value is { } value)
                    return value;
                if (_isBeingMade)
                    throw new InvalidOperationException(
                        "A compiled function calls itself with inputs of the same shapes, which has no end.");
                _isBeingMade = true;
                try
                {
                    return _value = make();
                }
                finally
                {
                    _isBeingMade = false;
                }
            }
        }
    }
}
