namespace SimpleGrad.GradBench;

/// <summary>The lines of a stream as UTF-8, in memory that is used again: they may be tens of megabytes long.</summary>
internal sealed class Lines(Stream stream)
{
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    /// <summary>The next line without its end, which is valid until the next call; null at the end of input.</summary>
    public ReadOnlyMemory<byte>? Next()
    {
        for (int searched = 0; ;)
        {
            int length = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                ReadOnlyMemory<byte> line = _buffer.AsMemory(_start, searched + length);
                _start += line.Length + 1;
                return line;
            }
            searched = _end - _start;
            if (!Fill())
            {
                _start = _end;
                if (searched == 0)
                    return null;
                return _buffer.AsMemory(_end - searched, searched);
            }
        }
    }

    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        int read = stream.Read(_buffer.AsSpan(_end));
        _end += read;
        return read > 0;
    }
}
