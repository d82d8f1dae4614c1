namespace SimpleGrad.GradBench;

/// <summary>
/// A determinant by its definition through minors, with the factorial number of operations that it takes.
/// </summary>
/// <remarks>
/// Minors of one size are computed together. The smallest ones are written out, with all first, all second elements and
/// so on as vectors; the sums that make them a minor of the next size run along one axis.
/// </remarks>
internal static class Det
{
    /// <summary>Minors of this size are written out.</summary>
    private const int Smallest = 3;

    /// <summary>Matrices up to this size are one compiled function, whose vectors stay in the cache.</summary>
    private const int Largest = 8;

    public static Evaluation Primal(Input input)
    {
        Tensor<double> matrix = Read(input);
        var determinant = Aggregate.Compile<double>(ByLevels, "determinant");
        var tape = new Tape<double>();
        return Evaluation.Of(
            () =>
            {
                tape.Reset();
                return ByRecursion(tape.Constant(matrix), determinant).Value;
            },
            Output.Write);
    }

    public static Evaluation Gradient(Input input)
    {
        Tensor<double> matrix = Read(input);
        var determinant = Aggregate.Compile<double>(ByLevels, "determinant");
        var tape = new Tape<double>();
        return Evaluation.Of(
            () =>
            {
                tape.Reset();
                Variable<double> a = tape.Variable(matrix);
                return tape.Grad(ByRecursion(a, determinant), a, zeros: true, createGraph: false)!.Value;
            },
            (json, gradient) => json.Write(gradient.Reshape(-1)));
    }

    private static Tensor<double> Read(Input input)
    {
        int size = input["ell"].Integer(least: 1);
        return input["A"].Tensor(size * size).Reshape(size, size);
    }

    /// <summary>Expands along the first row until minors are small enough.</summary>
    private static Variable<double> ByRecursion(Variable<double> a, Aggregate<double> determinant)
    {
        int size = a.Shape[0];
        if (size <= Largest)
            return determinant.Invoke(a);
        Variable<double>[] first = a.Select(0, 0).Unbind();
        Variable<double> below = a[1..], sum = first[0] * Minor(0);
        for (int column = 1; column < size; column++)
        {
            Variable<double> term = first[column] * Minor(column);
            sum = column % 2 == 0 ? sum + term : sum - term;
        }
        return sum;

        Variable<double> Minor(int column) => ByRecursion(
            below.IndexSelect(1, Tensor.Create<int>(Without([.. Enumerable.Range(0, size)], column))), determinant);
    }

    /// <summary>Computes all smallest minors, then from them all of the next size, and so on.</summary>
    private static Variable<double> ByLevels(Variable<double> a)
    {
        int size = a.Shape[0], levels = size - Math.Min(size, Smallest);
        // For each level the columns that its minors have left: of all ways to leave out one after the other.
        var columns = new List<int[][]> { new[] { Enumerable.Range(0, size).ToArray() } };
        for (int level = 0; level < levels; level++)
            columns.Add([
                .. from left in Enumerable.Range(0, size - level)
                   from minor in columns[level]
                   select Without(minor, left),
            ]);
        a = a.Flatten();
        var rows = new Variable<double>[size - levels][];
        for (int row = 0; row < rows.Length; row++)
            rows[row] = Elements(row + levels, columns[levels]).Unbind();
        Variable<double> minors = WrittenOut(rows);
        for (int level = levels - 1; level >= 0; level--)
        {
            Variable<double> elements = Elements(level, columns[level]);
            double[] signs = [.. Enumerable.Range(0, size - level).Select(i => i % 2 == 0 ? 1.0 : -1.0)];
            minors = (elements * a.Tape.Constant(signs).Unsqueeze(1) * minors.Reshape(elements.Shape)).Sum(0);
        }
        return minors.Sum();

        // The elements of a row in all columns that the minors have: first the first of each.
        Variable<double> Elements(int row, int[][] minors)
        {
            int[] places =
                [.. from i in Enumerable.Range(0, minors[0].Length) from minor in minors select row * size + minor[i]];
            return a.IndexSelect(0, Tensor.Create<int>(places)).Reshape(-1, minors.Length);
        }
    }

    private static Variable<double> WrittenOut(ReadOnlySpan<Variable<double>[]> rows)
    {
        Variable<double> sum = rows[0][0];
        for (int column = 0; rows.Length > 1 && column < rows.Length; column++)
        {
            Variable<double>[][] below = Array.ConvertAll(rows[1..].ToArray(), row => Without(row, column));
            Variable<double> term = rows[0][column] * WrittenOut(below);
            sum = column == 0 ? term : column % 2 == 0 ? sum + term : sum - term;
        }
        return sum;
    }

    private static TElement[] Without<TElement>(TElement[] elements, int index) =>
        [.. elements[..index], .. elements[(index + 1)..]];
}
