using Microsoft.CodeAnalysis;

namespace SimpleGrad.Generator;

/// <summary>What the generator refuses.</summary>
internal static class Rules
{
    public static DiagnosticDescriptor NotPartialRecord { get; } = Error(
        "SG0001", "A type with [Variables] is a partial record",
        "{0} has [Variables] and is no partial record: write 'partial record {0}', and 'partial' for the types around "
        + "it");

    public static DiagnosticDescriptor NoVariables { get; } = Error(
        "SG0002", "A record with [Variables] has variables",
        "{0} has [Variables] and no variable that is not frozen: give it a Variable<T>, an array of them, or a record "
        + "with [Variables]");

    public static DiagnosticDescriptor DifferentTypes { get; } = Error(
        "SG0003", "Variables of a record have one element type",
        "{0} has variables of {1}, and {2} has variables of {3}: a record has variables of one type");

    public static DiagnosticDescriptor Unsupported { get; } = Error(
        "SG0004", "Variables of a record are in a form that is supported",
        "{0} is a {1}: a record holds variables as Variable<T>, as a record with [Variables], or in arrays of these, "
        + "and none of them may be null; mark it [Frozen] if it is not to be differentiated");

    public static DiagnosticDescriptor NotSettable { get; } = Error(
        "SG0005", "Variables of a record can be set by 'with'",
        "{0} holds variables and cannot be set: declare it '{{ get; init; }}', or among the parameters of the record");

    public static DiagnosticDescriptor MemberExists { get; } = Error(
        "SG0006", "Generated members of a record are not written by hand",
        "{0} has [Variables] and a member {1} of its own: leave out one of the two");

    public static DiagnosticDescriptor Inherited { get; } = Error(
        "SG0007", "A record with [Variables] inherits no variables",
        "{0} inherits from {1}, which has variables: hold it as a member instead");

    private static DiagnosticDescriptor Error(string id, string title, string message) =>
        new(id, title, message, "SimpleGrad", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
