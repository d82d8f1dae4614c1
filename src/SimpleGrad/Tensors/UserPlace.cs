using System.Diagnostics;

namespace SimpleGrad;

/// <summary>A place in the user's program, for messages: <c>Program.cs:12</c>; empty where it is not known.</summary>
internal readonly record struct UserPlace
{
    private UserPlace(string text) => Text = text;

    private string? Text { get; }

    public bool IsKnown => !string.IsNullOrEmpty(Text);

    /// <summary>The place that the compiler noted for a call.</summary>
    public static UserPlace Of(string file, int line) =>
        file.Length == 0 ? default : new UserPlace($"{file[(file.AsSpan().LastIndexOfAny('/', '\\') + 1)..]}:{line}");

    /// <summary>The innermost call from outside the library, which the stack tells: that takes its time.</summary>
    public static UserPlace OfCaller()
    {
        StackFrame? frame = Array.Find(
            new StackTrace(fNeedFileInfo: true).GetFrames(),
            frame => DiagnosticMethodInfo.Create(frame)?.DeclaringAssemblyName is { } assembly
                && assembly != typeof(UserPlace).Assembly.FullName && assembly != typeof(object).Assembly.FullName);
        return frame?.GetFileName() is { } file ? Of(file, frame.GetFileLineNumber())
            : frame is not null && DiagnosticMethodInfo.Create(frame) is { } method
                ? new UserPlace($"{method.DeclaringTypeName}.{method.Name}") : default;
    }

    /// <summary>The place as the end of a part of a sentence; nothing where it is not known.</summary>
    public override string ToString() =>
        !IsKnown ? "" : Text!.Contains(':') ? $" at {Text}" : $" in {Text}";
}
