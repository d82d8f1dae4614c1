using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// A value that is made when it is first asked for, by one thread, while others that ask for it wait. What could not be
/// made is tried again: unlike a <see cref="Lazy{T}"/>, this does not keep an exception.
/// </summary>
/// <remarks>Over references alone, so that the runtime has the code already.</remarks>
internal sealed class Once<TValue> where TValue : class
{
    private readonly Making _making = new();
    private volatile TValue? _value;

    /// <summary>The value; null where it was not made yet.</summary>
    public TValue? Value => _value;

    public TValue Get(Func<TValue> make) => _value ?? Make(make);

    private TValue Make(Func<TValue> make)
    {
        // A function that calls itself with ever new shapes ends in an exception, not with the process.
        RuntimeHelpers.EnsureSufficientExecutionStack();
        _making.Begin();
        try
        {
            return _value ??= make();
        }
        finally
        {
            _making.End();
        }
    }
}

/// <summary>
/// Says which thread is making something and which ones wait for it, so that a wait that would have no end is an error:
/// compiled functions that call each other, on one thread or entered from several.
/// </summary>
internal sealed class Making
{
    private static readonly object _gate = new(); // Monitor.Wait wants an object
    private static readonly Dictionary<int, Making> _waiting = []; // threads, and what they wait for

    private int? _maker; // a thread

    /// <summary>Waits until no other thread is computing the value.</summary>
    public void Begin()
    {
        int self = Environment.CurrentManagedThreadId;
        lock (_gate)
        {
            while (_maker is not null)
            {
                if (LeadsTo(self))
                    throw new InvalidOperationException(
                        "A compiled function calls itself with inputs of the same shapes, maybe through another one, "
                        + "which has no end.");
                _waiting.Add(self, this);
                try
                {
                    Monitor.Wait(_gate);
                }
                finally
                {
                    _waiting.Remove(self);
                }
            }
            _maker = self;
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _maker = null;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Whether the thread that is at it is the given one, or waits for something that it is at.</summary>
    private bool LeadsTo(int thread)
    {
        for (Making? at = this; at?._maker is { } maker; at = _waiting.GetValueOrDefault(maker))
        {
            if (maker == thread)
                return true;
        }
        return false;
    }
}
