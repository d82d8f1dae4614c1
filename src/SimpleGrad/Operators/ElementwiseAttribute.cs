namespace SimpleGrad;

/// <summary>
/// Marks a struct that is an elementwise operator: its documentation, its arithmetic and its derivatives, each said
/// once. From it a source generator writes the operator's class, the methods of variables and tensors, and what
/// <see cref="IAlgebra{TSelf}"/> has of it.
/// </summary>
/// <remarks>
/// <para>The struct has a method <c>Apply</c> for one to three operands: for vectors of any width, or for single
/// numbers if there is no arithmetic for vectors.</para>
/// <para>Its derivatives are methods <c>Gradient</c>, or <c>GradientX</c>, <c>GradientY</c> and <c>GradientZ</c>: from
/// the gradient of the result to that of the operand. A derivative that is missing is known zero. They take
/// <c>gradient</c>, and of the operands and <c>result</c> what they read: that is what the operator keeps.</para>
/// <para>Where it says more of itself, it has methods <c>Describe</c>, <c>Code</c>, <c>EqualInput</c> or
/// <c>PassesNaN</c>, which are those of operators. A method <c>PropagateX</c> is called in the place of
/// <c>GradientX</c> on the tape, and calls it.</para>
/// </remarks>
[AttributeUsage(AttributeTargets.Struct)]
internal sealed class ElementwiseAttribute : Attribute
{
    /// <summary>The name in traces; that of the struct in lower case where not said otherwise.</summary>
    public string? Name { get; set; }

    /// <summary>What stands between, or before, the operands in traces.</summary>
    public string? Symbol { get; set; }

    /// <summary>What an element costs, in additions; where not said, 20 of one operand and 1 of several.</summary>
    public double Cost { get; set; }

    /// <summary>Whether there is an overload for a number as the second operand.</summary>
    public bool TakesNumber { get; set; }

    /// <summary>Whether only derivatives use it: there are no methods.</summary>
    public bool IsInternal { get; set; }

    /// <summary>Whether the methods are written by hand, for they do more than apply the operator.</summary>
    public bool HasOwnMethods { get; set; }

    /// <inheritdoc cref="Operator{T}.IsCommutative"/>
    public bool IsCommutative { get; set; }

    /// <summary>
    /// Whether the operator is a <see cref="SlopeGradient{T, TSlope}"/>: x times the function, at y, that
    /// <c>Apply</c> is.
    /// </summary>
    public bool IsSlope { get; set; }

    /// <summary>
    /// Whether the operator is a <see cref="RadialGradient{T, TArithmetic}"/>. Then <c>GradientY</c> is the derivative
    /// with the norm held, where that is not 0.
    /// </summary>
    public bool IsRadial { get; set; }

    /// <inheritdoc cref="IElementwise{T}.Instruction"/>
    public Instruction Instruction { get; set; }

    /// <inheritdoc cref="IElementwise{T}.InstructionUnlessNaN"/>
    public Instruction InstructionUnlessNaN { get; set; }
}
