using BenchmarkDotNet.Attributes;

namespace SimpleGrad.Bench.Micro;

/// <summary>Time and memory of one operator on single numbers, in a chain of 10,000.</summary>
[MemoryDiagnoser]
public class ScalarChain
{
    private const int Operators = 10_000;
    private readonly Tape<double> _tape = new();
    private Variable<double> _x = null!;

    [GlobalSetup]
    public void Setup() => _x = _tape.Variable(1.0001);

    [Benchmark(OperationsPerInvoke = Operators)]
    public Variable<double> Forward()
    {
        _tape.Reset();
        Variable<double> y = _x;
        for (int i = 0; i < Operators; i += 2)
            y = (y * _x).Sin();
        return y;
    }

    [Benchmark(OperationsPerInvoke = Operators)]
    public Variable<double>? ForwardAndBackward() => _tape.Grad(Forward(), _x, createGraph: false);

    [Benchmark(OperationsPerInvoke = Operators)]
    public Variable<double>? ForwardAndBackwardWithGraph() => _tape.Grad(Forward(), _x);
}
