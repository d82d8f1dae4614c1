using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A function that may read values, as one operator: it runs on a tape of its own, in a compiled program too. Its
/// propagate is such an operator again, so this holds for every order.
/// </summary>
/// <param name="name">What it is called.</param>
/// <param name="function">From the inputs to one result.</param>
/// <param name="inferShape">From the shapes of the inputs to that of the result.</param>
internal sealed class LoopOperator<T>(
    string name, Func<Variable<T>[], Variable<T>> function, Func<Shape[], Shape> inferShape) : Operator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => name;

    internal override bool IsFunction => true;

    public override Keeps Keeps => Keeps.Inputs;

    public Variable<T> Apply(params Variable<T>[] inputs) =>
        inputs[0].Tape.Record(this, inputs, ComputeOn(Array.ConvertAll(inputs, input => input.Data)));

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{Name}({string.Join(", ", inputs.ToArray())})";

    internal override Variable<T> ApplyTo(ReadOnlySpan<Variable<T>> inputs) => Apply(inputs.ToArray());

    internal override Tensor<T> ComputeOn(ReadOnlySpan<Tensor<T>> inputs)
    {
        Tensor<T>[] values = inputs.ToArray();
        Shape shape = inferShape(Array.ConvertAll(values, value => value.Shape));
        if (Array.Exists(values, value => value.IsSymbolic))
            return Tensor<T>.Symbolic(shape);
        Tensor<T> result = OnTape.Run<T>(
            x => [function(x)], values,
            $"'{name}' runs on a tape of its own, so all variables that its step uses must be given to it.")[0]!;
        return result.Shape == shape ? result : throw new ArgumentException(
            $"{name}: the step makes a state of shape {result.Shape} where it must be {shape}.");
    }

    internal override bool ShowsGradients => true;

    internal override void Propagate(ref Propagation<T> propagation)
    {
        if (propagation.OutputGradients[0] is not { } gradient)
            return;
        var inputs = new Variable<T>[propagation.InputCount + 1];
        var wanted = new List<int>();
        for (int i = 0; i < propagation.InputCount; i++)
        {
            inputs[i] = propagation.Input(i);
            if (propagation.IsWanted(i))
                wanted.Add(i);
        }
        inputs[^1] = gradient;
        // The gradients come as one vector, because an operator has one result.
        Variable<T> all = new LoopOperator<T>(
            $"{Name}.propagate",
            x =>
            {
                var linear = new Linearization<T>(Name, v => [function(v)], x[..^1]);
                Variable<T>[] gradients = linear.WithZeros(linear.PullOne(0, x[^1]));
                return Variable.Concatenate([.. wanted.Select(i => gradients[i].Reshape(-1))]);
            },
            shapes => Shape.Create(wanted.Sum(i => shapes[i].FlattenedLength))).Apply(inputs);
        int at = 0;
        foreach (int i in wanted)
        {
            int length = inputs[i].Length;
            propagation.InputGradients[i] = all.Slice(0, at, at + length).Reshape(inputs[i].Shape);
            at += length;
        }
    }
}
