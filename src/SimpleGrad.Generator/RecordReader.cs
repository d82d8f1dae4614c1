using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SimpleGrad.Generator;

/// <summary>Reads the declaration of a record.</summary>
internal sealed class RecordReader(INamedTypeSymbol type)
{
    private const string Library = "SimpleGrad";

    private static readonly string[] _generated = ["Variables", "Names", "With"];

    private readonly List<Mistake> _mistakes = [];

    public Generated Read()
    {
        List<Member> members = [];
        if (!IsPartialRecord())
            _mistakes.Add(new Mistake(Rules.NotPartialRecord, type, type.Name));
        for (INamedTypeSymbol? above = type.BaseType; above is not null; above = above.BaseType)
        {
            if (Held(above).Any(each => ElementTypeIn(each.Type) is not null))
                _mistakes.Add(new Mistake(Rules.Inherited, type, type.Name, above.Name));
        }
        foreach (ISymbol member in _generated.SelectMany(name => type.GetMembers(name)))
        {
            if (!member.IsImplicitlyDeclared)
                _mistakes.Add(new Mistake(Rules.MemberExists, member, type.Name, member.Name));
        }
        foreach ((ISymbol member, ITypeSymbol held) in Held(type))
        {
            if (!IsFrozen(member) && ElementTypeIn(held) is { } element)
                Add(members, member, held, element);
        }
        if (members.Count == 0 && _mistakes.Count == 0)
            _mistakes.Add(new Mistake(Rules.NoVariables, type, type.Name));
        string name = type.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat)
            .Replace('<', '{').Replace('>', '}');
        return new(name, _mistakes.Count == 0 ? RecordWriter.Write(type, members) : null, _mistakes);
    }

    private void Add(List<Member> members, ISymbol member, ITypeSymbol held, ITypeSymbol element)
    {
        if (!IsSupported(held))
            _mistakes.Add(new Mistake(
                Rules.Unsupported, member, member.Name,
                held.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)));
        else if (!IsSettable(member))
            _mistakes.Add(new Mistake(Rules.NotSettable, member, member.Name));
        else if (members.Count > 0 && !SymbolEqualityComparer.Default.Equals(members[0].Element, element))
            _mistakes.Add(new Mistake(
                Rules.DifferentTypes, member, members[0].Name, members[0].Element.ToDisplayString(), member.Name,
                element.ToDisplayString()));
        else
            members.Add(new Member(member.Name, held, element));
    }

    private bool IsPartialRecord()
    {
        if (!type.IsRecord)
            return false;
        for (INamedTypeSymbol? each = type; each is not null; each = each.ContainingType)
        {
            if (!each.DeclaringSyntaxReferences.All(part => part.GetSyntax() is TypeDeclarationSyntax declaration
                    && declaration.Modifiers.Any(SyntaxKind.PartialKeyword)))
                return false;
        }
        return true;
    }

    /// <summary>What a record stores: its automatic properties and fields, in the order of their declaration.</summary>
    private static IEnumerable<(ISymbol Member, ITypeSymbol Type)> Held(INamedTypeSymbol type)
    {
        foreach (IFieldSymbol field in type.GetMembers().OfType<IFieldSymbol>())
        {
            if (field.IsStatic || field.IsConst)
                continue;
            if (field.AssociatedSymbol is IPropertySymbol property)
                yield return (property, property.Type);
            else if (!field.IsImplicitlyDeclared)
                yield return (field, field.Type);
        }
    }

    private bool IsFrozen(ISymbol member) => HasFrozen(member) || type.InstanceConstructors.Any(constructor =>
        constructor.Parameters.Any(parameter => parameter.Name == member.Name && HasFrozen(parameter)
            && member.DeclaringSyntaxReferences.Any(part => part.GetSyntax() is ParameterSyntax)));

    private static bool HasFrozen(ISymbol symbol) =>
        symbol.GetAttributes().Any(each => IsOurs(each.AttributeClass, "FrozenAttribute"));

    private static bool IsSettable(ISymbol member) => member switch
    {
        IPropertySymbol property => property.SetMethod is not null,
        IFieldSymbol field => !field.IsReadOnly,
        _ => false,
    };

    private static bool IsSupported(ITypeSymbol held) => held.NullableAnnotation != NullableAnnotation.Annotated
        && (held is IArrayTypeSymbol array
            ? array.Rank == 1 && IsSupported(array.ElementType)
            : IsVariable(held) || IsNested(held));

    /// <summary>The element type of the variables that a type holds in some form; null where it holds none.</summary>
    private static ITypeSymbol? ElementTypeIn(ITypeSymbol held) =>
        ElementTypeIn(held, new HashSet<ITypeSymbol>(SymbolEqualityComparer.Default));

    private static ITypeSymbol? ElementTypeIn(ITypeSymbol held, HashSet<ITypeSymbol> seen)
    {
        if (held is IArrayTypeSymbol array)
            return ElementTypeIn(array.ElementType, seen);
        if (held is not INamedTypeSymbol named || named.TypeKind == TypeKind.Delegate || !seen.Add(named))
            return null;
        if (IsVariable(named))
            return named.TypeArguments[0];
        if (Interface(named) is { } known)
            return known.TypeArguments[1];
        if (IsNested(named))
            return Held(named).Select(each => ElementTypeIn(each.Type, seen)).FirstOrDefault(each => each is not null);
        return named.TypeArguments.Select(each => ElementTypeIn(each, seen)).FirstOrDefault(each => each is not null);
    }

    private static bool IsVariable(ITypeSymbol held) =>
        IsOurs(held, "Variable") && held is INamedTypeSymbol { Arity: 1 };

    /// <summary>A type that is made of variables: written by hand, or to be generated as well.</summary>
    private static bool IsNested(ITypeSymbol held) => Interface(held) is not null
        || held.GetAttributes().Any(each => IsOurs(each.AttributeClass, "VariablesAttribute"));

    private static INamedTypeSymbol? Interface(ITypeSymbol held) => held.AllInterfaces.FirstOrDefault(each =>
        IsOurs(each, "IVariables") && SymbolEqualityComparer.Default.Equals(each.TypeArguments[0], held));

    private static bool IsOurs(ITypeSymbol? symbol, string name) => symbol?.Name == name
        && symbol.ContainingNamespace is { Name: Library, ContainingNamespace.IsGlobalNamespace: true };
}
