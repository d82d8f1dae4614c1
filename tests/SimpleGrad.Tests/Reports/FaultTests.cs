namespace SimpleGrad.Tests.Reports;

/// <summary>
/// A failure in the user's code, wherever it comes and whatever is under way, leaves everything usable: the same tape,
/// and the same compiled function, give right results afterwards.
/// </summary>
public sealed class FaultTests
{
    private static readonly Tensor<double> _at = Tensor.Create<double>([0.5, 1.25, 2]);

    private static readonly Dictionary<string, Func<Func<Tape<double>, Tensor<double>>>> _drivers = new()
    {
        ["grad"] = () => tape => Loop(tape, F),
        ["compiled"] = () =>
        {
            Aggregate<double> f = Aggregate.Compile<double>(F, "f");
            return tape =>
            {
                Variable<double> x = X(tape);
                return tape.Grad(tape.Grad(f.Invoke(x).Sum(), x)!.Square().Sum(), x)!.Value;
            };
        },
        ["compiled without recording"] = () =>
        {
            Aggregate<double> f = Aggregate.Compile<double>(F, "f");
            return tape =>
            {
                Variable<double> x = X(tape);
                using (tape.NoGrad())
                    return f.Invoke(x).Value;
            };
        },
        ["explained"] = () =>
        {
            Aggregate<double> f = Aggregate.Compile<double>(F, "f");
            return _ =>
            {
                Assert.Contains(
                    "F(v)", f.Explain([_at.Shape], new() { Order = 2 }), StringComparison.OrdinalIgnoreCase);
                return _at;
            };
        },
        ["Hessian"] = () => Of(Derivatives.Hessian<double>(v => F(v).Sum())),
        ["Hessian, compiled"] = () => Of(Derivatives.Hessian<double>(v => F(v).Sum()).Compile()),
        ["Hessian on the tape"] = () => tape => Derivatives.Hessian<double>(v => F(v).Sum(), X(tape)).Value,
        ["Jacobian"] = () => Of(Derivatives.Jacobian<double>(F)),
        ["Jacobian by columns"] = () => Of(Derivatives.Jacobian<double>(v => Variable.Concatenate([F(v), v]))),
        ["HessianDiagonal"] = () => Of(Derivatives.HessianDiagonal<double>(v => F(v).Sum())),
        ["Laplacian of an aggregate"] = () => Of(Derivatives.Laplacian<double>(v => Cubes(v).Sum())),
        ["Hvp, compiled"] = () =>
        {
            TensorFunction<double, Tensor<double>> f = Derivatives.Hvp<double>(v => F(v).Sum()).Compile();
            return _ => f.Invoke(_at, _at);
        },
        ["Jvp"] = () => _ => Derivatives.Jvp<double>(F, _at, _at).Product,
        ["Vmap"] = () => Of(Transform.Vmap<double>(v => F(v) * v)),
        ["Vmap on the tape"] = () => tape =>
        {
            Variable<double> x = X(tape);
            return tape.Grad(Transform.Vmap<double>(v => F(v) * v, x).Sum(), x)!.Value;
        },
        ["Vmap, compiled"] = () => Of(Transform.Vmap<double>(v => F(v) * v).Compile()),
        ["SparseHessian"] = () => tape => Derivatives.SparseHessian<double>(v => F(v).Sum()).Invoke(_at).ToDense(),
        ["SparseHessian, compiled"] = () =>
        {
            SparseFunction<double> f = Derivatives.SparseHessian<double>(v => F(v).Sum()).Compile();
            return _ => f.Invoke(_at).ToDense();
        },
        ["checkpoint"] = () => tape =>
        {
            Variable<double> x = X(tape), y = Transform.Checkpoint<double>(v => Transform.Checkpoint(F, v), x);
            return tape.Grad(tape.Grad(y.Sum(), x)!.Square().Sum(), x)!.Value;
        },
        ["scan"] = () => tape => Loop(tape, x =>
            SimpleGrad.Loop.Scan((state, input, p) => F(state * input) + p, x, x.Expand(4, 3), x)),
        ["while"] = () => tape => Loop(tape, x => SimpleGrad.Loop.While(
            state => { Fault.Point(); return state.GetValue(0) < 3; }, (state, p) => state + F(p), x, x)),
        ["root"] = () => tape => Loop(tape, x =>
            Implicit.Root((y, p) => { Fault.Point(); return y * y * y - p; }, _at, x)),
        ["fixed point"] = () => tape => Loop(tape, x =>
            Implicit.FixedPoint((y, p) => { Fault.Point(); return (y * 0.25 + p).Cos(); }, _at, x)),
        ["aggregate by hand"] = () => tape => Loop(tape, Cubes),
        ["written in place"] = () => tape =>
        {
            Variable<double> x = X(tape), y = x * 2, part = y[1..];
            part.ApplyInPlace(F);
            y.AddInPlace(F(part.Clone()).Sum());
            using (tape.NoGrad())
                x.SubtractInPlace(F(tape.Constant(_at)));
            Variable<double> sum = (part * part).Sum();
            return tape.Grad(sum, x)!.Value + x.Value;
        },
        ["GradientCheck"] = () => _ => Tensor.Scalar(
            GradientCheck.Run(v => F(v).Sum(), _at, order: 1).IsRight ? 1.0 : 0),
    };

