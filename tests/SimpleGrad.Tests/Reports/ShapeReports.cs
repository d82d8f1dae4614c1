using SimpleGrad.Tests.Compiler;

namespace SimpleGrad.Tests.Reports;

/// <summary>Reported faults of shapes and sizes, in this library or in others, and the right values.</summary>
public sealed class ShapeReports
{
    private const int Many = 70_000; // more than a piece of work has

    /// <summary>Sums of which nothing, or one number many times, is left to add.</summary>
    public static TheoryData<string, Func<Variable<double>, Variable<double>>, double> Reductions => new()
    {
        { "(n, 1) along 1", x => x.Reshape(Many, 1).Sum(1), 1 },
        { "(1, n) along 0", x => x.Reshape(1, Many).Sum(0), 1 },
        { "along no axis", x => x.Sum(Array.Empty<int>()), 1 },
        { "(1, 7, n / 7, 1) along 0 and 3", x => x.Reshape(1, 7, Many / 7, 1).Sum([0, 3]).Flatten(), 1 },
        { "mean of a batch of one", x => x.Reshape(1, Many).Mean(0), 1 },
        { "expanded in front", x => x.Expand([5, Many]).Sum(0), 5 },
        { "expanded behind", x => x.Reshape(Many, 1).Expand([Many, 4]).Sum(1), 4 },
        { "mean of expanded", x => x.Expand([5, Many]).Mean(0), 1 },
        { "greatest of (n, 1)", x => x.Reshape(Many, 1).Amax(1), 1 },
        { "least of expanded", x => x.Expand([3, Many]).Amin(0), 1 },
        { "product of (n, 1)", x => x.Reshape(Many, 1).Prod(1), 1 },
        { "norm of (n, 1)", x => x.Reshape(Many, 1).Norm(2, 1), 1 },
        { "log-sum-exp of (1, n)", x => x.Reshape(1, Many).LogSumExp(0), 1 },
        { "sum to (n, 1)", x => x.Reshape(Many, 1).SumTo(Many, 1).Flatten(), 1 },
    };

    /// <summary>Sources: a reduction of torch.zeros(65537, 1) and like ones; values by definition.</summary>
    [Theory, MemberData(nameof(Reductions))]
    public void Nothing_is_left_to_reduce(string what, Func<Variable<double>, Variable<double>> reduce, double factor)
    {
        double[] numbers = [.. Enumerable.Range(1, Many).Select(i => 1 + i * 1e-3)];
        Check(reduce);
        Comparison.OnBothExecutors(() => Check(Tested.Compile<double>(reduce).InvokeOf));

        void Check(Func<Variable<double>, Variable<double>> function)
        {
            var tape = new Tape<double>();
            Variable<double> x = tape.Variable(numbers), sums = function(x);
            Assert.Equal([Many], sums.Shape.ToArray());
            double[] values = sums.Value.ToArray(), slopes = tape.Grad(sums.Sum(), x)!.Value.ToArray();
            for (int i = 0; i < Many; i++)
            {
                Assert.Equal(factor * numbers[i], values[i], 1e-12 * factor * numbers[i]);
                Assert.True(Math.Abs(slopes[i] - factor) < 1e-12, $"{what}: {slopes[i]}");
            }
        }
    }

    [Fact]
    public void Vmap_maps_over_many_vectors_of_one()
    {
        Tensor<double> x = Tensor.Create<double>([.. Enumerable.Range(0, Many).Select(i => (double)i)], [Many, 1]);
        Assert.Equal(x.ToArray(), Transform.Vmap<double>(v => v.Sum(), x).ToArray());
        Assert.Equal(
            x.ToArray().Select(i => i * i), Transform.Vmap<double>(v => v.Square().Sum(), x).ToArray());
    }

