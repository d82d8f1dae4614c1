using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A function as one entry that keeps its inputs and nothing else: propagate runs the function again on a tape of its
/// own. Its propagate is such a function again, so this holds for every order.
/// </summary>
internal sealed class Recomputation<T>(string name, Func<Variable<T>[], Variable<T>[]> function) : Operator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => name;

    internal override bool IsFunction => true;

    public override Keeps Keeps => Keeps.Inputs;

    public static Variable<T>?[] Apply(
        string name, Func<Variable<T>[], Variable<T>?[]> function, Tape<T> tape, Variable<T>[] inputs)
    {
        // In a traced function the compiler decides what is saved; and a batch runs what it sees.
        if (tape.Recorder.RecordsAll)
            return function(inputs);
        Tensor<T>?[] values = OnTape.Run(
            function, Array.ConvertAll(inputs, input => input.Data),
            $"'{name}' runs its function again when gradients come back, so all variables that the function uses must "
            + "be its inputs.");
        bool[] isThere = Array.ConvertAll(values, value => value is not null);
        var results = new Variable<T>?[values.Length];
        tape.RecordAll(
            new Recomputation<T>(name, x => [.. function(x).Where((_, i) => isThere[i])!]), inputs, values, results);
        return results;
    }

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{Name}({string.Join(", ", inputs.ToArray())})";

    internal override Variable<T> ApplyTo(ReadOnlySpan<Variable<T>> inputs) => function(inputs.ToArray()) switch
    {
        [var result] => result,
        _ => throw new InvalidOperationException($"'{Name}' has several results."),
    };

    internal override Tensor<T> ComputeOn(ReadOnlySpan<Tensor<T>> inputs) =>
        OnTape.Run(function, inputs.ToArray())[0]!;

    internal override bool ShowsGradients => true;

    internal override void Propagate(ref Propagation<T> propagation)
    {
        int count = propagation.InputCount;
        bool[] isWanted = propagation.WantedGradients(), known = propagation.KnownGradients();
        Variable<T>?[] gradients = Apply(
            $"{Name}.propagate", x => Pull(x[..count], isWanted, x[count..], known), propagation.Tape,
            propagation.InputsAndGradients());
        for (int i = 0, at = 0; i < count; i++)
        {
            if (isWanted[i])
                propagation.InputGradients[i] = gradients[at++];
        }
    }

    private Variable<T>?[] Pull(Variable<T>[] inputs, bool[] isWanted, Variable<T>[] seeds, bool[] known)
    {
        var linear = new Linearization<T>(Name, function, inputs);
        return linear.Tape.Grad(
            [.. linear.Results.Where((_, i) => known[i])], [.. seeds],
            [.. linear.Inputs.Where((_, i) => isWanted[i])], createGraph: true);
    }
}
