namespace SimpleGrad;

/// <summary>A running value of a line, some elements at a time.</summary>
internal unsafe interface IScan
{
    /// <summary>
    /// Writes the results for the next elements of one or two lines over those of the first. The second may be written
    /// over too.
    /// </summary>
    void Run(double* x, double* y, int count);
}
