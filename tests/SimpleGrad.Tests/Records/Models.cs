using System.Numerics;

namespace SimpleGrad.Tests.Records;

[Variables]
internal sealed partial record Layer(Variable<double> Weight, Variable<double> Bias)
{
    public Variable<double> Apply(Variable<double> x) => x.MatMul(Weight) + Bias;
}

/// <summary>Records in arrays, a frozen variable, something that is none, and properties declared below.</summary>
[Variables]
internal sealed partial record Network(Layer[] Layers, [Frozen] Variable<double> Mean, bool IsSmooth)
{
    public required Variable<double> Scale { get; init; }

    [Frozen]
    public Variable<double>? Seen { get; init; }

    public Variable<double> Last => Layers[^1].Bias;

    public Variable<double> Apply(Variable<double> x)
    {
        x -= Mean;
        foreach (Layer layer in Layers)
            x = IsSmooth ? layer.Apply(x).Tanh() : layer.Apply(x).Relu();
        return x * Scale;
    }
}

[Variables]
internal readonly partial record struct Pair<T>(Variable<T> First, Variable<T>[][] Others)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>A record whose members are written by hand, with the names that the interface gives it.</summary>
internal sealed record ByHand(Variable<double> Only) : IVariables<ByHand, double>
{
    public Variable<double>[] Variables => [Only];

    public ByHand With(Variable<double>[] variables) => new(variables[0]);
}

[Variables]
internal sealed partial record Holder(ByHand Hand, Pair<double> Pair, Variable<double> @class);

internal static partial class Outside
{
    [Variables]
    internal sealed partial record Inside(Variable<float> X);
}

/// <summary>A state of loops.</summary>
[Variables]
internal sealed partial record Body(Variable<double> X, Variable<double> V)
{
    public Body Next(Spring spring) =>
        new(X + 0.01 * V, V - 0.01 * (spring.Stiffness * X.Sin() + spring.Drags[0] * V));

    public Body Pushed(Body force, Variable<double> k) => new(X + 0.1 * V * force.V, V - 0.1 * k * force.X);

    public Variable<double> Total() => X.Sum() + V.Square().Sum();
}

[Variables]
internal sealed partial record Spring(Variable<double> Stiffness, Variable<double>[] Drags);
