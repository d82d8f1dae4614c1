using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>Running products, of all elements before each one and, inclusive, of that one too.</summary>
internal unsafe struct ProductScan(bool exclusive) : IScan
{
    private RunningValue _product = new(1);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(double* x, double* y, int count)
    {
        RunningValue product = _product;
        for (int i = 0; i < count; i++)
        {
            double before = product.Value;
            product.Multiply(x[i]);
            x[i] = exclusive ? before : product.Value;
        }
        _product = product;
    }
}

/// <summary>
/// The recurrence s = y + f s, from s = 0 on, where f is x or, by logarithms, exp(x).
/// </summary>
internal unsafe struct RecurrenceScan(bool byLogarithms) : IScan
{
    private RunningValue _value;
    private bool _hasBegun;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(double* x, double* y, int count)
    {
        if (byLogarithms)
            VectorLoop.Unary<Exponential, double>(x, x, count);
        if (!_hasBegun)
            x[0] = 0; // nothing comes before it: its factor may be anything
        _hasBegun = true;
        RunningValue value = _value;
        for (int i = 0; i < count; i++)
        {
            // As products in propagate rules: 0 where either is.
            if (x[i] == 0 || value.Value == 0)
                value = default;
            else
                value.Multiply(x[i]);
            value.Add(y[i]);
            x[i] = value.Value;
        }
        _value = value;
    }
}

/// <summary>
/// Running log(sum(exp(x))): an element m that hardly any so far exceeds, plus the logarithm of the sum of all
/// exp(x - m), which is scaled when a much greater one comes. What it exceeds 1 by has digits of its own.
/// </summary>
internal unsafe struct LogSumExpScan() : IScan
{
    private double _most = double.NegativeInfinity, _scale = double.NegativeInfinity;
    private RunningValue _sum;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(double* x, double* y, int count)
    {
        double* most = y;
        for (int i = 0; i < count; i++)
        {
            if (!(x[i] <= _most + 1))
                _most = x[i];
            most[i] = _most;
            x[i] = x[i] == _most ? 0 : x[i] - _most; // equal infinities have no difference
        }
        VectorLoop.Unary<Exponential, double>(x, x, count);
        RunningValue sum = _sum;
        for (int i = 0; i < count; i++)
        {
            if (most[i] != _scale)
                sum.Multiply(Math.Exp(_scale - most[i]));
            _scale = most[i];
            sum.Add(x[i]);
            x[i] = sum.LessOne;
        }
        _sum = sum;
        VectorLoop.Unary<LogarithmOfOnePlus, double>(x, x, count);
        for (int i = 0; i < count; i++)
            x[i] += most[i];
    }

    private readonly struct LogarithmOfOnePlus : IUnaryVectorArithmetic<LogarithmOfOnePlus, double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, double>
            where TVector : struct => VectorMath<TSimd, TVector, double>.Log1p(x);
    }
}

internal readonly struct Exponential : IUnaryVectorArithmetic<Exponential, double>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, double>
        where TVector : struct => VectorMath<TSimd, TVector, double>.Exp(x);
}
