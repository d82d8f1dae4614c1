namespace SimpleGrad.Tests.Golden;

/// <summary>How each operator of the golden files is written with the library.</summary>
internal static partial class OperatorAdapters
{
    private static readonly Dictionary<string, Func<OperatorCall, Variable<double>[]>> _table =
        new[] { Elementwise, Functions, Losses, Reductions, LinearAlgebra, Rearrangements, Compositions }
            .SelectMany(family => family).ToDictionary();

    /// <summary>
    /// The adapter of an operator; null where there is none. A name ending in <c>_sq</c> means the operator and then
    /// a square, where the tables do not say otherwise.
    /// </summary>
    public static Func<OperatorCall, Variable<double>[]>? Find(string op)
    {
        if (_table.TryGetValue(op, out Func<OperatorCall, Variable<double>[]>? adapter))
            return adapter;
        return op.EndsWith("_sq", StringComparison.Ordinal) && Find(op[..^3]) is { } plain
            ? call => [.. plain(call).Select(output => output.Square())]
            : null;
    }

    private static Dictionary<string, Func<OperatorCall, Variable<double>[]>> Elementwise => new()
    {
        ["abs"] = c => [c.X.Abs()],
        ["add"] = c => [c.X + c.Y],
        ["add_alpha"] = c => [c.X + c.Number("alpha") * c.Y],
        ["add_scalar"] = c => [c.X + c.Number("scalar")],
        ["clamp"] = c => [c.X.Clamp(c.NumberOrNone("min"), c.NumberOrNone("max"))],
        ["cos"] = c => [c.X.Cos()],
        ["detach"] = c => [c.X.Detach() * 2],
        ["div"] = c => [c.X / c.Y],
        ["div_scalar"] = c => [c.X / c.Number("scalar")],
        ["exp"] = c => [c.X.Exp()],
        ["expm1"] = c => [c.X.Expm1()],
        ["log"] = c => [c.X.Log()],
        ["log1p"] = c => [c.X.Log1p()],
        ["masked_fill"] = c => [Variable.Where(c["mask"], c.Number("value"), c.X)],
        ["maximum"] = c => [c.X.Maximum(c.Y)],
        ["minimum"] = c => [c.X.Minimum(c.Y)],
        ["mul"] = c => [c.X * c.Y],
        ["mul_scalar"] = c => [c.X * c.Number("scalar")],
        ["neg"] = c => [-c.X],
        ["pow"] = c => [c.X.Pow(c.Y)],
        ["pow_int_scalar"] = c => [c.X.Pow(c.Int("exponent"))],
        ["pow_scalar"] = c => [c.X.Pow(c.Number("exponent"))],
        ["rdiv_scalar"] = c => [c.Number("scalar") / c.X],
        ["reciprocal"] = c => [c.X.Reciprocal()],
        ["relu"] = c => [c.X.Relu()],
        ["rsub_scalar"] = c => [c.Number("scalar") - c.X],
        ["same_input"] = c => c.Expr switch
        {
            "x + x" => [c.X + c.X],
            "torch.atan2(x, x)" => [c.X.Atan2(c.X)],
            _ => throw new NotSupportedException(c.Expr),
        },
        ["scalar_pow"] = c => [c.Tape.Constant(c.Number("base")).Pow(c.X)],
        ["sigmoid"] = c => [c.X.Sigmoid()],
        ["sign"] = c => [c.X.Sign()],
        ["sin"] = c => [c.X.Sin()],
        ["softplus"] = c => [c.X.Softplus(c.Number("beta"), c.Number("threshold"))],
        ["sqrt"] = c => [c.X.Sqrt()],
        ["square"] = c => [c.X.Square()],
        ["sub"] = c => [c.X - c.Y],
        ["sub_alpha"] = c => [c.X - c.Number("alpha") * c.Y],
        ["sub_scalar"] = c => [c.X - c.Number("scalar")],
        ["tan"] = c => [c.X.Tan()],
        ["tanh"] = c => [c.X.Tanh()],
        ["unused"] = c => [c.Y * 2],
        ["where"] = c => [Variable.Where(c["c"], c.X, c.Y)],
    };

