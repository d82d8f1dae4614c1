namespace SimpleGrad.Cli;

/// <summary>A place in a picture: from its left edge to the right, and from its top down.</summary>
internal readonly record struct Point(double X, double Y);
