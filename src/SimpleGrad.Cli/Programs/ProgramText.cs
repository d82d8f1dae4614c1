using Microsoft.CodeAnalysis.Text;

namespace SimpleGrad.Cli;

/// <summary>The text of a program and where it came from, so that a mistake can be shown in its place.</summary>
internal sealed class ProgramText(string origin, string text)
{
    public SourceText Source { get; } = SourceText.From(text);

    /// <summary>A mistake at a place: the message with line and column, the line, and carets under the place.</summary>
    /// <param name="place">Where in the text.</param>
    /// <param name="message">What is wrong; lines after the first come below the carets.</param>
    public MistakeException Mistake(TextSpan place, string message)
    {
        TextLine line = Source.Lines.GetLineFromPosition(place.Start);
        int column = place.Start - line.Start;
        int width = Math.Max(1, Math.Min(place.End, line.End) - place.Start);
        string[] parts = message.Split('\n', 2);
        return new MistakeException(string.Join('\n', [
            $"{origin}({line.LineNumber + 1},{column + 1}): {parts[0]}",
            // A tab would move the text away from the carets.
            $"  {line.ToString().Replace('\t', ' ')}",
            $"  {new string(' ', column)}{new string('^', width)}",
            .. parts[1..]]));
    }
}
