using SimpleGrad.Tests.Derivative;

namespace SimpleGrad.Tests.Records;

/// <summary>Records whose members the generator writes, in use.</summary>
public sealed class VariablesTests
{
    private readonly Tape<double> _tape = new();

    [Fact]
    public void Variables_of_records_and_arrays_have_their_order_and_names()
    {
        Network network = NewNetwork();
        Assert.Equal(
            ["Layers[0].Weight", "Layers[0].Bias", "Layers[1].Weight", "Layers[1].Bias", "Scale"], network.Names);
        Assert.Equal(
            [
                network.Layers[0].Weight, network.Layers[0].Bias, network.Layers[1].Weight, network.Layers[1].Bias,
                network.Scale,
            ],
            network.Variables);
    }

    [Fact]
    public void Other_variables_come_into_their_places_and_the_rest_stays()
    {
        Network network = NewNetwork();
        Variable<double>[] others = [.. network.Variables.Select((each, i) => each + i)];
        Network other = network.With(others);
        Assert.Equal(others, other.Variables);
        Assert.Same(network.Mean, other.Mean);
        Assert.True(other.IsSmooth);
        Assert.NotSame(network.Layers[0], other.Layers[0]);
        Assert.Contains("Network has 5 variables, not 4.", Assert.Throws<ArgumentException>(
            () => network.With(others[..4])).Message);
        Assert.Throws<ArgumentException>(() => network.With([.. others, others[0]]));
        Assert.Throws<ArgumentNullException>(() => network.With(null!));
    }

    [Fact]
    public void The_gradient_is_that_by_each_variable()
    {
        Network network = NewNetwork();
        Variable<double> Loss(Network each) =>
            (each.Apply(_tape.Constant(Check.Random(7, 5, 3))) - 0.3).Square().Mean();
        Network gradient = Derivatives.Grad(Loss, network);
        Variable<double>?[] expected = _tape.Grad(Loss(network), network.Variables);
        for (int i = 0; i < expected.Length; i++)
            Check.Close(expected[i]!.Value, gradient.Variables[i].Value);
        Assert.Same(network.Mean, gradient.Mean);
        Check.Close(expected[3]!.Value, gradient.Layers[1].Bias.Value);
    }

    [Fact]
    public void Structs_jagged_arrays_type_parameters_and_records_by_hand_are_held_too()
    {
        Variable<double>[] all = [.. Enumerable.Range(0, 6).Select(i => _tape.Variable((double)i))];
        var holder = new Holder(new ByHand(all[0]), new Pair<double>(all[1], [[all[2]], [], [all[3], all[4]]]), all[5]);
        Assert.Equal(all, holder.Variables);
        Assert.Equal(
            [
                "Hand.Variables[0]", "Pair.First", "Pair.Others[0][0]", "Pair.Others[2][0]", "Pair.Others[2][1]",
                "class",
            ],
            holder.Names);
        Array.Reverse(all);
        Assert.Equal(all, holder.With(all).Variables);
        Assert.Equal([1, 0, 2], holder.With(all).Pair.Others.Select(each => each.Length));
        var single = new Outside.Inside(new Tape<float>().Variable(1f));
        Assert.Equal("X", Assert.Single(single.Names));
    }

    private Network NewNetwork() => new(
        [NewLayer(1, 3, 4), NewLayer(2, 4, 2)], _tape.Constant(Check.Random(9, 3)), IsSmooth: true)
    {
        Scale = _tape.Variable(1.5),
    };

    private Layer NewLayer(int seed, int inputs, int outputs) => new(
        _tape.Variable(Check.Random(seed, inputs, outputs)), _tape.Variable(Check.Random(seed + 50, outputs)));
}
