using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// Running log(sum(exp(x))): an element m that hardly any so far exceeds, plus the logarithm of the sum of all
/// exp(x - m), which is scaled when a much larger one comes. What it exceeds 1 by has digits of its own.
/// </summary>
internal unsafe struct LogSumExpScan() : IScan
{
    private double _max = double.NegativeInfinity, _scale = double.NegativeInfinity;
    private RunningValue _sum;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(double* x, double* y, int count)
    {
        double* max = y;
        for (int i = 0; i < count; i++)
        {
            if (!(x[i] <= _max + 1))
                _max = x[i];
            max[i] = _max;
            x[i] = x[i] == _max ? 0 : x[i] - _max; // equal infinities have no difference
        }
        VectorLoop.Unary<Exponential, double>(x, x, count);
        RunningValue sum = _sum;
        for (int i = 0; i < count; i++)
        {
            if (max[i] != _scale)
                sum.Multiply(Math.Exp(_scale - max[i]));
            _scale = max[i];
            sum.Add(x[i]);
            x[i] = sum.LessOne;
        }
        _sum = sum;
        VectorLoop.Unary<LogarithmOfOnePlus, double>(x, x, count);
        for (int i = 0; i < count; i++)
            x[i] += max[i];
    }

    private readonly struct LogarithmOfOnePlus : IUnaryVectorArithmetic<LogarithmOfOnePlus, double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, double>
            where TVector : struct => VectorMath<TSimd, TVector, double>.Log1p(x);
    }
}
