using static SimpleGrad.Coefficients.Functions;

namespace SimpleGrad.Coefficients;

/// <summary>The polynomials of the library's vector functions.</summary>
/// <remarks>
/// The coefficients are minimax approximations of Remez' algorithm, rounded to the type of the numbers; those of
/// erfinv start from M. Giles, "Approximating the erfinv function" (2010). A new run of the algorithm ends a few units
/// away from them, because how they were rounded is not recorded, and results are promised to stay the same bit by bit:
/// so they stand here as they are. What this program does is to prove them: it compares each polynomial with the
/// function that it stands for, in 400 bits, and writes the code that evaluates it.
/// </remarks>
internal static partial class Tables
{
    private static readonly Real HalfLn2 = Real.Ln2.Scaled(-1);
    private static readonly Real EighthTurn = Real.Pi.Scaled(-2);

    public static IEnumerable<Table> All =>
        [.. Exponentials, .. Logarithms, .. Trigonometry, .. ErrorFunctions, .. GammaFunctions];

    private static Real Itself(Real x) => x;

    private static Real Square(Real x) => x * x;

    private static Table[] Exponentials =>
    [
        new(
            "ExpTailOfFloats", "(exp(r) - 1 - r) / r² for |r| up to ln(2) / 2.", -HalfLn2, HalfLn2, Itself, ExpTail,
            r => r * r / Exp(r), [0.00138176151, 0.00836818665, 0.0416682772, 0.166665271, 0.49999994])
        {
            IsSingle = true,
        },
        new(
            "ExpTailOfDoubles", "(exp(r) - 1 - r) / r² for |r| up to ln(2) / 2.", -HalfLn2, HalfLn2, Itself, ExpTail,
            r => r * r / Exp(r),
            [
                2.4992435471623547e-08, 2.762730218536126e-07, 2.7557598961522967e-06, 2.4801502125826695e-05,
                0.0001984126950990969, 0.001388888893401357, 0.008333333333481692, 0.04166666666657109,
                0.16666666666666458, 0.5000000000000006,
            ])
        {
            Unsplit = 0,
        },
        new(
            "TanhNearZeroOfFloats", "(tanh(x) / x - 1) / x² for |x| up to 0.625, from x².", Real.Zero, 0.625, Square,
            x => (Tanh(x) / x - 1) / (x * x), x => x * x * x / Tanh(x),
            [0.0021686994, -0.00820826925, 0.0217146371, -0.053949669, 0.133332327, -0.333333313])
        {
            IsSingle = true,
        },
        new(
            "SinhNearZeroOfFloats", "(sinh(x) / x - 1) / x² for |x| up to 1, from x².", Real.Zero, 1, Square,
            x => (Sinh(x) / x - 1) / (x * x), x => x * x * x / Sinh(x),
            [2.81703797e-06, 0.000198361493, 0.00833335053, 0.166666672])
        {
            IsSingle = true,
        },
    ];

    private static Real ExpTail(Real r) => (Exp(r) - 1 - r) / (r * r);

    /// <summary>f / (2 + f) at f = sqrt(2) - 1.</summary>
    private static readonly Real LogEnd = (Real.Sqrt(2) - 1) / (Real.Sqrt(2) + 1);

    private static Table[] Logarithms =>
    [
        new(
            "LogSeriesOfFloats", "(2 atanh(s) - 2 s) / s³ for |s| up to 0.1716, from s².", Real.Zero, LogEnd, Square,
            s => (2 * Atanh(s) - 2 * s) / (s * s * s), s => s * s * s / (2 * Atanh(s)),
            [0.235545889, 0.285390019, 0.400003016, 0.666666687])
        {
            IsSingle = true,
        },
        new(
            "LogSeriesOfDoubles", "(2 atanh(s) - 2 s) / s³ for |s| up to 0.1716, from s².", Real.Zero, LogEnd, Square,
            s => (2 * Atanh(s) - 2 * s) / (s * s * s), s => s * s * s / (2 * Atanh(s)),
            [
                0.1475941265647922, 0.15317966206158357, 0.18183398737050985, 0.22222202062615762,
                0.28571428704493657, 0.39999999999609726, 0.66666666666667,
            ]),
        new(
            "LogTailOfFloats", "(2 atanh(s) - 2 s - 2 s³ / 3) / s⁵ for |s| up to 0.1716, from s².", Real.Zero, LogEnd,
            Square, LogTail, LogTailWeight, [0.235545889, 0.285390019, 0.400003016])
        {
            IsSingle = true,
        },
        new(
            "LogTailOfDoubles", "(2 atanh(s) - 2 s - 2 s³ / 3) / s⁵ for |s| up to 0.1716, from s².", Real.Zero, LogEnd,
            Square, LogTail, LogTailWeight,
            [
                0.1321472560692084, 0.13254586851702932, 0.15386868273830406, 0.18181781458988344,
                0.22222222562828517, 0.2857142856974886, 0.40000000000003694,
            ]),
    ];

