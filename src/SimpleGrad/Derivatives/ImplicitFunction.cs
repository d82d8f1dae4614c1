using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// The x at which a function of x and parameters is zero, as an operator on the parameters. Where x moves so that f
/// stays zero, df/dx dx = -df/dp dp: propagate solves with the transpose of df/dx.
/// </summary>
/// <remarks>
/// The rule uses x as the operator's own result, so that it is right at every order, however x was found. In a compiled
/// program x is found anew at each run.
/// </remarks>
/// <param name="name">What it is called.</param>
/// <param name="function">From x and the parameters to what is zero.</param>
/// <param name="shape">The shape of x.</param>
/// <param name="find">From the values of the parameters to x.</param>
internal sealed class ImplicitFunction<T>(
    string name, Func<Variable<T>[], Variable<T>[]> function, Shape shape, Func<Tensor<T>[], Tensor<T>> find)
    : Operator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => name;

    internal override bool IsFunction => true;

    public override Keeps Keeps => Keeps.Inputs | Keeps.Result;

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{Name}({string.Join(", ", inputs.ToArray())})";

    internal override Variable<T> ApplyTo(ReadOnlySpan<Variable<T>> inputs)
    {
        Variable<T>[] parameters = inputs.ToArray();
        return parameters[0].Tape.Record(this, parameters, ComputeOn(Array.ConvertAll(parameters, p => p.Data)));
    }

    internal override Tensor<T> ComputeOn(ReadOnlySpan<Tensor<T>> inputs)
    {
        Tensor<T>[] values = inputs.ToArray();
        if (Array.Exists(values, value => value.IsSymbolic))
            return Tensor<T>.Symbolic(shape);
        // In memory of its own: what was found may be the user's, a start that is a root already.
        Tensor<T> x = find(values);
        return Tensor.Create<T>(x.ToArray(), x.Shape);
    }

    internal override bool ShowsGradients => true;

    internal override void Propagate(ref Propagation<T> propagation)
    {
        if (propagation.OutputGradients[0] is not { } gradient)
            return;
        Variable<T> x = propagation.Result;
        var parameters = new Variable<T>[propagation.InputCount];
        for (int i = 0; i < parameters.Length; i++)
            parameters[i] = propagation.Input(i);
        var linear = new Linearization<T>(Name, function, [x, .. parameters]);
        var nearX = new Linearization<T>(Name, v => function([v[0], .. parameters]), x);
        int n = x.Length;
        if (linear.Result.Length != n)
            throw new InvalidOperationException(
                $"{Name}: the function returns {linear.Result.Length} numbers for {n} unknowns.");
        Variable<T> jacobian = DerivativeMatrices.Jacobian(nearX, createGraph: true)[0][0].Reshape(n, n);
        Variable<T> cotangent = -jacobian.Transpose().Solve(gradient.Reshape(n, 1)).Reshape(linear.Result.Shape);
        Variable<T>?[] gradients = linear.PullOne(0, cotangent);
        for (int i = 0; i < parameters.Length; i++)
        {
            if (propagation.IsWanted(i))
                propagation.InputGradients[i] = gradients[i + 1];
        }
    }
}
