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
    private readonly Dictionary<TKey, Lazy<TValue>> _values = [];

    /// <summary>What was made so far.</summary>
    public TValue[] Values
    {
        get
        {
            lock (_lock)
                return [.. from value in _values.Values where value.IsValueCreated select value.Value];
        }
    }

    public TValue GetOrAdd(TKey key, Func<TValue> make)
    {
        Lazy<TValue>? value;
        lock (_lock)
        {
            if (!_values.TryGetValue(key, out value))
            {
                if (_values.Count >= maxCount)
                    _values.Clear();
                _values.Add(key, value = new Lazy<TValue>(make));
            }
        }
        try
        {
            return value.Value;
        }
        catch
        {
            // A lazy value remembers what went wrong.
            lock (_lock)
            {
                if (_values.TryGetValue(key, out Lazy<TValue>? now) && now == value)
                    _values.Remove(key);
            }
            throw;
        }
    }
}
