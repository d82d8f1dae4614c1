using System.Collections.Concurrent;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace SimpleGrad.Cli;

/// <summary>What an operator takes in the place of a parameter.</summary>
internal enum ParameterKind
{
    /// <summary>Nothing from a program: the parameter always has its default.</summary>
    Hidden,

    /// <summary>A variable; a number becomes a constant.</summary>
    Variable,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A whole number, such as an axis.</summary>
    Whole,

    /// <summary>True or false.</summary>
    Truth,

    /// <summary>A list of whole numbers, such as a shape.</summary>
    Wholes,

    /// <summary>A list of indices along an axis.</summary>
    Indices,

    /// <summary>A list of variables.</summary>
    Variables,
}

/// <param name="Name">The name, for named arguments; null for the variable that a method is called on.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="IsOptional">Whether it may be left out.</param>
/// <param name="IsOpen">Whether it takes all remaining arguments (<c>params</c>).</param>
/// <param name="Default">The value where it is left out.</param>
/// <param name="Text">How a message shows it.</param>
internal sealed record OperatorParameter(
    string? Name, ParameterKind Kind, bool IsOptional, bool IsOpen, object? Default, string Text);

/// <summary>An argument as written, with its name where it has one.</summary>
internal sealed record OperatorArgument(string? Name, BoundNode Value);

/// <summary>One way to call an operator: a method of the library and how arguments match its parameters.</summary>
internal sealed class OperatorSignature
{
    private const int ConversionCost = 100;
    private readonly MethodInfo _method;
    private readonly ConcurrentDictionary<Type, MethodInfo> _closed = []; // by number type

    private OperatorSignature(MethodInfo method, IReadOnlyList<OperatorParameter> parameters)
    {
        _method = method;
        Parameters = parameters;
    }

    /// <summary>The parameters; the variable that a method is called on comes first.</summary>
    public IReadOnlyList<OperatorParameter> Parameters { get; }

    /// <summary>The signature of a method; null where a program cannot call it.</summary>
    public static OperatorSignature? TryCreate(MethodInfo method)
    {
        if (!IsVariable(method.ReturnType))
            return null;
        OperatorParameter[] parameters = [.. method.GetParameters().Select(Describe)];
        if (parameters.Any(parameter => parameter is { Kind: ParameterKind.Hidden, IsOptional: false }))
            return null;
        return method.IsStatic ? new OperatorSignature(method, parameters) : new OperatorSignature(
            method, [new OperatorParameter(null, ParameterKind.Variable, false, false, null, "x"), .. parameters]);
    }

