namespace SimpleGrad.Cli;

/// <summary>A mistake in what the user gave: its message is printed, without a stack trace.</summary>
internal sealed class MistakeException(string message) : Exception(message)
{
    /// <summary>Whether the library throws such an exception for arguments that do not fit.</summary>
    public static bool IsRefusal(Exception e) =>
        e is ArgumentException or InvalidOperationException or ArithmeticException or NotSupportedException;

    /// <summary>The message of the library's exception, without what .NET adds about the parameter.</summary>
    public static string MessageOf(Exception e)
    {
        int added = e is ArgumentException ? e.Message.LastIndexOf(" (Parameter '", StringComparison.Ordinal) : -1;
        return added < 0 ? e.Message : e.Message[..added];
    }
}