    /// <summary>Writes over a part without elements, which change nothing.</summary>
    public static TheoryData<string, Action<Variable<double>, Variable<double>>> EmptyWrites => new()
    {
        { "fill", (q, _) => q.Fill(5) },
        { "zero", (q, _) => q.Zero() },
        { "assign a number", (q, _) => q.Assign(5) },
        { "assign", (q, y) => q.Assign(y.Sum()) },
        { "assign itself", (q, _) => q.Assign(q * 2) },
        { "copy", (q, _) => q.CopyFrom(Tensor.Scalar(5.0)) },
        { "add a number", (q, _) => q.AddInPlace(5) },
        { "add", (q, y) => q.AddInPlace(y.Sum()) },
        { "subtract", (q, y) => q.SubtractInPlace(y.Sum()) },
        { "multiply by a number", (q, _) => q.MultiplyInPlace(5) },
        { "multiply", (q, y) => q.MultiplyInPlace(y.Sum()) },
        { "divide", (q, y) => q.DivideInPlace(y.Sum()) },
        { "masked fill", (q, y) => q.MaskedFillInPlace(y.Sum(), 5) },
        { "clamp", (q, _) => q.ClampInPlace(7, 8) },
        { "add at places", (q, y) => q.IndexAddInPlace(0, Tensor.Create<int>([]), y[..0].Expand(q.Shape)) },
        { "apply", (q, _) => q.ApplyInPlace(x => x.Exp()) },
    };

    /// <summary>Value and gradient are those of 3 x: by definition, writing nothing writes nothing.</summary>
    [Theory, MemberData(nameof(EmptyWrites))]
    public void Writing_over_nothing_changes_nothing(string what, Action<Variable<double>, Variable<double>> write)
    {
        foreach (Func<Variable<double>, Variable<double>> part in new Func<Variable<double>, Variable<double>>[]
        {
            q => q.Flatten()[1..], q => q.Flatten().Slice(0, 0, 0), q => q.Reshape(1, 1)[1..], q => q.Flatten()[^0..],
            q => q.Reshape(1, 1).Diagonal(1), q => q.Reshape(1, 1).Transpose().Slice(1, 1).Flatten(),
        })
        {
            foreach (Shape shape in new Shape[] { [], [1], [1, 1], [1, 1, 1] })
            {
                Variable<double> Program(Variable<double> x, Variable<double> y)
                {
                    Variable<double> t = x * 3;
                    Variable<double> empty = part(t);
                    write(what == "add at places" ? empty.Reshape(0) : empty, y);
                    return t + 0 * empty.Sum();
                }
                Check(Program);
                Comparison.OnBothExecutors(() =>
                {
                    Aggregate<double> compiled = Tested.Compile<double>(Program);
                    Check((x, y) => compiled.Invoke(x, y));
                });

                void Check(Func<Variable<double>, Variable<double>, Variable<double>> program)
                {
                    var tape = new Tape<double>();
                    Variable<double> x = tape.Variable(Tensor.Create<double>([2], shape), "x");
                    Variable<double> y = tape.Variable([7.0, 8.0]), result = program(x, y);
                    Assert.Equal([6.0], result.Value.ToArray());
                    Variable<double>[] gradients = tape.Grad(result.Sum(), [x, y], zeros: true)!;
                    Assert.Equal([3.0], gradients[0].Value.ToArray());
                    Assert.Equal([0.0, 0.0], gradients[1].Value.ToArray());
                }
            }
        }
    }

    [Fact]
    public void Writing_over_nothing_is_still_checked()
    {
        var tape = new Tape<double>();
        Variable<double> t = tape.Variable(2.0) * 3, empty = t.Flatten()[1..];
        Assert.StartsWith(
            "add_: ", Assert.Throws<ArgumentException>(() => empty.AddInPlace(tape.Constant([1.0, 2.0]))).Message
                .Replace("add: ", "add_: "));
        using (tape.NoGrad())
            empty.Fill(5);
        Assert.Equal(6, t.Value.Item());
        // What an entry has saved is as it was.
        Variable<double> square = t.Square();
        empty.MultiplyInPlace(2);
        Assert.Equal(12, tape.Grad(square, t)!.Value.Item());
    }