    /// <summary>Calls the method on values for <typeparamref name="T"/>, one for each parameter.</summary>
    public Variable<T> Invoke<T>(object?[] arguments) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MethodInfo method = _closed.GetOrAdd(typeof(T), _ => _method.IsGenericMethodDefinition
            ? _method.MakeGenericMethod(typeof(T))
            : (MethodInfo)typeof(Variable<T>).GetMemberWithSameMetadataDefinitionAs(_method));
        object? target = method.IsStatic ? null : arguments[0];
        return (Variable<T>)method.Invoke(
            target, BindingFlags.DoNotWrapExceptions, null, method.IsStatic ? arguments : arguments[1..], null)!;
    }

    /// <summary>
    /// Gives each parameter its argument, or null for its default. The cost is how far the arguments are from what the
    /// parameters ask for; null where they do not fit.
    /// </summary>
    public (int Cost, BoundNode?[] Arguments)? Match(IReadOnlyList<OperatorArgument> arguments)
    {
        var values = new BoundNode?[Parameters.Count];
        int next = 0;
        for (int i = 0; i < arguments.Count; i++)
        {
            (string? name, BoundNode value) = (arguments[i].Name, arguments[i].Value);
            int at = name is null ? next++ : IndexOf(name);
            if (at < 0 || at >= values.Length || values[at] is not null)
                return null;
            if (name is null && Parameters[at].IsOpen && value is not BoundList)
            {
                // The open parameter is the last one: it takes this argument and all that follow.
                if (arguments.Skip(i).Any(argument => argument.Name is not null))
                    return null;
                values[at] = new BoundList(value.Place, [.. arguments.Skip(i).Select(argument => argument.Value)]);
                break;
            }
            values[at] = value;
        }

        int cost = 0;
        for (int i = 0; i < values.Length; i++)
        {
            int? own = values[i] is { } value ? Cost(Parameters[i].Kind, value) : Parameters[i].IsOptional ? 1 : null;
            if (own is null)
                return null;
            cost += own.Value;
        }
        return (cost, values);
    }

    /// <summary>The signature as a call of a function of the given name.</summary>
    public string Describe(string name) =>
        $"{name}({string.Join(", ", Parameters.Where(p => p.Kind != ParameterKind.Hidden).Select(p => p.Text))})";

    private static int? Cost(ParameterKind kind, BoundNode value) => (kind, value) switch
    {
        (ParameterKind.Variable, { IsVariable: true }) => 0,
        (ParameterKind.Variable, BoundNumber) => ConversionCost,
        (ParameterKind.Number, BoundNumber number) => number.IsWhole ? 1 : 0,
        (ParameterKind.Whole, BoundNumber { IsInt: true }) => 0,
        (ParameterKind.Truth, BoundTruth) => 0,
        (ParameterKind.Wholes or ParameterKind.Indices, BoundList list) =>
            list.Items.All(item => item is BoundNumber { IsInt: true }) ? 0 : null,
        (ParameterKind.Variables, BoundList list) =>
            list.Items.All(item => item is { IsVariable: true } or BoundNumber) ? 0 : null,
        _ => null,
    };

    private int IndexOf(string name)
    {
        for (int i = 0; i < Parameters.Count; i++)
        {
            if (Parameters[i].Name == name && Parameters[i].Kind != ParameterKind.Hidden)
                return i;
        }
        return -1;
    }

    private static OperatorParameter Describe(ParameterInfo parameter)
    {
        ParameterKind kind = parameter.IsDefined(typeof(CallerLineNumberAttribute))
            ? ParameterKind.Hidden
            : KindOf(parameter.ParameterType);
        bool isOpen = parameter.IsDefined(typeof(ParamArrayAttribute)) && kind == ParameterKind.Wholes;
        string text = TypeOf(kind) + parameter.Name;
        if (isOpen)
            text = "params " + text;
        else if (parameter.IsOptional)
            text += $" = {DefaultText(parameter.DefaultValue)}";
        object? value = isOpen ? Array.Empty<int>() : parameter.IsOptional ? parameter.DefaultValue : null;
        return new OperatorParameter(parameter.Name, kind, parameter.IsOptional || isOpen, isOpen, value, text);
    }

    private static ParameterKind KindOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when IsVariable(t) => ParameterKind.Variable,
        var t when t == typeof(double) => ParameterKind.Number,
        var t when t == typeof(int) => ParameterKind.Whole,
        var t when t == typeof(bool) => ParameterKind.Truth,
        var t when t == typeof(int[]) => ParameterKind.Wholes,
        var t when t == typeof(Tensor<int>) => ParameterKind.Indices,
        { IsGenericType: true } t when t.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
            && IsVariable(t.GenericTypeArguments[0]) => ParameterKind.Variables,
        _ => ParameterKind.Hidden,
    };

    private static bool IsVariable(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Variable<>);

    private static string TypeOf(ParameterKind kind) => kind switch
    {
        ParameterKind.Number => "double ",
        ParameterKind.Whole => "int ",
        ParameterKind.Truth => "bool ",
        ParameterKind.Wholes or ParameterKind.Indices => "int[] ",
        ParameterKind.Variables => "list ",
        _ => "",
    };

    private static string DefaultText(object? value) => value switch
    {
        null => "none",
        bool truth => truth ? "true" : "false",
        _ => value.ToString()!,
    };
}