    private static Dictionary<string, Func<OperatorCall, Variable<double>[]>> Reductions => new()
    {
        ["amax"] = c => [Greatest(c, c.X)],
        ["amin"] = c => [-Greatest(c, -c.X)],
        ["logsumexp"] = c => [c.X.LogSumExp(c.Ints("dim"), c.Flag("keepdim"))],
        ["max"] = c => [WithoutAxis(c).Amax()],
        ["mean"] = c => [c.IntsOrNone("dim") is { } axes ? c.X.Mean(axes, c.Flag("keepdim")) : c.X.Mean()],
        ["min"] = c => [-(-WithoutAxis(c)).Amax()],
        ["sum"] = c => [c.IntsOrNone("dim") is { } axes ? c.X.Sum(axes, c.Flag("keepdim")) : c.X.Sum()],
    };

    private static Dictionary<string, Func<OperatorCall, Variable<double>[]>> Rearrangements => new()
    {
        ["broadcast_to"] = c => [c.X.Expand(c.Ints("shape"))],
        ["cat"] = c => [Variable.Concatenate([c.X, c.Y], c.Int("dim"))],
        ["chunk"] = c => Split(c.X.Square(), c.Int("dim"), chunks: c.Int("chunks")),
        ["embedding"] = c => [Pick(c["w"], 0, c.Indices("index")).Reshape([.. c["index"].Shape, c["w"].Shape[1]])],
        ["expand"] = c => [c.X.Expand(c.Ints("sizes"))],
        ["flatten"] = c => [Flatten(c.X, c.Int("start_dim"), c.Int("end_dim"))],
        ["flip"] = c => [c.Ints("dims").Aggregate(c.X, Flip)],
        ["index_select"] = c => [Pick(c.X, c.Int("dim"), c.Indices("index"))],
        ["movedim"] = c => [MoveAxis(c.X, c.Int("source"), c.Int("destination"))],
        ["narrow"] = c => [Narrow(c.X, c.Int("dim"), c.Int("start"), c.Int("length"))],
        ["permute"] = c => [c.X.Permute(c.Ints("dims"))],
        ["reshape"] = c => [c.X.Reshape(c.Ints("shape"))],
        ["repeat"] = c => [Repeat(c.X, c.Ints("repeats"))],
        ["repeat_interleave"] = c => [Pick(c.X, c.Int("dim"), [.. EachRepeated(c)])],
        ["roll"] = c => [c.Ints("shifts").Zip(c.Ints("dims")).Aggregate(c.X, (x, r) => Roll(x, r.First, r.Second))],
        ["roll_flat"] = c => [Roll(c.X.Reshape(-1), c.Int("shifts"), 0).Reshape(c.X.Shape)],
        ["tile"] = c => [Repeat(c.X, c.Ints("dims"))],
        ["select"] = c => [c.X.Select(c.Int("dim"), c.Int("index"))],
        ["slice"] = c => [c.Slices("slices").Index().Aggregate(c.X, (x, s) => Slice(x, s.Index, s.Item))],
        ["split"] = c => Split(c.X, c.Int("dim"), c.Ints("split_size_or_sections")),
        ["split_first_only"] = c => [Split(c.X.Square(), c.Int("dim"), c.Ints("split_size_or_sections"))[0]],
        ["squeeze"] = c => [c.X.Reshape([.. c.X.Shape.Where(length => length != 1)])],
        ["squeeze_dim"] = c => [c.X.Shape[Axis(c, c.X.Rank)] == 1 ? c.X.Select(c.Int("dim"), 0) : c.X],
        ["stack"] = c => [Variable.Stack([c.X, c.Y], c.Int("dim"))],
        ["stack_sq"] = c => [Variable.Stack([c.X, c.Y, c.X], c.Int("dim")).Square()],
        ["transpose"] = c => [c.X.Transpose(c.Int("dim0"), c.Int("dim1"))],
        ["unbind"] = c => Unbind(c.X.Square(), c.Int("dim")),
        ["unsqueeze"] = c => [Variable.Stack([c.X], c.Int("dim"))],
    };

    private static Variable<double> Second(OperatorCall call) => call.HasInput("y") ? call.Y : call.X;

    private static int Axis(OperatorCall call, int rank) => (call.Int("dim") + rank) % rank;

    private static Variable<double> Greatest(OperatorCall call, Variable<double> x) =>
        call.IntsOrNone("dim") is { } axes ? x.Amax(axes, call.Flag("keepdim")) : x.Amax();

