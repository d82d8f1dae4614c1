namespace SimpleGrad.Cli;

/// <summary>Files that the tool writes.</summary>
internal static class OutputFile
{
    /// <exception cref="MistakeException">No file can be written there.</exception>
    public static void Check(string option, string path)
    {
        if (Directory.Exists(path))
            throw new MistakeException($"{option}: '{path}' is a directory.");
        if (!Directory.Exists(FolderOf(path)))
            throw new MistakeException($"{option}: there is no directory '{FolderOf(path)}'.");
    }

    /// <summary>Writes a text, whole or not at all.</summary>
    public static void Write(string path, string text)
    {
        string temporary = Path.Combine(FolderOf(path), $".{Path.GetFileName(path)}.{Guid.NewGuid():N}");
        try
        {
            File.WriteAllText(temporary, text.ReplaceLineEndings("\n"));
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;
}
