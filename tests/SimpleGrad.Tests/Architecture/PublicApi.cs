using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SimpleGrad.Tests.Architecture;

/// <summary>
/// Writes what the users of a library see, one line for each type and member: the type that it belongs to, a colon, and
/// its declaration. What the compiler adds to a record or an enumeration is left out.
/// </summary>
internal static partial class PublicApi
{
    private static readonly SymbolDisplayFormat Name = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes
            | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier
            | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    private static readonly SymbolDisplayFormat Member = new(
        typeQualificationStyle: Name.TypeQualificationStyle,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters
            | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        memberOptions: SymbolDisplayMemberOptions.IncludeAccessibility
            | SymbolDisplayMemberOptions.IncludeModifiers
            | SymbolDisplayMemberOptions.IncludeType
            | SymbolDisplayMemberOptions.IncludeRef
            | SymbolDisplayMemberOptions.IncludeParameters
            | SymbolDisplayMemberOptions.IncludeConstantValue,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType
            | SymbolDisplayParameterOptions.IncludeName
            | SymbolDisplayParameterOptions.IncludeModifiers
            | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeExtensionThis,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        kindOptions: SymbolDisplayKindOptions.IncludeMemberKeyword,
        miscellaneousOptions: Name.MiscellaneousOptions);

    private static readonly SymbolDisplayFormat Signature =
        Member.RemoveMemberOptions(
            SymbolDisplayMemberOptions.IncludeAccessibility | SymbolDisplayMemberOptions.IncludeModifiers);

    public static IReadOnlyList<string> Lines(CSharpCompilation compilation) =>
        [.. Types(compilation.Assembly.GlobalNamespace).SelectMany(TypeLines).Order(StringComparer.Ordinal)];

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceSymbol space) =>
        space.GetNamespaceMembers().SelectMany(Types).Concat(space.GetTypeMembers());

    private static IEnumerable<string> TypeLines(INamedTypeSymbol type)
    {
        if (!IsVisible(type))
        {
            return [];
        }

        var name = type.ToDisplayString(Name);
        var own = $"{type.ToDisplayString(Name.AddGenericsOptions(SymbolDisplayGenericsOptions.IncludeVariance))}: "
            + TypeDeclaration(type);

        var nested = type.GetTypeMembers().SelectMany(inner => inner.IsExtension
            ? MemberLines(inner, $"{name}.{ExtensionBlock(inner)}")
            : TypeLines(inner));

        return [own, .. MemberLines(type, name), .. nested];
    }

    private static IEnumerable<string> MemberLines(INamedTypeSymbol type, string name) =>
        from member in type.GetMembers()
        where type.TypeKind != TypeKind.Delegate && IsVisible(member) && IsWritten(member)
        select $"{name}: {MemberDeclaration(member)}";

    private static string TypeDeclaration(INamedTypeSymbol type)
    {
        var modifier = type switch
        {
            { IsStatic: true } => "static ",
            { TypeKind: TypeKind.Class, IsAbstract: true } => "abstract ",
            { TypeKind: TypeKind.Class, IsSealed: true } => "sealed ",
            { TypeKind: TypeKind.Struct } => (type.IsReadOnly ? "readonly " : "") + (type.IsRefLikeType ? "ref " : ""),
            _ => "",
        };
        var kind = type.DelegateInvokeMethod is { } invoke
            ? $"delegate {invoke.ToDisplayString(Signature)}"
            : (type.IsRecord ? "record " : "") + type.TypeKind.ToString().ToLowerInvariant();

        return $"{Access(type)} {modifier}{kind}{Bases(type)}{Constraints(type)}";
    }

    private static string Bases(INamedTypeSymbol type)
    {
        var parent = type.TypeKind switch
        {
            TypeKind.Class when type.BaseType!.SpecialType != SpecialType.System_Object => type.BaseType,
            TypeKind.Enum when type.EnumUnderlyingType!.SpecialType != SpecialType.System_Int32
                => type.EnumUnderlyingType,
            _ => null,
        };
        var bases = type.Interfaces.Where(IsVisible).Prepend(parent).OfType<INamedTypeSymbol>().ToList();
        return bases.Count == 0 ? "" : $" : {string.Join(", ", bases.Select(found => found.ToDisplayString(Name)))}";
    }

    private static string ExtensionBlock(INamedTypeSymbol block)
    {
        var parameters = block.TypeParameters.IsEmpty ? "" : $"<{string.Join(", ", block.TypeParameters)}>";
        return $"extension{parameters}({block.ExtensionParameter!.ToDisplayString(Member)}){Constraints(block)}";
    }

    private static string Constraints(INamedTypeSymbol type) =>
        type.ToDisplayString(Member)[type.ToDisplayString(Name).Length..];

    private static string MemberDeclaration(ISymbol member)
    {
        var text = HiddenAccessor.Replace(member.ToDisplayString(Member), "");

        // The display format leaves out every modifier of an interface's member.
        return member.ContainingType.TypeKind == TypeKind.Interface
            ? $"{Access(member)} {(member.IsStatic ? "static " : "")}{(member.IsAbstract ? "abstract " : "")}{text}"
            : text;
    }

    private static string Access(ISymbol symbol) =>
        symbol.DeclaredAccessibility == Accessibility.Public ? "public" : "protected";

    private static bool IsVisible(ISymbol symbol) => symbol.DeclaredAccessibility switch
    {
        Accessibility.Public => true,
        Accessibility.Protected or Accessibility.ProtectedOrInternal => !symbol.ContainingType.IsSealed,
        _ => false,
    };

    private static bool IsWritten(ISymbol member) => member switch
    {
        INamedTypeSymbol => false,
        IMethodSymbol { MethodKind: MethodKind.Constructor, IsImplicitlyDeclared: true } constructor
            => constructor is { ContainingType.TypeKind: TypeKind.Class, Parameters.IsEmpty: true },
        IMethodSymbol method => !method.IsImplicitlyDeclared && method.MethodKind
            is MethodKind.Constructor or MethodKind.Ordinary or MethodKind.UserDefinedOperator or MethodKind.Conversion,
        _ => !member.IsImplicitlyDeclared,
    };

    [GeneratedRegex("(private|internal|private protected) (get|set|init); ")]
    private static partial Regex HiddenAccessor { get; }
}
