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
}