    /// <summary>Sizes beyond what a tensor can have: pytorch/pytorch#45201, pytorch/functorch#636 and #680.</summary>
    public static TheoryData<string, Func<Variable<double>, object>> TooGreat => new()
    {
        { "outer", x => x.Outer(x) },
        { "mul", x => x.Reshape(-1, 1) * x },
        { "where", x => Variable.Where(x.Reshape(-1, 1), x, 0) },
        { "matmul", x => x.Reshape(-1, 1).MatMul(x.Reshape(1, -1)) },
        { "matmul", x => x.Reshape(7, -1, 1).MatMul(x.Reshape(1, -1)) },
        { "linear", x => x.Reshape(-1, 1).Linear(x.Reshape(-1, 1)) },
        { "expand", x => x.Expand(Many, Many) },
        { "reshape", x => x.Reshape(Many, Many) },
        { "repeat", x => x.Repeat(Many) },
        { "repeat", x => x.Repeat(int.MaxValue, int.MaxValue) },
        { "tile", x => x.Tile(Many) },
        { "repeat_interleave", x => x.RepeatInterleave(Many, 0) },
        { "repeat_interleave", x => x.RepeatInterleave(int.MaxValue, 0) },
        { "pad", x => x.Pad([(int.MaxValue, int.MaxValue)]) },
        { "pad", x => x.Pad([(int.MaxValue, int.MaxValue)], PadMode.Replicate) },
        { "pad", x => x.Reshape(2, -1).Pad([(Many, 0), (Many, 0)]) },
        { "unfold", x => x.Expand(4, Many).Unfold(1, Many / 2, 1) },
        { "diag_embed", x => x.DiagEmbed() },
        { "diag_embed", x => x.Diag() },
        { "diag_embed", x => x[..3].DiagEmbed(int.MinValue) },
        { "kron", x => x.Kron(x) },
        { "kron", x => x.Reshape(-1, 1).Kron(x.Reshape(1, -1)) },
        { "meshgrid", x => Variable.Meshgrid(x, x) },
        { "einsum", x => Variable.Einsum("i,j->ij", x, x) },
        { "tensordot", x => Variable.TensorDot(x, x, 0) },
        { "cdist", x => x.Reshape(-1, 1).Cdist(x.Reshape(-1, 1)) },
        { "cov", x => x.Reshape(-1, 1).Cov() },
        { "concatenate", x => Variable.Concatenate([.. Enumerable.Repeat(x.Expand(20_000, Many), 2)]) },
        { "stack", x => Variable.Stack([.. Enumerable.Repeat(x.Expand(20_000, Many), 2)]) },
        { "index", x => x.Expand(100, Many)[Tensor.Zeros<int>([Many])] },
        { "index_select", x => x.Expand(100, Many).IndexSelect(0, Tensor.Zeros<int>([Many])) },
        { "embedding", x => x.Expand(100, Many).Embedding(Tensor.Zeros<int>([Many])) },
        { "index", x => x.Reshape(2, 2, -1)[Tensor.Zeros<int>([Many, 2]), Tensor.Zeros<int>([2])] },
        { "conv1d", x => x[..4].Reshape(1, 1, 4).Conv1d(x[..2].Reshape(1, 1, 2), padding: int.MaxValue) },
        {
            "conv_transpose1d", x =>
                x[..4].Reshape(1, 1, 4).ConvTranspose1d(x[..2].Reshape(1, 1, 2), null, stride: 1_000_000_000)
        },
        {
            "conv_transpose2d", x =>
                x[..4].Reshape(1, 2, 2).ConvTranspose2d(x[..1].Reshape(1, 1, 1, 1), null, stride: int.MaxValue)
        },
        {
            "scaled_dot_product_attention", x => Variable.ScaledDotProductAttention(
                x.Reshape(-1, 1), x.Reshape(-1, 1), x.Reshape(-1, 1))
        },
        { "Jacobian", x => Derivatives.Jacobian(v => v.Sin(), x.Value) },
        { "Jacobian", x => Derivatives.Jacobian(v => v.Sin(), x) },
        { "Hessian", x => Derivatives.Hessian(v => v.Sin().Sum(), x.Value) },
        { "Hessian", x => Derivatives.Hessian(v => v.Sin().Sum(), x) },
        { "Hessian", x => Derivatives.Hessian<double>(v => v.Sin().Sum()).Compile(Tested.Pipeline).Invoke(x.Value) },
        { "arange", _ => Tensor.Arange(1e12) },
        { "eye", _ => Tensor.Eye<float>(Many) },
        { "batch of 70000", x => Transform.Vmap(v => v.Expand(Many), x.Reshape(-1, 1)) },
    };

    [Theory, MemberData(nameof(TooGreat))]
    public void What_cannot_exist_is_refused_before_any_work(
        string operation, Func<Variable<double>, object> make)
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(Tensor.Ones<double>([Many]));
        string message = "";
        Allocations.AtMost(20_000_000, () => message = Assert.Throws<OverflowException>(() => make(x)).Message);
        Assert.Matches($@"^{operation}: a tensor of shape \([\d, ]+\) has more than 2147483591 elements[.,]", message);
        if (operation is not ("arange" or "eye"))
            Assert.Contains(", for shape (", message);
    }
}
