namespace SimpleGrad;

public sealed partial class Tape<T>
{
    /// <summary>
    /// Until what it returns is disposed, operators compute without recording, and writing in place changes values
    /// only: for updates of parameters between two steps.
    /// </summary>
    /// <remarks>
    /// The functions of <see cref="Derivatives"/> record what they differentiate all the same.
    /// A value that an entry has saved and that is written here is an error when a gradient needs it, as it is
    /// elsewhere.
    /// </remarks>
    /// <example><code>using (tape.NoGrad()) { w.SubtractInPlace(0.1 * gradient); }</code></example>
    /// <exception cref="InvalidOperationException">A function is being traced or mapped over a batch: it is all
    /// recorded.</exception>
    public IDisposable NoGrad() => TracedConstants is null && !KeepsAll
        ? new Unrecorded(this)
        : throw new InvalidOperationException(
            "A function that is traced or mapped is all recorded, so NoGrad() cannot leave a part out. Use Detach().");

    /// <summary>Whether the settings are those of a new tape.</summary>
    internal bool IsAsNew => IsRecording && _openScopes == 0 && ChecksCaptures && !RecordsPlaces;

    private int _openScopes; // they may end in any order
    private bool _wasRecording; // before the first of them

    private sealed class Unrecorded : IDisposable
    {
        private readonly Tape<T> _tape;
        private bool _isOver;

        public Unrecorded(Tape<T> tape)
        {
            _tape = tape;
            if (tape._openScopes++ == 0)
                tape._wasRecording = tape.IsRecording;
            tape.IsRecording = false;
        }

        public void Dispose()
        {
            if (!_isOver && --_tape._openScopes == 0)
                _tape.IsRecording = _tape._wasRecording;
            _isOver = true;
        }
    }
}
