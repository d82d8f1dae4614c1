namespace SimpleGrad.Cli;

/// <summary>A file that the user names.</summary>
internal static class InputFile
{
    private const int Beginning = 4096;

    /// <exception cref="MistakeException">The file cannot be opened.</exception>
    public static FileStream Open(string path)
    {
        if (!File.Exists(path))
            throw new MistakeException(
                Directory.Exists(path) ? $"'{path}' is a directory." : $"There is no file '{path}'.");
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MistakeException($"The file '{path}' cannot be read: {e.Message}");
        }
    }

    /// <summary>Opens a file of text; one that is not text at all is refused by what it is.</summary>
    /// <exception cref="MistakeException">The file cannot be opened, or is no text.</exception>
    public static FileStream OpenText(string path)
    {
        FileStream file = Open(path);
        if (!file.CanSeek)
            return file;
        var bytes = new byte[Beginning];
        int count = file.ReadAtLeast(bytes, Beginning, throwOnEndOfStream: false);
        file.Position = 0;
        if (WhyNoText(bytes.AsSpan(0, count)) is not { } reason)
            return file;
        file.Dispose();
        throw new MistakeException($"The file '{path}' is no text: {reason}");
    }

    /// <summary>Reads from an open file in some format; where it is not as the format says, that is told.</summary>
    public static TResult Decode<TResult>(string path, Func<TResult> read)
    {
        try
        {
            return read();
        }
        catch (EndOfStreamException)
        {
            throw new MistakeException($"The file '{path}' cannot be read: it ends too early.");
        }
        catch (Exception e) when (e is InvalidDataException or IOException || MistakeException.IsRefusal(e))
        {
            throw new MistakeException($"The file '{path}' cannot be read: {MistakeException.MessageOf(e)}");
        }
    }

    private static string? WhyNoText(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0x93, (byte)'N', (byte)'U', ..] => "it is a NumPy array. Its name must end in .npy, and no column follows.",
        [(byte)'P', (byte)'K', 3 or 5, ..] =>
            "it is a zip archive, as .npz and .xlsx are. Of an .npz an array is read with @NAME.npz:ARRAY.",
        [0x1F, 0x8B, ..] => "it is compressed by gzip. Unpack it first.",
        [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => "it is encoded in UTF-16. Save it in UTF-8.",
        _ => bytes.ContainsAnyInRange((byte)0, (byte)8) ? "it has bytes that no text has." : null,
    };
}
