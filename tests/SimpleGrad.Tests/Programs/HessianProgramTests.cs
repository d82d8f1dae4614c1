using Model = SimpleGrad.Bench.Programs.Models.Heston;

namespace SimpleGrad.Tests.Programs;

/// <summary>Second derivatives of whole programs.</summary>
public sealed class HessianProgramTests
{
    /// <summary>All seven parameters of Heston's model twice, with a payoff that has a second derivative.</summary>
    [Fact]
    public void Heston()
    {
        Tensor<double> z = Tensor.RandomNormal<double>([2 * 6, 5], new Random(3));
        GradientCheck.Run(
            p => Model.Price(p, p.Tape.Constant(z), isSmooth: true),
            Model.Parameters, order: 2).ThrowIfWrong();
        ProgramCheck.IsAsEager(
            x => [Derivatives.Hessian(p => Model.Price(p, x[1], isSmooth: true), x[0])],
            [Model.Parameters, z]);
    }
}
