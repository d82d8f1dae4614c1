using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// The x at which a function of x and parameters is zero, as an operator on the parameters. Where x moves so that f
/// stays zero, df/dx dx = -df/dp dp: propagate solves with the transpose of df/dx.
/// </summary>
/// <remarks>
/// The rule uses x as the operator's own result, so that it is right at every order, however x was found.
/// </remarks>
internal sealed class ImplicitFunction<T>(string name, Func<Variable<T>[], Variable<T>[]> function) : Operator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => name;

    public override Keeps Keeps => Keeps.Inputs | Keeps.Result;

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{Name}({string.Join(", ", inputs.ToArray())})";

    internal override Variable<T> ApplyTo(ReadOnlySpan<Variable<T>> inputs) => throw Opaque(Name);

    internal override Tensor<T> ComputeOn(ReadOnlySpan<Tensor<T>> inputs) => throw Opaque(Name);

    public static InvalidOperationException Opaque(string name) => new(
        $"'{name}' looks at values to find its result, so it cannot be compiled or mapped over a batch.");

    internal override bool ShowsGradients => true;

    internal override void Propagate(ref Propagation<T> propagation)
    {
        if (propagation.OutputGradients[0] is not { } gradient)
            return;
        Variable<T> x = propagation.Result;
        var parameters = new Variable<T>[propagation.InputCount];
        for (int i = 0; i < parameters.Length; i++)
            parameters[i] = propagation.Input(i);
        var near = new Linearization<T>(Name, function, [x, .. parameters]);
        var nearX = new Linearization<T>(Name, v => function([v[0], .. parameters]), x);
        int n = x.Length;
        Variable<T> jacobian = DerivativeMatrices.Jacobian(nearX, createGraph: true)[0][0].Reshape(n, n);
        Variable<T> cotangent = -jacobian.Transpose().Solve(gradient.Reshape(n, 1)).Reshape(near.Result.Shape);
        Variable<T>?[] gradients = near.PullOne(0, cotangent);
        for (int i = 0; i < parameters.Length; i++)
        {
            if (propagation.IsWanted(i))
                propagation.InputGradients[i] = gradients[i + 1];
        }
    }
}
