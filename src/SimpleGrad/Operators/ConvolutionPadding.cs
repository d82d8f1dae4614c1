namespace SimpleGrad;

/// <summary>How much a convolution pads, where no number says it.</summary>
public enum ConvolutionPadding
{
    /// <summary>Not at all.</summary>
    Valid,

    /// <summary>
    /// As much as gives the result the lengths of the input; where that is an odd number, the greater half behind it.
    /// </summary>
    Same,
}
