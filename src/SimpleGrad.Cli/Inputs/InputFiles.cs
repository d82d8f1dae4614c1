namespace SimpleGrad.Cli;

/// <summary>
/// The files of one run of the tool. What can be read once only, such as a pipe, is kept, so that several columns can
/// come from it.
/// </summary>
/// <param name="stdin">Standard input, for the name -; null where the program is read from it.</param>
internal sealed class InputFiles(TextReader? stdin)
{
    /// <summary>The name that stands for standard input.</summary>
    public const string StandardInput = "-";

    private readonly Dictionary<string, byte[]> _kept = [];

    /// <summary>Opens a file from its beginning, as often as wanted.</summary>
    /// <exception cref="MistakeException">The file cannot be opened.</exception>
    public Stream Open(string path)
    {
        if (_kept.TryGetValue(path, out byte[]? bytes))
            return new MemoryStream(bytes);
        if (path == StandardInput)
            return Keep(path, ReadStandardInput());
        FileStream file = InputFile.Open(path);
        if (file.CanSeek)
            return file;
        using (file)
        {
            using var content = new MemoryStream();
            file.CopyTo(content);
            return Keep(path, content.ToArray());
        }
    }

    private byte[] ReadStandardInput() => stdin is null
        ? throw new MistakeException("Standard input has the program (--file -): it cannot be the table too.")
        : System.Text.Encoding.UTF8.GetBytes(stdin.ReadToEnd());

    private MemoryStream Keep(string path, byte[] bytes)
    {
        _kept.Add(path, bytes);
        return new MemoryStream(bytes);
    }
}