    public static TheoryData<string> Drivers => [.. _drivers.Keys];

    /// <summary>What is run: made anew for each fault, and then used again on the same tape.</summary>
    internal static Func<Tape<double>, Tensor<double>> Driver(string name) => _drivers[name]();

    [Theory, MemberData(nameof(Drivers))]
    public void After_a_failure_at_any_point_everything_is_right(string driver)
    {
        double[] expected = Driver(driver)(new Tape<double>()).ToArray();
        int faults = 0;
        foreach (int k in Enumerable.Range(1, 24).Concat([31, 40, 55, 80, 120]))
        {
            Exception failure = k % 2 == 0 ? new InsufficientMemoryException("full") : new TimeoutException("again");
            var tape = new Tape<double>();
            Func<Tape<double>, Tensor<double>> run = Driver(driver);
            if (!Fault.At(k, failure, () => run(tape)))
                break;
            faults++;
            RequireAsNew(tape);
            for (int again = 0; again < 2; again++)
            {
                Assert.All(run(tape).ToArray(), (value, i) => Assert.Equal(expected[i], value, 1e-9));
                RequireAsNew(tape);
                tape.Reset();
            }
        }
        Assert.True(faults > 0);
    }

    [Fact]
    public void After_a_failure_of_the_traces_writer_everything_is_right()
    {
        int faults = 0;
        for (int k = 1; k < 60; k++)
        {
            var tape = new Tape<double>(Trace.Notebook(new FragileWriter()));
            if (!Fault.At(k, new IOException("disk full"), () => Run(tape)))
                break;
            faults++;
            RequireAsNew(tape);
            // The names are free again, or those of variables that live on.
            Assert.Equal([4, 18], Run(new Tape<double>()).ToArray());
            tape.Reset();
            Assert.Equal([4, 18], Run(tape).ToArray());
        }
        Assert.True(faults > 20);

        static Tensor<double> Run(Tape<double> tape)
        {
            Variable<double> x = tape.Variable([1.0, 2], "x"), y = x * 2;
            y[1..].AddInPlace(x[1..]);
            y.MultiplyInPlace(y);
            return tape.Grad(y.Sum() * 0.5, x)!.Value;
        }
    }

    /// <summary>A line that cannot be printed does not part a write from its record, nor take a name.</summary>
    [Fact]
    public void A_write_whose_line_cannot_be_printed_is_recorded()
    {
        for (int k = 1; k <= 3; k++)
        {
            var tape = new Tape<double>(Trace.Notebook(new FragileWriter()));
            Assert.True(Fault.At(1, new IOException(), () => tape.Variable(1.0, "x").Value));
            Variable<double> x = tape.Variable([1.0, 2], "x"), y = x * 1.5, part = y[1..];
            bool failed = Fault.At(k, new IOException(), () => part.MultiplyInPlace(x[1..]).Value);
            Assert.True(failed);
            if (y.Value.GetValue(1) == 3)
                part.MultiplyInPlace(x[1..]); // it failed before the write
            Assert.Equal([1.5, 6], y.Value.ToArray());
            Assert.Equal([1.5, 6], tape.Grad(y.Sum(), x)!.Value.ToArray());
        }
    }

