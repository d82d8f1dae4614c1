using System.Text.Json;
using SimpleGrad.Bench.Programs.Models;

namespace SimpleGrad.Tests.Programs;

/// <summary>Prices and sensitivities against numbers by complex steps, from programs that share no code with
/// these.</summary>
public sealed class GoldenProgramTests
{
    private delegate Variable<double> LiborBody(
        Variable<double> delta, Variable<double> lambda, Variable<double> start, Variable<double> z);

    [Fact]
    public void Heston_and_its_sensitivities()
    {
        JsonElement golden = TestData.Json("programs/heston.json");
        int paths = golden.GetProperty("paths").GetInt32(), steps = golden.GetProperty("steps").GetInt32();
        string[] names = ["S0", "v0", "r", "kappa", "theta", "xi", "rho"];
        ProgramCheck.Gives(
            ProgramCheck.WithGradient(x => Heston.Price(x[0], x[1])),
            [Tensor.Create<double>(Named("parameters")), Waves(2 * steps, paths)],
            [[golden.GetProperty("value").GetDouble()], Named("gradient")], 1e-12);

        double[] Named(string property) =>
            [.. names.Select(name => golden.GetProperty(property).GetProperty(name).GetDouble())];
    }

    [Fact]
    public void Libor_and_its_sensitivities() => CheckLibor(Libor.Price, ProgramCheck.Gives);

    /// <summary>Its 30,000 operators take minutes to compile with every stage verified.</summary>
    [Fact]
    public void Libor_as_a_double_loop() => CheckLibor(Libor.PriceByElements, ProgramCheck.GivesEager);

    private static void CheckLibor(
        LiborBody body,
        Action<Func<Variable<double>[], Variable<double>[]>, Tensor<double>[], double[][], double> check)
    {
        JsonElement golden = TestData.Json("programs/libor.json");
        check(
            ProgramCheck.WithGradient(x => body(x[0], x[1], x[2], x[3]), wanted: 3),
            [
                Tensor.Scalar(golden.GetProperty("delta").GetDouble()), Tensor.Create<double>(Numbers("lambda")),
                Tensor.Create<double>(Numbers("L0")), Waves(Libor.Steps, golden.GetProperty("paths").GetInt32()),
            ],
            [
                [golden.GetProperty("value").GetDouble()], [golden.GetProperty("d_delta").GetDouble()],
                Numbers("d_lambda"), Numbers("d_L0"),
            ],
            1e-11);

        double[] Numbers(string property) => TestData.Numbers<double>(golden.GetProperty(property));
    }

    /// <summary>What stands for normals: row n and column p.</summary>
    private static Tensor<double> Waves(int rows, int columns) => Tensor.Create<double>(
        [
            .. Enumerable.Range(0, rows * columns).Select(i =>
                Math.Sqrt(2) * Math.Sin(12.9898 * (i / columns + 1) + 78.233 * (i % columns + 1))),
        ],
        [rows, columns]);
}
