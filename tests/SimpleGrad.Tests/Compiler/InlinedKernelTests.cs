using SimpleGrad.Tests.Properties;

namespace SimpleGrad.Tests.Compiler;

/// <summary>Kernels call expensive operators at first, and have them inlined once they are used much.</summary>
public sealed unsafe class InlinedKernelTests
{
    public static IEnumerable<TheoryDataRow<string>> Operators => CompiledOperatorTests.Operators;

    [Theory, MemberData(nameof(Operators))]
    public void Inlined_operators_give_the_same_bits(string name)
    {
        OperatorUse<double> use = OperatorTable<double>.All.Single(use => use.Name == name);
        Tensor<double>[] inputs = OperatorPropertyTests.Inputs(use, OperatorPropertyTests.ShapesFor(use)[^1]);
        Comparison.AssertSame(Numbers(callsFor: long.MaxValue), Numbers(callsFor: 0), tolerance: 0);

        double[]?[] Numbers(long callsFor)
        {
            var pipeline = new CompilePipeline { Emission = new EmissionOptions { CallsFor = callsFor } };
            Aggregate<double> compiled =
                Aggregate.Compile<double>((Variable<double>[] x) => [use.Apply(x, 0)]).On(pipeline);
            return Comparison.Chain<double>(x => compiled.InvokeAll(x), inputs, orders: 1);
        }
    }

    [Fact]
    public void A_kernel_that_is_used_much_is_replaced_and_its_numbers_stay()
    {
        var tape = new Tape<double>();
        tape.Variable(1).Exp();
        var exp = (IElementwise<double>)tape.EntryAt(0).Operator;
        var kernel = new Kernel<double>(
            [new(0)], [], [new(exp, [0])], [new(1, IsSum: false, new(0)), new(1, IsSum: true, new(1))]);
        var code = new EmittedCode<double>(
            kernel, [InputLayout.Elements], [false, false], isSingle: false, callsFor: 100);
        double[] first = Run();
        Assert.False(code.IsInlined);
        Run();
        Assert.True(SpinWait.SpinUntil(() => code.IsInlined, TimeSpan.FromSeconds(30)));
        Assert.Equal(first, Run());
        Assert.Equal(Math.Exp(66), first[66], 1e-14 * Math.Exp(66));
        Assert.Equal(first[..67].Sum(), first[67], 1e-14 * first[67]);

        double[] Run()
        {
            double* x = stackalloc double[67], results = stackalloc double[68];
            for (int i = 0; i < 67; i++)
                x[i] = i;
            double** pointers = stackalloc double*[] { x, results, null };
            code.Run(pointers, 67, null, results + 67);
            return new Span<double>(results, 68).ToArray();
        }
    }
}
