using System.Diagnostics;
using SimpleGrad.Tests.Compiler;

namespace SimpleGrad.Tests.Reports;

/// <summary>
/// Work whose time or memory had no bound: polygamma functions of a huge order, functions mapped over many single
/// numbers, and second derivatives by many elements.
/// </summary>
public sealed class BoundedWorkTests
{
    /// <summary>By mpmath 1.3, with 400 digits: n! times the Hurwitz zeta function, and reflection below 0.</summary>
    public static TheoryData<int, double, double> Polygammas => new()
    {
        { 1, 1e+280, 1e-280 }, { 2, 1e+150, -1e-300 }, { 16, 1e+19, -1.307674368e-292 },
        { 17, 2.5, 24500551.821893323 }, { 17, -0.3, 9.18091641556451e+23 }, { 18, -1.7, -5.508547977122349e+25 },
        { 20, 0.125, -2.243956035062425e+37 }, { 25, 10000000000.0, 6.204484025088e-227 },
        { 60, 12.5, -1029600030941724.4 }, { 61, 12.5, 5020993746013496.0 }, { 100, 40.0, -0.00015834291085306513 },
        { 100, -20.25, 5.9987778449433915e+218 }, { 101, -0.75, 2.4235062493571303e+221 },
        { 150, 0.01, double.NegativeInfinity }, { 169, 1000.0, 2.7455740292384203e-205 },
        { 170, 1000.0, -4.642275481885541e-206 }, { 171, 1.0, double.PositiveInfinity },
        { 171, 75.5, 1.3638896887853056e-14 }, { 200, 1.0, double.NegativeInfinity },
        { 500, 300.0, -1.3792628280042084e-107 }, { 1000, 400.0, -9.54632866022891e-38 },
        { 1000, 1.0, double.NegativeInfinity }, { 1001, -399.875, double.PositiveInfinity },
        { 200000, 73575.5, -0.04686455935577324 }, { 200000, -0.3, double.PositiveInfinity },
        { 200001, -0.3, double.PositiveInfinity }, { 200000, 80000.0, -0.0 },
        { 1000000, 367879.5, -0.0062170283657799 }, { 1000000000, 1.0, double.NegativeInfinity },
        { 1000000000, 367879441.0, -0.00036764240935500253 }, { 1000000000, 367879443.5, -4.112336211549374e-07 },
        { 1000000000, 1000000000.0, -0.0 }, { 62, -3.5, -2.215692103640867e+44 },
        { 200, -0.5, double.NegativeInfinity }, { 150, -160.5, -3.4772237770323065e-71 },
        { 40, -2.25, 3.945524210146268e+72 }, { 2147482623, 790014800.25, 2.73152891808226e-114 },
    };

    [Theory, MemberData(nameof(Polygammas))]
    public void Polygamma_of_any_order_is_right_at_once(int n, double x, double expected)
    {
        var watch = Stopwatch.StartNew();
        double found = new Tape<double>().Variable(x).Polygamma(n).Item();
        Assert.InRange(watch.ElapsedMilliseconds, 0, 5000);
        if (double.IsInfinity(expected) || expected == 0)
            Assert.Equal(expected, found);
        else
            Assert.InRange(found / expected, 1 - 2e-13, 1 + 2e-13);
    }

