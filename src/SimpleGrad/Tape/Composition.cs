namespace SimpleGrad;

/// <summary>What the elements of an operator's result are, whatever numbers its inputs have.</summary>
internal enum Composition
{
    /// <summary>Numbers that are computed in some way.</summary>
    Computed,

    /// <summary>Each is an element of an input, or 0: the operator only moves elements.</summary>
    Moved,

    /// <summary>Each is a sum of elements of the inputs, none of which it has twice; or 0.</summary>
    Summed,
}
