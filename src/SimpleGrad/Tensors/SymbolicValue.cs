using System.Diagnostics;

namespace SimpleGrad;

/// <summary>What is said where the numbers of a traced value are asked for.</summary>
internal static class SymbolicValue
{
    /// <summary>
    /// An error that names the place in the user's program, which the stack tells: there is time now.
    /// </summary>
    public static InvalidOperationException Read()
    {
        StackFrame? frame = Array.Find(
            new StackTrace(fNeedFileInfo: true).GetFrames(),
            frame => DiagnosticMethodInfo.Create(frame)?.DeclaringAssemblyName is { } assembly
                && assembly != typeof(SymbolicValue).Assembly.FullName && assembly != typeof(object).Assembly.FullName);
        string place = frame?.GetFileName() is { } file
            ? $" at {Path.GetFileName(file)}:{frame.GetFileLineNumber()}"
            : frame is not null && DiagnosticMethodInfo.Create(frame) is { } method
                ? $" in {method.DeclaringTypeName}.{method.Name}" : "";
        return new InvalidOperationException(
            $"The value of a variable is read{place} while its function is traced: there are only shapes then, and "
            + "the compiled function would hold on to what it saw. Branch on shapes, choose elements with "
            + "Variable.Where, or do not compile the function.");
    }
}
