namespace SimpleGrad;

/// <summary>How a kernel reads an input.</summary>
internal enum InputLayout : byte
{
    /// <summary>Element by element.</summary>
    Elements,

    /// <summary>One number for the whole row.</summary>
    One,
}