    [Fact]
    public void A_constant_can_be_written_after_a_function_that_took_it_failed_to_compile()
    {
        Tensor<double> constant = Tensor.Create<double>([1, 2]), number = Tensor.Scalar(1.0);
        Tensor<int> index = Tensor.Create([1, 0]);
        Aggregate<double> f = Aggregate.Compile<double>(x =>
        {
            Variable<double> y = x.Gather(0, index) * x.Tape.Constant(constant) + x.Tape.Constant(number);
            Fault.Point();
            return y;
        });
        Variable<double> x = new Tape<double>().Variable([3, 4]);
        Assert.True(Fault.At(1, new TimeoutException(), () => f.Invoke(x).Value));
        constant.AsTensorSpan()[0] = 5;
        number.AsTensorSpan()[0] = 2;
        index.AsTensorSpan()[1] = 1;
        Assert.Equal([22, 10], f.Invoke(x).Value.ToArray());
        Assert.Throws<InvalidOperationException>(() => constant.AsTensorSpan()[0] = 6);
        Assert.Throws<InvalidOperationException>(() => index.AsTensorSpan()[0] = 0);
    }

    [Fact]
    public void Compiled_functions_that_call_each_other_are_an_error_on_any_number_of_threads()
    {
        for (int round = 0; round < 5; round++)
        {
            Aggregate<double> p = null!, q = null!;
            using var together = new Barrier(2);
            int entered = 0;
            p = Aggregate.Compile<double>(a => { Meet(); return q.Invoke(a).Sum() + a; }, "p");
            q = Aggregate.Compile<double>(a => { Meet(); return p.Invoke(a).Sum() + a; }, "q");
            var errors = new string?[2];
            Thread[] threads = [Start(0, p), Start(1, q)];
            Assert.All(threads, thread => Assert.True(thread.Join(TimeSpan.FromSeconds(60)), "a deadlock"));
            Assert.All(errors, error => Assert.Contains("calls itself", error, StringComparison.Ordinal));

            void Meet()
            {
                if (Interlocked.Increment(ref entered) <= 2)
                    together.SignalAndWait(TimeSpan.FromSeconds(3));
            }

            Thread Start(int i, Aggregate<double> function)
            {
                var thread = new Thread(() => errors[i] = Assert.Throws<InvalidOperationException>(
                    () => function.Invoke(new Tape<double>().Variable([1, 2]))).Message)
                { IsBackground = true };
                thread.Start();
                return thread;
            }
        }
    }

    [Fact]
    public void What_is_made_by_two_threads_is_made_once_and_again_after_an_interruption()
    {
        int made = 0;
        Aggregate<double> f = Aggregate.Compile<double>(x =>
        {
            Interlocked.Increment(ref made);
            Thread.Sleep(50);
            return x * 2;
        });
        var interrupted = new Thread(() => Assert.Throws<ThreadInterruptedException>(
            () => f.Invoke(new Tape<double>().Variable([1, 2]))));
        interrupted.Start();
        Thread.Sleep(10);
        interrupted.Interrupt();
        interrupted.Join();
        Parallel.For(0, 4, _ => Assert.Equal([2, 4], f.Invoke(new Tape<double>().Variable([1, 2])).Value.ToArray()));
        Assert.Equal(2, made);
    }

    [Fact]
    public void Shapes_that_cannot_be_compiled_take_no_place_from_others()
    {
        var cache = new Cache<string, string>(maxCount: 4);
        Assert.Equal("kept", cache.GetOrAdd("a", () => "kept"));
        for (int i = 0; i < 20; i++)
            Assert.Throws<TimeoutException>(() => cache.GetOrAdd($"{i}", () => throw new TimeoutException()));
        Assert.Equal("kept", cache.GetOrAdd("a", () => "made again"));
    }

    [Fact]
    public void Settings_of_a_functions_tape_do_not_outlive_the_call()
    {
        IDisposable? scope = null;
        _ = TensorFunction.Of<double>(x =>
        {
            scope = x.Tape.NoGrad();
            x.Tape.ChecksCaptures = false;
            return x * 2;
        }).Invoke(_at);
        _ = TensorFunction.Of<double>(x =>
        {
            Assert.True(x.Tape.ChecksCaptures);
            return x * 2;
        }).Invoke(_at);
        Assert.Equal(2 * _at.GetValue(1), Derivatives.Grad<double>(x => x.Square().Sum()).Invoke(_at).GetValue(1));
        scope!.Dispose();
    }

