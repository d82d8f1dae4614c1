namespace SimpleGrad.OperatorGenerator;

/// <summary>A struct from which no operator can be made.</summary>
internal sealed class MistakeException(string message) : Exception(message);
