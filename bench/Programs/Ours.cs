namespace SimpleGrad.Bench.Programs;

/// <summary>Functions of variables as ways.</summary>
internal static class Ours
{
    /// <summary>Value and gradient of the first inputs, as one function.</summary>
    /// <param name="function">The program.</param>
    /// <param name="wanted">By how many of the inputs it is differentiated.</param>
    public static TensorFunction<double, Tensor<double>[]> Gradient(
        Func<Variable<double>[], Variable<double>> function, int wanted = 1) => TensorFunction.Of<double>(x =>
    {
        Variable<double> value = function(x);
        return [value, .. x[0].Tape.Grad(value, x[..wanted], zeros: true)!];
    });

    /// <summary>Value and gradient by one vector.</summary>
    public static TensorFunction<double, Tensor<double>[]> VectorGradient(
        Func<Variable<double>, Variable<double>> function) =>
        Gradient(x => function(x[0]));

    /// <summary>A compiled function whose calls write into the memory of the first one.</summary>
    public static Way Compiled(
        string name, Func<TensorFunction<double, Tensor<double>[]>> function, Func<Tensor<double>[]> inputs,
        double? reach = null, bool isComparable = true) => new(
        name,
        () =>
        {
            TensorFunction<double, Tensor<double>[]> compiled = function().Compile();
            Tensor<double>[] x = inputs();
            Tensor<double>?[]? results = null;
            return () =>
            {
                if (results is null)
                    results = [.. compiled.Invoke(x)];
                else
                    compiled.InvokeInto(results, x);
                return Numbers(results!);
            };
        },
        reach, isComparable);

    /// <summary>The function on a tape at each call.</summary>
    public static Way Eager(
        Func<TensorFunction<double, Tensor<double>[]>> function, Func<Tensor<double>[]> inputs) => new(
        "eager",
        () =>
        {
            TensorFunction<double, Tensor<double>[]> eager = function();
            Tensor<double>[] x = inputs();
            return () => Numbers(eager.Invoke(x));
        });

    /// <summary>What a user does who knows of caches: blocks of paths, one after the other, and the mean of all
    /// results.</summary>
    public static Run InBlocks(
        TensorFunction<double, Tensor<double>[]> function, Tensor<double>[] parameters, Tensor<double>[] blocks)
    {
        TensorFunction<double, Tensor<double>[]> compiled = function.Compile();
        Tensor<double>[] own = [.. blocks.Select(block => Tensor.Create<double>(block.ToArray(), block.Shape))];
        Tensor<double>?[]? results = null;
        return () =>
        {
            double[]? mean = null;
            foreach (Tensor<double> block in own)
            {
                if (results is null)
                    results = [.. compiled.Invoke([.. parameters, block])];
                else
                    compiled.InvokeInto(results, [.. parameters, block]);
                double[] each = [.. Numbers(results!)];
                mean ??= new double[each.Length];
                for (int i = 0; i < each.Length; i++)
                    mean[i] += each[i] / own.Length;
            }
            return mean!;
        };
    }

    public static IEnumerable<double> Numbers(IEnumerable<Tensor<double>> tensors) =>
        tensors.SelectMany(tensor => tensor.ToArray());
}
