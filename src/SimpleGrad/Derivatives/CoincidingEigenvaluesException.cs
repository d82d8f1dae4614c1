namespace SimpleGrad;

/// <summary>A derivative that is not known, or does not exist, where eigenvalues coincide.</summary>
internal sealed class CoincidingEigenvaluesException(string message) : InvalidOperationException(message);
