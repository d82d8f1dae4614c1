namespace SimpleGrad;

public sealed partial class Tape<T>
{
    /// <summary>
    /// Until what it returns is disposed, operators compute without recording, and writing in place changes values
    /// only: for updates of parameters between two steps.
    /// </summary>
    /// <remarks>
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

    private sealed class Unrecorded : IDisposable
    {
        private readonly Tape<T> _tape;
        private readonly bool _wasRecording;
        private bool _isOver;

        public Unrecorded(Tape<T> tape)
        {
            (_tape, _wasRecording) = (tape, tape.IsRecording);
            tape.IsRecording = false;
        }

        public void Dispose()
        {
            if (!_isOver)
                _tape.IsRecording = _wasRecording;
            _isOver = true;
        }
    }
}