    private static Real LogTail(Real s) =>
        ((2 * Atanh(s) - 2 * s) / (s * s * s) - (Real)2 / 3) / (s * s);

    private static Real LogTailWeight(Real s) => s * s * s * s * s / (2 * Atanh(s));

    private static readonly Real AtanEnd = Real.Sqrt(2) - 1;

    private static Table[] Trigonometry =>
    [
        new(
            "SinSeriesOfFloats", "(sin(r) / r - 1) / r² for |r| up to pi / 4, from r².", Real.Zero, EighthTurn, Square,
            SinSeries, SinWeight, [2.71730551e-06, -0.000198392387, 0.00833332911, -0.166666672])
        {
            IsSingle = true,
        },
        new(
            "SinSeriesOfDoubles", "(sin(r) / r - 1) / r² for |r| up to pi / 4, from r².", Real.Zero, EighthTurn, Square,
            SinSeries, SinWeight,
            [
                1.5892705879750097e-10, -2.505069428659373e-08, 2.755731333972869e-06, -0.00019841269829008615,
                0.008333333333321808, -0.16666666666666632,
            ]),
        new(
            "CosSeriesOfFloats", "(cos(r) - 1 + r² / 2) / r⁴ for |r| up to pi / 4, from r².", Real.Zero, EighthTurn,
            Square, CosSeries, CosWeight, [2.44460298e-05, -0.00138874713, 0.0416666493])
        {
            IsSingle = true,
        },
        new(
            "CosSeriesOfDoubles", "(cos(r) - 1 + r² / 2) / r⁴ for |r| up to pi / 4, from r².", Real.Zero, EighthTurn,
            Square, CosSeries, CosWeight,
            [
                -1.1364830609499904e-11, 2.0875842056143383e-09, -2.755731538559411e-07, 2.48015872937042e-05,
                -0.0013888888888882102, 0.04166666666666665,
            ]),
        new(
            "TanSeriesOfFloats", "(tan(r) / r - 1) / r² for |r| up to pi / 4, from r².", Real.Zero, EighthTurn, Square,
            r => (Sin(r) / Cos(r) / r - 1) / (r * r), r => r * r * r * Cos(r) / Sin(r),
            [
                0.00456696237, -0.000282824301, 0.0111144688, 0.0211828053, 0.054076843, 0.133325472, 0.333333522,
            ])
        {
            IsSingle = true,
        },
        new(
            "AsinSeriesOfFloats", "(asin(x) / x - 1) / x² for |x| up to 1/2, from x².", Real.Zero, 0.5, Square,
            AsinSeries, x => x * x * x / Asin(x),
            [0.0375823118, 0.014390612, 0.0318207443, 0.044515349, 0.075005129, 0.166666597])
        {
            IsSingle = true,
        },
        new(
            "AsinSeriesOfDoubles", "(asin(x) / x - 1) / x² for |x| up to 1/2, from x².", Real.Zero, 0.5, Square,
            AsinSeries, x => x * x * x / Asin(x),
            [
                0.03198455825584091, -0.016331024361024838, 0.01959722214190834, 0.006502409725172696,
                0.012175216891799226, 0.013884304957063486, 0.017359800758710114, 0.022371751552065937,
                0.030381959414207512, 0.04464285682143589, 0.07500000000345586, 0.16666666666665372,
            ]),
        new(
            "AtanSeriesOfFloats", "(atan(t) / t - 1) / t² for |t| up to tan(pi / 8), from t².", Real.Zero, AtanEnd,
            Square, AtanSeries, t => t * t * t / Atan(t),
            [-0.0607897155, 0.105943367, -0.142436385, 0.199984789, -0.333333164])
        {
            IsSingle = true,
        },
        new(
            "AtanSeriesOfDoubles", "(atan(t) / t - 1) / t² for |t| up to tan(pi / 8), from t².", Real.Zero, AtanEnd,
            Square, AtanSeries, t => t * t * t / Atan(t),
            [
                -0.017891886756128222, 0.03805117104254438, -0.05038802571204367, 0.05847783641788067,
                -0.06663090353499194, 0.0769205908514279, -0.09090897698562922, 0.11111110781557289,
                -0.1428571428016161, 0.1999999999995327, -0.333333333333332,
            ]),
    ];

    private static Real SinSeries(Real r) => (Sin(r) / r - 1) / (r * r);

    private static Real SinWeight(Real r) => r * r * r / Sin(r);

    private static Real CosSeries(Real r) => (Cos(r) - 1 + (r * r).Scaled(-1)) / (r * r * r * r);

    private static Real CosWeight(Real r) => r * r * r * r / Cos(r);

    private static Real AsinSeries(Real x) => (Asin(x) / x - 1) / (x * x);

    private static Real AtanSeries(Real t) => (Atan(t) / t - 1) / (t * t);
}