    [Fact]
    public void A_failure_of_a_derivative_where_nothing_is_recorded_records_nothing_afterwards()
    {
        int faults = 0;
        for (int k = 1; k < 40; k++)
        {
            var tape = new Tape<double>();
            Variable<double> x = X(tape);
            using (tape.NoGrad())
            {
                if (!Fault.At(k, new TimeoutException(), () => Derivatives.Jvp(F, x, x).Product.Value))
                    break;
                faults++;
                int count = tape.Count;
                _ = x * 2;
                Assert.Equal(count, tape.Count);
            }
            _ = x * 2;
            RequireAsNew(tape);
        }
        Assert.True(faults > 3);
    }

    private static Func<Tape<double>, Tensor<double>> Of(TensorFunction<double, Tensor<double>> function) =>
        _ => function.Invoke(_at);

    private static Variable<double> X(Tape<double> tape) => tape.Variable(_at);

    private static Variable<double> F(Variable<double> v)
    {
        Fault.Point();
        return new Fragile().Apply(v.Sin()) * v;
    }

    private static Tensor<double> Loop(Tape<double> tape, Func<Variable<double>, Variable<double>> function)
    {
        Variable<double> x = X(tape), first = tape.Grad(function(x).Sum(), x)!;
        Variable<double> unrecorded = tape.Grad(function(x).Sum(), x, createGraph: false)!;
        return tape.Grad(first.Square().Sum(), x)!.Value + unrecorded.Value;
    }

    private static Variable<double> Cubes(Variable<double> x)
    {
        Tape<double> tape = x.Tape;
        Fault.Point();
        Variable<double> square = tape.Temporary(x.Value * x.Value), cube = tape.Temporary(square.Value * x.Value);
        tape.RecordAggregate("cubes", [x], [cube, square], gradients =>
        {
            Fault.Point();
            Variable<double>? byCube = gradients[0] is { } g ? 3 * g * square : null;
            Variable<double>? bySquare = gradients[1] is { } h ? 2 * h * x : null;
            return [Aggregate.AddOptional(byCube, bySquare)];
        });
        return cube;
    }

    internal static void RequireAsNew(Tape<double> tape)
    {
        Assert.True(tape.Root.IsAsNew);
        Assert.Same(tape.Root, tape.Recorder);
        Assert.Null(tape.Step);
    }

    /// <summary>Fails at a point of the user's code.</summary>
    private static class Fault
    {
        [ThreadStatic]
        private static int _left;

        [ThreadStatic]
        private static Exception? _failure;

        public static void Point()
        {
            if (_failure is not null && --_left == 0)
                throw _failure;
        }

        /// <summary>Runs with a failure at the k-th point; false where there are fewer.</summary>
        public static bool At(int k, Exception failure, Func<Tensor<double>> run)
        {
            (_left, _failure) = (k, failure);
            try
            {
                _ = run();
                return _left <= 0 ? throw new InvalidOperationException("The failure was swallowed.") : false;
            }
            catch (Exception e) when (ReferenceEquals(e, failure))
            {
                return true;
            }
            finally
            {
                _failure = null;
            }
        }
    }

    /// <summary>x squared, by an operator of the user's that fails in each of its parts.</summary>
    private sealed class Fragile : UnaryOperator<double>
    {
        public override string Name => "fragile";

        public override Keeps Keeps => Keeps.X;

        protected override Shape InferShape(Shape x)
        {
            Fault.Point();
            return x;
        }

        protected override Tensor<double> Forward(Tensor<double> x, Shape shape)
        {
            Fault.Point();
            return x * x;
        }

        protected override Variable<double>? Propagate(Variable<double> gradient, in Propagation<double> at)
        {
            Fault.Point();
            return gradient * 2 * at.X;
        }
    }

    private sealed class FragileWriter : StringWriter
    {
        public override void WriteLine(string? value)
        {
            Fault.Point();
            base.WriteLine(value);
        }
    }
}
