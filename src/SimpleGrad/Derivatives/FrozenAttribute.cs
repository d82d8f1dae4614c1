namespace SimpleGrad;

/// <summary>
/// Keeps a variable of a record with <see cref="VariablesAttribute"/> from being differentiated: it is data that stays
/// as it is.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter | AttributeTargets.Field)]
public sealed class FrozenAttribute : Attribute;
