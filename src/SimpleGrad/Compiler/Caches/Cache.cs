namespace SimpleGrad;

/// <summary>What was made for keys: each once, and what could not be made is tried again.</summary>
/// <remarks>Over references alone, so that the runtime has the dictionary's code already.</remarks>
/// <param name="maxCount">With so many, all are forgotten; what is in use lives on.</param>
internal sealed class Cache<TKey, TValue>(int maxCount = int.MaxValue) where TKey : class where TValue : class
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Once<TValue>> _entries = [];

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
        Once<TValue>? entry;
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out entry))
            {
                if (_entries.Count >= maxCount)
                    _entries.Clear();
                _entries.Add(key, entry = new Once<TValue>());
            }
        }
        try
        {
            return entry.Get(make);
        }
        catch
        {
            // A key for which nothing could be made must not displace others.
            lock (_lock)
            {
                if (entry.Value is null && _entries.GetValueOrDefault(key) == entry)
                    _entries.Remove(key);
            }
            throw;
        }
    }
}
