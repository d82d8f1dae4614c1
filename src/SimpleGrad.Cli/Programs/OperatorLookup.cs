using System.Reflection;

namespace SimpleGrad.Cli;

/// <summary>
/// The operators that a program can use. They are the library's public ones, found by reflection: there is no list of
/// them here.
/// </summary>
internal static class OperatorLookup
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.DeclaredOnly;

    private static readonly ILookup<string, OperatorSignature> _named = Signatures(
        typeof(Variable<>).GetMethods(Own | BindingFlags.Instance)
            .Concat(typeof(Variable).GetMethods(Own | BindingFlags.Static).Where(IsOverNumberType))
            .Concat(typeof(InPlaceOperators).GetMethods(Own | BindingFlags.Static).Where(IsOverNumberType))
            .Where(method => !method.IsSpecialName));

    private static readonly ILookup<string, OperatorSignature> _symbols = Signatures(
        typeof(Variable<>).GetMethods(Own | BindingFlags.Static).Where(method => method.IsSpecialName));

    /// <summary>The names that are called as functions or methods, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. _named.Select(group => group.Key).Order(StringComparer.Ordinal)];

    public static bool Contains(string name) => _named.Contains(name);

    /// <summary>The ways to call an operator that has a name, such as <c>Exp</c>.</summary>
    public static IEnumerable<OperatorSignature> Named(string name) => _named[name];

    /// <summary>The ways to apply an operator that has a symbol, by its name in .NET: <c>op_Addition</c>.</summary>
    public static IEnumerable<OperatorSignature> Symbol(string name) => _symbols[name];

    private static ILookup<string, OperatorSignature> Signatures(IEnumerable<MethodInfo> methods) => (
        from method in methods
        let signature = OperatorSignature.TryCreate(method)
        where signature is not null
        select (method.Name, signature)).ToLookup(pair => pair.Name, pair => pair.signature);

    /// <summary>Whether a static method is generic in just the number type.</summary>
    private static bool IsOverNumberType(MethodInfo method) =>
        method.IsGenericMethodDefinition && method.GetGenericArguments().Length == 1;
}
