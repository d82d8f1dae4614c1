using Microsoft.CodeAnalysis;

namespace SimpleGrad.Generator;

/// <summary>A member of a record that holds variables.</summary>
internal sealed class Member(string name, ITypeSymbol type, ITypeSymbol element)
{
    public string Name { get; } = name;

    public ITypeSymbol Type { get; } = type;

    /// <summary>The element type of its variables.</summary>
    public ITypeSymbol Element { get; } = element;
}
