using SimpleGrad.Bench.Programs.Cases;

namespace SimpleGrad.Bench.Programs;

/// <summary>What is measured, in the order of the report.</summary>
internal static class AllCases
{
    public static IReadOnlyList<Case> Of { get; } =
    [
        .. RecurrenceCases.All(), .. LotkaVolterraCases.All(), .. LiborCases.All(), .. HestonCases.All(),
        .. KalmanCases.All(), .. LennardJonesCases.All(), .. FourierCases.All(), .. EightSchoolsCases.All(),
        .. ChainCases.All(), .. NetworkCases.All(), .. BasketCases.All(), .. CompileCases.All(),
    ];
}
