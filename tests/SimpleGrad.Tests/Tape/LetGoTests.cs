using System.Runtime.CompilerServices;

namespace SimpleGrad.Tests.TapeTests;

/// <summary>What nobody can reach any more is let go, though the tape or the compiled function lives on.</summary>
[Collection(nameof(Alone))]
public sealed class LetGoTests
{
    private readonly Tape<double> _tape = new();
    private readonly double[] _numbers = [.. Enumerable.Range(0, 24).Select(i => 0.5 + i / 16.0)];

    [Fact]
    public void A_reset_lets_go_of_all_that_was_recorded()
    {
        WeakReference[] recorded = Record();
        Assert.All(recorded, each => Assert.True(each.IsAlive));
        _tape.Reset();
        AssertCollected(recorded);
        Assert.Equal(0, _tape.Count);
    }

    /// <summary>The sweep's own tables are used again, and must be empty by then.</summary>
    [Fact]
    public void A_sweep_that_records_nothing_holds_on_to_nothing()
    {
        Variable<double> x = _tape.Variable(_numbers, "x"), loss = (x.Exp() * x).Sum();
        AssertCollected(Sweep(x, loss));
        AssertCollected(SweepOfUsersOperator(x));
        GC.KeepAlive(loss);
        GC.KeepAlive(_tape);

        [MethodImpl(MethodImplOptions.NoInlining)]
        WeakReference[] Sweep(Variable<double> x, Variable<double> loss) =>
            [new(_tape.Grad(loss, x, createGraph: false)), new(_tape.Grad(loss, loss, createGraph: false))];

        [MethodImpl(MethodImplOptions.NoInlining)]
        WeakReference[] SweepOfUsersOperator(Variable<double> x)
        {
            var op = new Noting();
            Variable<double> loss = (op.Apply(x) * x).Sum();
            _ = _tape.Grad(loss, x, createGraph: false);
            WeakReference[] seen = [new(op.Came)];
            op.Came = null;
            return seen;
        }
    }

    [Fact]
    public void Writes_of_a_tape_that_is_gone_are_forgotten()
    {
        Tensor<double> kept = Tensor.Create<double>([.. _numbers]);
        AssertCollected([WriteOn(kept)]);
        GC.KeepAlive(kept);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference WriteOn(Tensor<double> kept)
        {
            var tape = new Tape<double>();
            Variable<double> x = tape.Variable(2.0), state = tape.Constant(kept);
            state.MultiplyInPlace(x);
            Assert.Equal(29.25, tape.Grad(state.Sum(), x)!.Item());
            return new WeakReference(tape);
        }
    }

    [Fact]
    public void A_compiled_function_lets_go_of_inputs_results_and_tapes()
    {
        Aggregate<double> aggregate = Aggregate.Compile<double>((a, b) => ((a + b) * b.Exp()).MatMul(a.Transpose()));
        var function = Derivatives.ValueAndGrad<double>((a, b) => ((a + b) * b.Exp()).Sum()).Compile();
        AssertCollected(Call());
        AssertCollected(Call());
        GC.KeepAlive(aggregate);
        GC.KeepAlive(function);

        [MethodImpl(MethodImplOptions.NoInlining)]
        WeakReference[] Call()
        {
            Tensor<double> a = Tensor.Create<double>([.. _numbers], [4, 6]), b = a + 1;
            var tape = new Tape<double>();
            Variable<double> x = tape.Variable(a), result = aggregate.Invoke(x, tape.Variable(b)).Sum();
            Variable<double> gradient = tape.Grad(result, x)!;
            (Tensor<double> value, Tensor<double> da, Tensor<double> db) = function.Invoke(a, b);
            return
            [
                new(a), new(b), new(tape), new(x), new(result), new(gradient), new(value), new(da), new(db),
            ];
        }
    }

    /// <summary>Shapes that are met no more do not keep their programs for ever.</summary>
    [Fact]
    public void A_compiled_function_lets_go_of_shapes_that_it_met_long_ago()
    {
        var functions = new List<WeakReference>();
        var specializations = new Specializations<double>(shapes =>
        {
            Graph<double> graph = Tracing.Run<double>(shapes.Inputs, (_, x) => [x[0] * 2]);
            var function = new CompiledFunction<double>("twice", graph, [], 0.5, CompilePipeline.Default);
            functions.Add(new WeakReference(function));
            return function;
        });
        for (int length = 1; length <= 600; length++)
            _ = specializations.ForCall([Tensor.Full([length], 1.0)], []);
        Assert.Equal(600, functions.Count);
        Collect(() => functions.Count(each => each.IsAlive) <= 256 + 16 + 1);
        Assert.InRange(functions.Count(each => each.IsAlive), 1, 256 + 16 + 1);
        GC.KeepAlive(specializations);
    }

