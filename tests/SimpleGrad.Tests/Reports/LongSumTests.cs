namespace SimpleGrad.Tests.Reports;

/// <summary>
/// Sums of millions of equal floats, which by themselves are sums in float that stand still at some size: of running
/// sums, of gradients that are such, and of others that are added one after the other. Expected: the number times the
/// float, in double.
/// </summary>
public sealed class LongSumTests
{
    private const int Count = 4_000_000;
    private const double Tenth = 0.1f, Total = Count * Tenth;

    private readonly Tape<float> _tape = new();

    /// <summary>tensorflow/tensorflow#23312, #62687, pytorch/pytorch#180153, pandas-dev/pandas#47488.</summary>
    [Fact]
    public void Running_sums()
    {
        Variable<float> x = Tenths();
        Near(Total, x.CumSum(0)[^1]);
        Near(Total / 2, x.Reshape(-1, 2).CumSum(0)[^1][1]);
        Near(Math.Log(Count) + Tenth, x.LogCumSumExp(0)[^1]);
        Near(Tenth * (Count - 1), x.Trapezoid());
        Near(Tenth, x.Mean());
        // The gradient of the first element, a running sum from the other end, is the sum of all gradients.
        Variable<float> gradient = _tape.Grad((x.CumSum(0) * 0.1).Sum(), x)!;
        Near(Total, gradient[0]);
        Near(Total, _tape.Grad((Aggregate.Compile<float>(v => v.CumSum(0)).Invoke(x) * 0.1).Sum(), x)![0]);
    }

    /// <summary>tenstorrent/tt-metal#55542; the gradient by the first is the harmonic number.</summary>
    [Fact]
    public void Gradients_of_running_products_and_log_sums()
    {
        const double factor = 1.0000002384185791;
        Variable<float> x = _tape.Variable(Full(1.0000002384185791f));
        Near(Math.Pow(factor, Count), x.CumProd(0)[^1]);
        Near((Math.Pow(factor, Count) - 1) / (factor - 1), _tape.Grad(x.CumProd(0), x)![0]);
        Near(Math.Pow(factor, Count - 1), _tape.Grad(x.Prod(), x)![Count / 2]);
        Variable<float> y = Tenths();
        double harmonic = Enumerable.Range(1, Count).Sum(k => 1.0 / k);
        Near(harmonic, _tape.Grad(y.LogCumSumExp(0), y)![0]);
    }

    [Fact]
    public void Sums_at_one_place()
    {
        Variable<float> x = Tenths(), few = _tape.Variable([0f, 0f]);
        Tensor<int> index = Tensor.Create<int>(new int[Count], [Count]);
        Near(Total, few.ScatterAdd(0, index, x)[0]);
        Near(Total, few.IndexAdd(0, index, x)[0]);
        Near(Total, _tape.Grad((few.Gather(0, index) * 0.1).Sum(), few)![0]);
        Variable<float> rows = _tape.Variable(Tensor.Create<float>(new float[40], [2, 20]));
        Tensor<int> rowIndex = Tensor.Create<int>(new int[Count / 20], [Count / 20]);
        Near(Total / 20, rows.IndexAdd(0, rowIndex, x.Reshape(-1, 20))[0][3]);
    }

    [Fact]
    public void Products_pools_and_gradients_of_kernels()
    {
        Variable<float> x = Tenths();
        Near(Total * Tenth, x.MatMul(x), 4e-6);
        Near(Total * Tenth / 4, x.Reshape(4, -1).MatMul(x[..(Count / 4)])[0], 4e-6);
        Near(Total * Tenth / 20, x.Reshape(-1, 20).Transpose().MatMul(x[..(Count / 20)])[0], 4e-6);
        Variable<float> image = x.Reshape(1, 1, 2000, 2000);
        Variable<float> kernel = _tape.Variable(Full(0.1f)[..9].Reshape(1, 1, 3, 3));
        Near(Tenth, image.AvgPool2d(2000).Reshape([]), 4e-6);
        Near(1998 * 1998 * Tenth, _tape.Grad(image.Conv2d(kernel).Sum(), kernel)!.Reshape(-1)[4], 4e-6);
    }

    [Fact]
    public void Sums_of_doubles_keep_all_digits()
    {
        const int count = 2_000_000;
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(Tensor.Create<double>([.. Enumerable.Repeat(0.1, count)], [count]));
        double exact = count * 0.1;
        Assert.Equal(exact, x.CumSum(0)[^1].Item(), 2e-15 * exact);
        Assert.Equal(exact / 2, x.Reshape(-1, 2).CumSum(0)[^1][0].Item(), 2e-15 * exact);
        Assert.Equal(exact / 2, tape.Grad((x.Reshape(-1, 2).CumSum(0) * 0.1).Sum(), x)![0].Item(), 2e-15 * exact);
        Assert.Equal(Math.Log(count) + 0.1, x.LogCumSumExp(0)[^1].Item(), 4e-15);
    }

    [Fact]
    public void Infinities_in_running_sums_stay_where_they_are()
    {
        double[] numbers = [.. Enumerable.Repeat(1.0, 2000)];
        numbers[700] = double.PositiveInfinity;
        numbers[1500] = double.NegativeInfinity;
        double[] sums = new Tape<double>().Variable(numbers).CumSum(0).Value.ToArray();
        Assert.Equal(700, sums[699]);
        Assert.All(sums[700..1500], sum => Assert.Equal(double.PositiveInfinity, sum));
        Assert.All(sums[1500..], sum => Assert.Equal(double.NaN, sum));
        double[] great = [-1e308, .. Enumerable.Repeat(1e307, 19)];
        Assert.Equal(9e307, new Tape<double>().Variable(great).CumSum(0).Value.ToArray()[^1], 1e294);
    }

    private static Tensor<float> Full(float value) =>
        Tensor.Create<float>([.. Enumerable.Repeat(value, Count)], [Count]);

    private static void Near(double expected, Variable<float> actual, double tolerance = 4e-7) =>
        Assert.Equal(expected, actual.Item(), tolerance * Math.Abs(expected));

    private Variable<float> Tenths() => _tape.Variable(Full(0.1f));
}
