namespace SimpleGrad.Cli;

/// <summary>A file that the user names.</summary>
internal static class InputFile
{
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

    /// <summary>Runs a reader of some format; its errors become mistakes that name the file.</summary>
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
}