    [Fact]
    public void Polygamma_of_an_order_that_the_type_cannot_count_is_refused()
    {
        foreach (int n in new[] { int.MaxValue, int.MaxValue - 1023 })
            Assert.Contains(
                "counted in the element type",
                Assert.Throws<ArgumentOutOfRangeException>(() => new Tape<double>().Variable(1.0).Polygamma(n)).Message,
                StringComparison.Ordinal);
        Tape<float> tape = new();
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.Variable(1f).Polygamma(1 << 24));
        Assert.Equal(float.PositiveInfinity, tape.Variable(2f).Polygamma(10_000_001).Item());
        Variable<double> x = new Tape<double>().Variable(7.5);
        Assert.Equal(x.Polygamma(172).Item(), x.Tape.Grad(x.Polygamma(171), x)!.Item());
        Assert.Equal(double.NaN, x.Tape.Variable(double.NaN).Polygamma(300).Item());
        Assert.Equal(double.NegativeInfinity, x.Tape.Variable(-3.0).Polygamma(300).Item());
        Assert.Equal(0, x.Tape.Variable(double.PositiveInfinity).Polygamma(300).Item());
    }

    [Fact]
    public void Softmax_is_mapped_over_many_single_numbers_at_once()
    {
        const int count = 60_000;
        Tensor<double> x = Tensor.Ones<double>([count]);
        Tensor<double>[] Run()
        {
            var tape = new Tape<double>();
            Variable<double> v = tape.Variable(x);
            Variable<double> soft = Transform.Vmap<double>(each => each.Softmax(0) * each, v);
            Variable<double> log = Transform.Vmap<double>(each => each.LogSoftmax(-1) + each, v);
            Assert.InRange(tape.Count, 0, 100);
            return [soft.Value, log.Value, tape.Grad(soft.Sum() + 2 * log.Sum(), v)!.Value];
        }

        Tensor<double>[] results = [];
        Allocations.AtMost(100L * count * sizeof(double), () => results = Run());
        Assert.All(results[0].ToArray(), value => Assert.Equal(1, value));
        Assert.All(results[1].ToArray(), value => Assert.Equal(1, value));
        Assert.All(results[2].ToArray(), value => Assert.Equal(3, value));
        Tensor<double> short1 = Tensor.Create<double>([1, 2, 3], [3, 1]);
        Assert.Equal([1, 1, 1], Transform.Vmap<double>(each => each.Softmax(0), short1).ToArray());
        Assert.Empty(Transform.Vmap<double>(each => each.Softmax(0), Tensor.Zeros<double>([0])).ToArray());
    }

    /// <summary>pytorch/functorch#680, #636, pytorch/pytorch#53903: the memory is that of a block.</summary>
    [Fact]
    public void Second_derivatives_take_memory_of_a_block_of_directions()
    {
        const int n = 6000;
        double[] numbers = [.. Enumerable.Range(0, n).Select(i => i / 1000.0)];
        var x = Tensor.Create<double>(numbers);
        static Variable<double> Chain(Variable<double> v) => (v.Sin() * v).Exp().Sum() + v[..^1].Sum().Square();
        Tensor<double> diagonal = x;
        double laplacian = 0;
        // A value in all directions has 288 MB, and with the directions at least three are there at a time.
        Allocations.AtMost(700_000_000, () =>
        {
            diagonal = Derivatives.HessianDiagonal<double>(Chain, x);
            laplacian = Derivatives.Laplacian<double>(Chain, x).Item();
        });
        double sum = 0;
        for (int i = 0; i < n; i++)
        {
            (double sin, double cos) = Math.SinCos(numbers[i]);
            double slope = sin + numbers[i] * cos, curve = 2 * cos - numbers[i] * sin;
            double expected = Math.Exp(numbers[i] * sin) * (slope * slope + curve) + (i < n - 1 ? 2 : 0);
            sum += expected;
            Assert.Equal(expected, diagonal.GetValue(i), 1e-9 * Math.Max(1, Math.Abs(expected)));
        }
        Assert.Equal(sum, laplacian, 1e-8 * Math.Abs(sum));
    }

    /// <summary>Compiled code had a constant with all directions: half a gigabyte for 8,000 variables.</summary>
    [Fact]
    public void Compiled_second_derivatives_keep_no_directions()
    {
        const int n = 3000;
        Tensor<double> x = Tensor.Create<double>([.. Enumerable.Range(0, n).Select(i => i / 1000.0)]);
        static Variable<double> Apart(Variable<double> v) => (v * v.Sin()).Sum();
        static Variable<double> Together(Variable<double> v) => Apart(v) + v.Sum().Square();
        double[] expected = [.. x.ToArray().Select(each => 2 * Math.Cos(each) - each * Math.Sin(each))];
        Comparison.OnBothExecutors(() =>
        {
            double[] apart = [];
            double laplacian = 0;
            Allocations.AtMost(50_000_000, () => // a matrix has 72 MB
            {
                apart = Derivatives.HessianDiagonal<double>(Apart).Compile(Tested.Pipeline).Invoke(x).ToArray();
                laplacian = Derivatives.Laplacian<double>(Apart).Compile(Tested.Pipeline).Invoke(x).Item();
            });
            double[] together =
                Derivatives.HessianDiagonal<double>(Together).Compile(Tested.Pipeline).Invoke(x).ToArray();
            Assert.All(expected, (value, i) => Assert.Equal(value, apart[i], 1e-9));
            Assert.All(expected, (value, i) => Assert.Equal(value + 2, together[i], 1e-9));
            Assert.Equal(expected.Sum(), laplacian, 1e-6);
        });
        const int few = 90; // more directions than are a constant, and a matrix of inputs
        Tensor<double> part = x[..few].Reshape(3, few / 3);
        double[] hessian = Derivatives.Hessian<double>(Together).Compile(Tested.Pipeline).Invoke(part).ToArray();
        for (int i = 0; i < few * few; i++)
            Assert.Equal(i % (few + 1) == 0 ? expected[i / few] + 2 : 2, hessian[i], 1e-9);
    }

    /// <summary>Blocks, whether they run at once or one by one, are parts of one result.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public void Matrices_of_several_blocks_are_those_of_one(bool byHand)
    {
        const int n = 40, wide = 100_000; // 20 directions a block
        Variable<double> Wide(Variable<double> v)
        {
            Variable<double> each = byHand ? Doubled(v) : 2 * v;
            return (each.Reshape(1, n) * v.Tape.Constant(Tensor.Ones<double>([wide / n, 1]))).Square().Sum() / 2;
        }

        Tensor<double> x = Tensor.Create<double>([.. Enumerable.Range(1, n).Select(i => (double)i)]);
        Tensor<double> hessian = Derivatives.Hessian<double>(Wide, x);
        double[] jacobian = Derivatives.Jacobian<double>(v => Variable.Concatenate([v * v, Doubled(v)]), x).ToArray();
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                Assert.Equal(i == j ? 4.0 * wide / n : 0, hessian.GetValue(i, j), 1e-6);
                Assert.Equal(i == j ? 2.0 * (i + 1) : 0, jacobian[i * n + j]);
                Assert.Equal(i == j ? 2.0 : 0, jacobian[(n + i) * n + j]);
            }
        }
        Assert.Equal(4.0 * wide, Derivatives.Laplacian<double>(Wide, x).Item(), 1e-4);
        Assert.Equal(4.0 * wide, Derivatives.SparseHessian<double>(v => (v * v).Sum() * (2.0 * wide / n), x)
            .ToDense().ToArray().Sum(), 1e-4);

        static Variable<double> Doubled(Variable<double> v)
        {
            Variable<double> twice = v.Tape.Temporary(v.Value * Tensor.Scalar(2.0));
            v.Tape.RecordAggregate("twice", [v], [twice], g => [g[0] * 2]);
            return twice;
        }
    }

    [Fact]
    public void Matrices_that_cannot_exist_are_refused_before_the_work()
    {
        Tensor<double> x = Tensor.Ones<double>([50_000]);
        Func<object>[] works =
        [
            () => Derivatives.Hessian<double>(v => v.Sin().Sum(), x),
            () => Derivatives.Jacobian<double>(v => v.Sin(), x),
            () => Derivatives.Jacobian<double>(v => Variable.Concatenate([v, v]), x),
            () => Derivatives.Hessian<double>(v => v.Sin().Sum()).Compile(Tested.Pipeline).Invoke(x),
        ];
        Allocations.AtMost(50_000_000, () => Assert.All(works, work => Assert.Contains(
            "50000", Assert.Throws<OverflowException>(work).Message, StringComparison.Ordinal)));
    }
}
