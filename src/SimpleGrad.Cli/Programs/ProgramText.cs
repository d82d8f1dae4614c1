namespace SimpleGrad.Cli;

/// <summary>The text of a program and where it came from, so that a mistake can be shown in its place.</summary>
internal sealed class ProgramText
{
    private const int MaxCharacters = 50_000;
    private const int ShownWidth = 120;
    private readonly string _origin;

    /// <exception cref="MistakeException">The text is too long.</exception>
    public ProgramText(string origin, string text)
    {
        if (text.Length > MaxCharacters)
            throw new MistakeException(
                $"{origin}: a program has at most {MaxCharacters} characters, not {text.Length}.");
        _origin = origin;
        Source = text;
    }

    public string Source { get; }

    /// <summary>Where in its line a character stands, counted from 1.</summary>
    public int Column(int at) => at == 0 ? 1 : at - Source.LastIndexOf('\n', at - 1);

    /// <summary>A mistake at a place: the message with line and column, the line, and carets under the place.</summary>
    /// <param name="place">Where in the text.</param>
    /// <param name="message">What is wrong; lines after the first come below the carets.</param>
    public MistakeException Mistake(TextSpan place, string message)
    {
        int column = Column(place.Start) - 1, start = place.Start - column;
        int end = Source.IndexOf('\n', place.Start);
        string line = Source[start..(end < 0 ? Source.Length : end)].TrimEnd('\r');
        int number = Source.AsSpan(0, start).Count('\n') + 1;
        int left = Math.Max(0, column - ShownWidth / 2), right = Math.Min(line.Length, left + ShownWidth);
        int width = Math.Max(1, Math.Min(place.End - start, right) - column);
        // A tab would move the text away from the carets.
        string shown = line[Math.Min(left, right)..right].Replace('\t', ' ');
        string carets = new string(' ', column - left) + new string('^', width);
        string[] parts = message.Split('\n', 2);
        return new MistakeException(string.Join('\n', [
            $"{_origin}({number},{column + 1}): {parts[0]}", $"  {shown}", $"  {carets}", .. parts[1..]]));
    }
}
