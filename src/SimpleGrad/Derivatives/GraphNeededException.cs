namespace SimpleGrad;

/// <summary>A propagate rule must differentiate the gradient that it gets, so that one must be recorded.</summary>
internal sealed class GraphNeededException : InvalidOperationException;