    /// <summary>The maximum along an axis gives the place of the first greatest element too.</summary>
    private static Variable<double> WithoutAxis(OperatorCall call) => call.IntsOrNone("dim") is null
        ? call.X
        : throw new NotSupportedException("The library has no maximum that gives its place.");

    private static Variable<double> Slice(Variable<double> x, int axis, int?[] bounds) =>
        x.Slice(axis, bounds.ElementAtOrDefault(0), bounds.ElementAtOrDefault(1), bounds.ElementAtOrDefault(2) ?? 1);

    private static Variable<double> Narrow(Variable<double> x, int axis, int start, int length)
    {
        Range range = start < 0 ? ^-start..^(-start - length) : start..(start + length);
        return x[[.. Enumerable.Repeat(Range.All, axis < 0 ? axis + x.Rank : axis), range]];
    }

    /// <summary>One section is the length of all parts but the last.</summary>
    private static Variable<double>[] Split(Variable<double> x, int axis, params int[] sections)
    {
        int length = x.Shape[axis], at = 0;
        if (sections is [int each])
            sections = [.. Enumerable.Repeat(each, length / each), .. length % each > 0 ? [length % each] : (int[])[]];
        return [.. sections.Select(section => x.Slice(axis, at, at += section))];
    }

    private static Variable<double>[] Split(Variable<double> x, int axis, int chunks) =>
        Split(x, axis, [(x.Shape[axis] + chunks - 1) / chunks]);

    private static Variable<double>[] Unbind(Variable<double> x, int axis) =>
        [.. Enumerable.Range(0, x.Shape[axis]).Select(i => x.Select(axis, i))];

    private static Variable<double> Flatten(Variable<double> x, int first, int last)
    {
        int[] lengths = x.Rank == 0 ? [1] : x.Shape.ToArray();
        (first, last) = ((first + lengths.Length) % lengths.Length, (last + lengths.Length) % lengths.Length);
        int length = lengths[first..(last + 1)].Aggregate(1, (a, b) => a * b);
        return x.Reshape([.. lengths[..first], length, .. lengths[(last + 1)..]]);
    }

    private static Variable<double> MoveAxis(Variable<double> x, int source, int destination)
    {
        var order = Enumerable.Range(0, x.Rank).ToList();
        int axis = (source + x.Rank) % x.Rank;
        order.Remove(axis);
        order.Insert((destination + x.Rank) % x.Rank, axis);
        return x.Permute([.. order]);
    }

    private static Variable<double> Pick(Variable<double> x, int axis, int[] indices) => indices.Length == 0
        ? x.Slice(axis, 0, 0)
        : Variable.Stack([.. indices.Select(index => x.Select(axis, index))], axis);

    private static Variable<double> Flip(Variable<double> x, int axis) =>
        Pick(x, axis, [.. Enumerable.Range(1, x.Shape[axis]).Select(i => -i)]);

    private static Variable<double> Roll(Variable<double> x, int shift, int axis)
    {
        int length = x.Shape[axis], cut = length == 0 ? 0 : ((-shift % length) + length) % length;
        return Variable.Concatenate([x.Slice(axis, cut), x.Slice(axis, 0, cut)], axis);
    }

    private static IEnumerable<int> EachRepeated(OperatorCall call)
    {
        int[] repeats = call.HasInput("repeats") ? call.Indices("repeats") : call.Ints("repeats");
        int length = call.X.Shape[call.Int("dim")];
        return Enumerable.Range(0, length).SelectMany(i => Enumerable.Repeat(i, repeats[repeats.Length == 1 ? 0 : i]));
    }

    private static Variable<double> Repeat(Variable<double> x, int[] repeats)
    {
        int[] lengths = [.. Enumerable.Repeat(1, Math.Max(0, repeats.Length - x.Rank)), .. x.Shape];
        repeats = [.. Enumerable.Repeat(1, lengths.Length - repeats.Length), .. repeats];
        int[] spread = [.. lengths.SelectMany(length => new[] { 1, length })];
        int[] expanded = [.. repeats.Zip(lengths, (n, length) => new[] { n, length }).SelectMany(pair => pair)];
        return x.Reshape(spread).Expand(expanded).Reshape([.. repeats.Zip(lengths, (n, length) => n * length)]);
    }
}
