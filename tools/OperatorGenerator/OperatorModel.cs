using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SimpleGrad.OperatorGenerator;

/// <summary>What a struct says of its operator.</summary>
internal sealed class OperatorModel
{
    private static readonly string[] _inputs = ["X", "Y", "Z"], _values = ["X", "Y", "Z", "Result"];

    private readonly INamedTypeSymbol _type;
    private readonly Dictionary<string, TypedConstant> _options;

    public OperatorModel(INamedTypeSymbol type, AttributeData attribute)
    {
        _type = type;
        _options = attribute.NamedArguments.ToDictionary(option => option.Key, option => option.Value);
        IMethodSymbol apply = Methods("Apply").FirstOrDefault(method => !HasSpans(method))
            ?? throw new MistakeException("there is no Apply.");
        IsVector = apply.TypeParameters.Length == 2;
        string[] parameters = [.. apply.Parameters.Select(parameter => parameter.Name)];
        Parameters = IsSlope ? ["x", .. parameters] : parameters;
        if (Parameters.Length is 0 or > 3)
            throw new MistakeException("Apply has one to three operands.");
        Name = Text("Name") ?? Lower(type.Name);
        Docs = new DocText(type.GetDocumentationCommentXml() ?? "");
        Rules = [.. Enumerable.Range(0, Parameters.Length).Select(Rule)];
    }

    /// <summary>The name of the struct, which is that of the methods too.</summary>
    public string Struct => _type.Name;

    /// <summary>The name in traces.</summary>
    public string Name { get; }

    /// <summary>The names of the operands.</summary>
    public string[] Parameters { get; }

    /// <summary>Whether the arithmetic is written for vectors.</summary>
    public bool IsVector { get; }

    public DocText Docs { get; }

    /// <summary>The derivative by each operand; null for known zero.</summary>
    public DerivativeRule?[] Rules { get; }

    /// <summary>Whether the operator is the first operand times this function of the second.</summary>
    public bool IsSlope => Flag("IsSlope");

    /// <summary>Whether the operator is a gradient of a norm.</summary>
    public bool IsRadial => Flag("IsRadial");

    public bool IsCommutative => Flag("IsCommutative");

    public bool TakesNumber => Flag("TakesNumber");

    /// <summary>Whether variables and tensors have methods for it, and users its place in the algebra.</summary>
    public bool IsPublic => !Flag("IsInternal");

    /// <summary>Whether these methods are to be written here.</summary>
    public bool HasMethods => IsPublic && !Flag("HasOwnMethods");

    /// <summary>Whether the algebra has a method for it: what is written otherwise is there by hand.</summary>
    public bool IsInAlgebra => IsPublic || (Symbol is null && !Declares("Code"));

    public string? Symbol => Text("Symbol");

    public string? Cost => _options.TryGetValue("Cost", out TypedConstant cost)
        ? ((double)cost.Value!).ToString("R", CultureInfo.InvariantCulture)
        : null;

    /// <summary>A member of an enumeration, as it is written.</summary>
    public string? Member(string option) =>
        _options.TryGetValue(option, out TypedConstant value) ? value.ToCSharpString() : null;

    public bool Declares(string method) => Methods(method).Any();

    /// <summary>Which values the rules read, as it is written; null for none.</summary>
    public string? Keeps()
    {
        string[] kept =
        [
            .. _values.Where(value =>
                Rules.Any(rule => rule is not null && rule.Arguments.Contains($"at.{value}"))),
        ];
        return kept.Length == 0 ? null : string.Join(" | ", kept.Select(value => $"Keeps.{value}"));
    }

    /// <summary>The name that a method of variables has for a name in traces.</summary>
    public static string Upper(string name) => string.Concat(
        name.Split(['_'], StringSplitOptions.RemoveEmptyEntries).Select(word => char.ToUpperInvariant(word[0])
            + word.Substring(1)));

    /// <summary>AtanSlope, but atan_slope.</summary>
    public static string Lower(string name) => string.Concat(name.Select((letter, i) =>
        char.IsUpper(letter) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(letter) : $"{letter}"));

    private DerivativeRule? Rule(int input)
    {
        string suffix = Parameters.Length == 1 ? "" : _inputs[input];
        IMethodSymbol? rule = Methods($"Gradient{suffix}").SingleOrDefault();
        bool isOwn = Declares($"Propagate{suffix}");
        if (rule is null)
            return isOwn ? throw new MistakeException($"Propagate{suffix} has no Gradient{suffix} beside it.") : null;
        return new DerivativeRule(
            rule.Name, isOwn ? $"Propagate{suffix}" : null, [.. rule.Parameters.Select(each => Argument(each.Name))]);
    }

    private string Argument(string parameter) =>
        parameter == "gradient" ? "gradient"
        : parameter == "result" ? "at.Result"
        : Array.IndexOf(Parameters, parameter) is int input and >= 0 ? $"at.{_inputs[input]}"
        : throw new MistakeException($"a derivative reads '{parameter}', which is no operand of Apply.");

    private IEnumerable<IMethodSymbol> Methods(string name) => _type.GetMembers(name).OfType<IMethodSymbol>();

    private static bool HasSpans(IMethodSymbol method) =>
        method.Parameters.Any(parameter => parameter.Type is INamedTypeSymbol { IsRefLikeType: true });

    private bool Flag(string option) => _options.TryGetValue(option, out TypedConstant value) && (bool)value.Value!;

    private string? Text(string option) =>
        _options.TryGetValue(option, out TypedConstant value) ? (string?)value.Value : null;
}
