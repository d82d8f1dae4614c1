namespace SimpleGrad.Tests.Derivative;

/// <summary>Functions of records of variables.</summary>
public sealed class StructureTests
{
    private readonly Tape<double> _tape = new();

    private sealed record Layer(Variable<double> Weight, Variable<double> Bias) : IVariables<Layer, double>
    {
        public Variable<double>[] Variables => [Weight, Bias];

        public Layer With(Variable<double>[] variables) => new(variables[0], variables[1]);

        public Variable<double> Apply(Variable<double> x) => x.MatMul(Weight) + Bias;
    }

    /// <summary>A record in a record, beside something that is no variable.</summary>
    private sealed record Model(Layer First, Layer Second, bool IsSmooth) : IVariables<Model, double>
    {
        public Variable<double>[] Variables => [.. First.Variables, .. Second.Variables];

        public Model With(Variable<double>[] variables) =>
            this with { First = First.With(variables[..2]), Second = Second.With(variables[2..]) };

        public Variable<double> Apply(Variable<double> x) =>
            Second.Apply(IsSmooth ? First.Apply(x).Tanh() : First.Apply(x).Relu());
    }

    private Model NewModel(int seed) => new(NewLayer(seed, 3, 4), NewLayer(seed + 1, 4, 2), IsSmooth: true);

    private Layer NewLayer(int seed, int inputs, int outputs) => new(
        _tape.Variable(Check.Random(seed, inputs, outputs)), _tape.Variable(Check.Random(seed + 50, outputs)));

    private Variable<double> Loss(Model model) =>
        (model.Apply(_tape.Constant(Check.Random(7, 5, 3))) - 0.3).Square().Mean();

    [Fact]
    public void The_gradient_is_a_record_with_the_gradient_of_each_variable()
    {
        Model model = NewModel(1);
        Model gradient = Derivatives.Grad(Loss, model);
        Variable<double>?[] expected = _tape.Grad(Loss(model), model.Variables);
        Assert.True(gradient.IsSmooth);
        for (int i = 0; i < expected.Length; i++)
            Check.Close(expected[i]!.Value, gradient.Variables[i].Value);
        Check.Close(expected[2]!.Value, gradient.Second.Weight.Value);
        (Variable<double> value, Model same) = Derivatives.ValueAndGrad(Loss, model);
        Assert.Equal(Loss(model).Item(), value.Item());
        Check.Close(gradient.First.Bias.Value, same.First.Bias.Value);
    }

    [Fact]
    public void Products_agree_with_each_other_and_with_the_gradient()
    {
        Model model = NewModel(1), direction = NewModel(20);
        (Variable<double> value, Variable<double> change) = Derivatives.Jvp(Loss, model, direction);
        (Variable<double> _, Model weighted) = Derivatives.Vjp(Loss, model, _tape.Constant(2.0));
        Assert.Equal(Loss(model).Item(), value.Item());
        Assert.Equal(Dot(Derivatives.Grad(Loss, model), direction).Item(), change.Item(), 1e-13);
        Assert.Equal(2 * change.Item(), Dot(weighted, direction).Item(), 1e-13);
    }

    /// <summary>The product with the Hessian is the derivative of the gradient along the vector.</summary>
    [Fact]
    public void Records_nest_under_differentiation()
    {
        Model model = NewModel(1), direction = NewModel(20);
        Model product = Derivatives.Hvp(Loss, model, direction);
        Model along = Derivatives.Grad(m => Dot(Derivatives.Grad(Loss, m), direction), model);
        for (int i = 0; i < product.Variables.Length; i++)
            Check.Close(along.Variables[i].Value, product.Variables[i].Value);
    }

    [Fact]
    public void They_compile_as_arrays()
    {
        Model model = NewModel(1);
        Tensor<double> images = Check.Random(7, 5, 3);
        var compiled = TensorFunction.Of((Variable<double>[] v) => Derivatives.Grad(
            m => (m.Apply(v[0].Tape.Constant(images)) - 0.3).Square().Mean(), model.With(v)).Variables).Compile();
        Tensor<double>[] gradients = compiled.Invoke([.. model.Variables.Select(v => v.Value)]);
        Variable<double>[] expected = Derivatives.Grad(Loss, model).Variables;
        for (int i = 0; i < expected.Length; i++)
            Check.Close(expected[i].Value, gradients[i]);
    }

    [Fact]
    public void Known_zeros_are_zeros_of_the_right_shape()
    {
        Model model = NewModel(1);
        Model gradient = Derivatives.Grad(m => m.Second.Weight.Sum(), model);
        Check.Close(Tensor.Zeros<double>([3, 4]), gradient.First.Weight.Value);
        Check.Close(Tensor.Ones<double>([4, 2]), gradient.Second.Weight.Value);
    }

    private static Variable<double> Dot(Model x, Model y) =>
        x.Variables.Zip(y.Variables, (a, b) => (a * b).Sum()).Aggregate((a, b) => a + b);
}