    /// <summary>Large blocks that nobody needed between two full collections go; those in use come back.</summary>
    [Fact]
    public void The_pool_lets_go_of_large_blocks_that_nobody_needs()
    {
        const int length = 1_234_567;
        WeakReference[] blocks = RentAndRelease();
        Assert.All(blocks, each => Assert.True(each.IsAlive));
        Collect(() => !Array.Exists(blocks, each => each.IsAlive));
        Assert.All(blocks, each => Assert.False(each.IsAlive));

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference[] RentAndRelease()
        {
            Storage<double>[] blocks = [.. Enumerable.Range(0, 6).Select(_ => Storage<double>.Uninitialized(length))];
            foreach (Storage<double> block in blocks)
                block.Release();
            Storage<double> last = Storage<double>.Uninitialized(length);
            Assert.Same(blocks[^1], last);
            last.Release();
            return [.. blocks.Select(block => new WeakReference(block.Data))];
        }
    }

    /// <summary>Blocks that are needed in each step stay.</summary>
    [Fact]
    public void The_pool_keeps_large_blocks_that_are_in_use_from_time_to_time()
    {
        const int length = 1_345_678;
        Storage<double> block = Storage<double>.Uninitialized(length);
        for (int i = 0; i < 5; i++)
        {
            block.Release();
            Assert.Same(block, Storage<double>.Uninitialized(length));
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    /// <summary>The memory of a result that a later operator in a program has used up is taken again.</summary>
    [Fact]
    public void A_program_needs_the_memory_of_a_few_results()
    {
        const int length = 60, size = 32;
        TensorFunction<double, Tensor<double>> chain = TensorFunction.Of<double>((x, y) =>
        {
            for (int i = 0; i < length; i++)
                x = x.MatMul(y).Transpose();
            return x;
        }).Compile();
        Tensor<double> one = Tensor.Full([size, size], 1.0 / size).ToContiguous();
        Allocations.AtMost(length * size * size * sizeof(double) / 8, () => Allocations.OnNewThread(() =>
        {
            _ = chain.Invoke(one, one);
            return Allocations.Of(() => chain.Invoke(one, one));
        }));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference[] Record()
    {
        var op = new Noting();
        Variable<double> x = _tape.Variable(_numbers, "x"), constant = _tape.Constant(_numbers), number = 3.0 * x;
        Variable<double> product = op.Apply(x * constant) * number;
        Variable<double> temporary = _tape.Temporary(product.Value + 1);
        var captured = new object();
        _tape.RecordAggregate("same", [product], [temporary], gradients =>
        {
            GC.KeepAlive(captured);
            return [gradients[0]];
        });
        Variable<double> written = temporary.Clone().AddInPlace(x);
        Variable<double> loss = written.Square().Sum();
        Variable<double>? gradient = _tape.Grad(loss, x);
        WeakReference[] recorded =
        [
            new(op), new(op.Came), new(x), new(constant), new(number), new(product), new(temporary), new(captured),
            new(written), new(loss), new(gradient),
        ];
        op.Came = null;
        return recorded;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AssertCollected(WeakReference[] references)
    {
        Collect(() => !Array.Exists(references, each => each.IsAlive));
        Assert.Empty(references.Index().Where(each => each.Item.IsAlive).Select(each => each.Index));
    }

    /// <summary>Collects until something is gone, or it is plain that it does not go.</summary>
    private static void Collect(Func<bool> isGone)
    {
        for (int i = 0; i < 10 && !isGone(); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private sealed class Noting : UnaryOperator<double>
    {
        public Variable<double>? Came { get; set; }

        public override string Name => "noting";

        protected override Tensor<double> Forward(Tensor<double> x, Shape shape) => x + 0;

        protected override Variable<double>? Propagate(Variable<double> gradient, in Propagation<double> at) =>
            Came = gradient * 1.5;
    }
}
