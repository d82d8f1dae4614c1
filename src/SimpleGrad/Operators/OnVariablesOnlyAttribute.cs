namespace SimpleGrad;

/// <summary>A method of variables that says nothing of tensors, which have no tape: none is written for them.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OnVariablesOnlyAttribute : Attribute;
