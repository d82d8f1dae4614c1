using System.Numerics;

namespace SimpleGrad.Tests.Reports;

/// <summary>The derivatives of a function of one vector, computed in each way that the library has.</summary>
internal sealed class Modes<T>(Func<Variable<T>, Variable<T>> function)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<(bool IsHessian, bool Emits), TensorFunction<T, Tensor<T>>> _compiled = [];

    /// <summary>The gradient of the sum of the results, by each way.</summary>
    public IEnumerable<(string Mode, T[] Gradient)> Gradients(params T[] numbers)
    {
        var at = Tensor.Create<T>(numbers);
        yield return ("reverse", Derivatives.Grad<T>(Sum, at).ToArray());
        yield return ("reverse, recorded", Reverse(at));
        yield return ("forward", ByRows(at, e => [Derivatives.Jvp<T>(Sum, at, e).Product.Item()]));
        foreach (bool emits in new[] { true, false })
        {
            yield return (
                emits ? "compiled" : "compiled to tiles",
                Compiled(at, isHessian: false, emits));
        }
    }

    /// <summary>The Hessian of the sum of the results, row by row, by each way.</summary>
    public IEnumerable<(string Mode, T[] Hessian)> Hessians(params T[] numbers)
    {
        var at = Tensor.Create<T>(numbers);
        yield return ("reverse over reverse", ByRows(at, e => ReverseOverReverse(at, e, createGraph: true)));
        yield return ("its last not recorded", ByRows(at, e => ReverseOverReverse(at, e, createGraph: false)));
        yield return ("forward over reverse", ByRows(at, e => Derivatives.Hvp<T>(Sum, at, e).ToArray()));
        yield return ("reverse over forward", ByRows(at, e => Derivatives.Grad<T>(Along(e), at).ToArray()));
        yield return ("forward over forward", ByRows(at, e =>
            ByRows(at, d => [Derivatives.Jvp<T>(Along(e), at, d).Product.Item()])));
        yield return ("Hessian", Derivatives.Hessian<T>(Sum, at).ToArray());
        foreach (bool emits in new[] { true, false })
        {
            yield return (
                emits ? "compiled" : "compiled to tiles",
                Compiled(at, isHessian: true, emits));
        }
    }

    /// <summary>The value of the function.</summary>
    public T[] Value(params T[] numbers)
    {
        var tape = new Tape<T>();
        return function(tape.Variable(Tensor.Create<T>(numbers))).Value.ToArray();
    }

    private T[] Compiled(Tensor<T> at, bool isHessian, bool emits)
    {
        if (!_compiled.TryGetValue((isHessian, emits), out TensorFunction<T, Tensor<T>>? compiled))
        {
            var pipeline = new CompilePipeline { Emission = new EmissionOptions { EmitsCode = emits } };
            compiled = (isHessian ? Derivatives.Hessian<T>(Sum) : Derivatives.Grad<T>(Sum)).Compile(pipeline);
            _compiled.Add((isHessian, emits), compiled);
        }
        return compiled.Invoke(at).ToArray();
    }

    private Variable<T> Sum(Variable<T> x) => function(x).Sum();

    private Func<Variable<T>, Variable<T>> Along(Tensor<T> direction) =>
        x => Derivatives.Jvp<T>(Sum, x, x.Tape.Constant(direction)).Product;

    private T[] Reverse(Tensor<T> at)
    {
        var tape = new Tape<T>();
        Variable<T> x = tape.Variable(at);
        return tape.Grad(Sum(x), x, zeros: true)!.Value.ToArray();
    }

    private T[] ReverseOverReverse(Tensor<T> at, Tensor<T> direction, bool createGraph)
    {
        var tape = new Tape<T>();
        Variable<T> x = tape.Variable(at);
        Variable<T> gradient = tape.Grad(Sum(x), x, zeros: true)!;
        Variable<T> along = (gradient * tape.Constant(direction)).Sum();
        return tape.Grad(along, x, zeros: true, createGraph: createGraph)!.Value.ToArray();
    }

    /// <summary>What a function gives for the direction along each axis.</summary>
    private static T[] ByRows(Tensor<T> at, Func<Tensor<T>, T[]> row)
    {
        var all = new List<T>();
        for (int i = 0; i < at.Length; i++)
        {
            var direction = new T[at.Length];
            direction[i] = T.One;
            all.AddRange(row(Tensor.Create<T>(direction)));
        }
        return [.. all];
    }
}
