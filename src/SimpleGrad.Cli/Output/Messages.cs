using Spectre.Console;

namespace SimpleGrad.Cli;

/// <summary>Messages on standard error: in colour and with progress on a terminal, plain elsewhere.</summary>
internal sealed class Messages
{
    private const int LongestLine = 1000;
    private readonly TextWriter _writer;
    private readonly IAnsiConsole? _terminal;

    public Messages(TextWriter writer)
    {
        _writer = writer;
        if (!ReferenceEquals(writer, Console.Error) || Console.IsErrorRedirected)
            return;
        _terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        // The terminal breaks long lines itself; breaking them here would tear carets from their places.
        _terminal.Profile.Width = 100_000;
    }

    public void Error(string message) => Say("error", "red", message);

    public void Warning(string message) => Say("warning", "yellow", message);

    public void Hint(string message)
    {
        message = Printable(message);
        if (_terminal is null)
            _writer.WriteLine(message);
        else
            _terminal.MarkupLine($"[grey]{message.EscapeMarkup()}[/]");
    }

    private void Say(string kind, string color, string message)
    {
        message = Printable(message);
        if (_terminal is null)
            _writer.WriteLine($"{kind}: {message}");
        else
            _terminal.MarkupLine($"[{color}]{kind}:[/] {message.EscapeMarkup()}");
    }

    /// <summary>Does work that may take long, and says so on a terminal.</summary>
    public TResult Progress<TResult>(string activity, Func<TResult> work) => _terminal is null
        ? work()
        : _terminal.Status().Start(activity.EscapeMarkup(), _ => work());

    /// <summary>Does work that says, on a terminal, how far it is.</summary>
    public TResult Progress<TResult>(string activity, Func<Action<string>, TResult> work) => _terminal is null
        ? work(_ => { })
        : _terminal.Status().Start(activity.EscapeMarkup(), status => work(text => status.Status(text.EscapeMarkup())));

    /// <summary>
    /// What files and arguments bring into a message can be anything: what would move a terminal's cursor is replaced,
    /// and lines have an end.
    /// </summary>
    private static string Printable(string message) => string.Join('\n', message.Split('\n').Select(line =>
    {
        string shown = line.Length <= LongestLine ? line : line[..LongestLine] + "…";
        return string.Concat(shown.Select(c => char.IsControl(c) ? '\uFFFD' : c));
    }));
}
