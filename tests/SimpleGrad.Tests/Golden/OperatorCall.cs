using System.Text.Json;

namespace SimpleGrad.Tests.Golden;

/// <summary>The arguments of one call of an operator: variables by name, and keyword arguments.</summary>
internal sealed class OperatorCall
{
    private readonly GoldenCase _case;
    private readonly Dictionary<string, Variable<double>> _variables = [];

    public OperatorCall(GoldenCase golden, Tape<double> tape)
    {
        _case = golden;
        Tape = tape;
        foreach (GoldenTensor input in golden.Inputs)
        {
            Tensor<double> value = input.ToTensor();
            _variables[input.Name!] = input.Grad ? tape.Variable(value, input.Name) : tape.Constant(value, input.Name);
        }
    }

    /// <summary>The same call on other variables, such as those that a compiler traces.</summary>
    public OperatorCall On(Variable<double>[] inputs) => new(_case, inputs);

    private OperatorCall(GoldenCase golden, Variable<double>[] inputs)
    {
        _case = golden;
        Tape = inputs[0].Tape;
        for (int i = 0; i < inputs.Length; i++)
            _variables[golden.Inputs[i].Name!] = inputs[i];
    }

    public Tape<double> Tape { get; }

    public string Expr => _case.Expr;

    /// <summary>All inputs, in the order of the case.</summary>
    public IEnumerable<Variable<double>> Inputs => _case.Inputs.Select(input => _variables[input.Name!]);

    public Variable<double> X => this["x"];

    public Variable<double> Y => this["y"];

    public Variable<double> this[string name] => _variables[name];

    public bool HasInput(string name) => _variables.ContainsKey(name);

    public bool HasArgument(string name) =>
        Optional(name).ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    public double Number(string name) => _case.Kwargs[name].GetDouble();

    /// <summary>A number that may be left out.</summary>
    public double? NumberOrNone(string name) =>
        Optional(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : null;

    public int Int(string name) => _case.Kwargs[name].GetInt32();

    /// <summary>A whole number that may be left out; or the only one of a list.</summary>
    public int? IntOrNone(string name) => IntsOrNone(name)?.Single();

    public bool Flag(string name) => Optional(name).ValueKind == JsonValueKind.True;

    public string Text(string name) => _case.Kwargs[name].GetString()!;

    /// <summary>Integers, of which a single one may stand without a list; null where there are none.</summary>
    public int[]? IntsOrNone(string name) => Optional(name) switch
    {
        { ValueKind: JsonValueKind.Number } value => [value.GetInt32()],
        { ValueKind: JsonValueKind.Array } values => [.. values.EnumerateArray().Select(value => value.GetInt32())],
        _ => null,
    };

    public int[] Ints(string name) => IntsOrNone(name) ?? throw new KeyNotFoundException(name);

    /// <summary>An input of integers.</summary>
    public Tensor<int> Index(string name) =>
        Tensor.Create<int>(
            [.. _case.Inputs.Single(input => input.Name == name).ToTensor().ToArray().Select(value => (int)value)],
            this[name].Shape);

    /// <summary>Python's slices: start, stop and step, each of which may be missing.</summary>
    public IEnumerable<int?[]> Slices(string name) =>
        from slice in _case.Kwargs[name].EnumerateArray()
        select slice.EnumerateArray()
            .Select(bound => bound.ValueKind == JsonValueKind.Null ? (int?)null : bound.GetInt32())
            .ToArray();

    private JsonElement Optional(string name) => _case.Kwargs.GetValueOrDefault(name);
}
