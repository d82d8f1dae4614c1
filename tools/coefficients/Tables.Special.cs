using static SimpleGrad.Coefficients.Functions;

namespace SimpleGrad.Coefficients;

internal static partial class Tables
{
    private static readonly Real RootHalf = Real.Sqrt(0.5);

    private static Table[] ErrorFunctions =>
    [
        new(
            "ErfNearZeroOfFloats", "erf(x) / x - 1 for |x| up to 1/2, from x².", Real.Zero, 0.5, Square,
            x => Erf(x) / x - 1, x => x / Erf(x),
            [-0.000766026031, 0.0051984312, -0.0268627461, 0.112837709, -0.376126379, 0.128379167])
        {
            IsSingle = true,
        },
        new(
            "ErfNearZeroOfDoubles", "erf(x) / x - 1 for |x| up to 3/4, from x².", Real.Zero, 0.75, Square,
            x => Erf(x) / x - 1, x => x / Erf(x),
            [
                1.1385333892850592e-08, -1.5916276346240502e-07, 1.6427929673480448e-06, -1.4924020099338548e-05,
                0.00012055282771238827, -0.0008548326026929761, 0.005223977613081309, -0.0268661706442349,
                0.11283791670951786, -0.37612638903183704, 0.1283791670955126,
            ]),
        new(
            "ErfcxOfFloats", "(1 + 2 x) exp(x²) erfc(x) for x from 1/2 to 10.3, from (x - 2) / (x + 2).", 0.5, 10.3,
            x => (x - 2) / (x + 2), x => (1 + 2 * x) * Erfcx(x), x => 1 / ((1 + 2 * x) * Erfcx(x)),
            [
                0.000228857098, -0.000318373874, -0.00148080604, 0.00122141175, 0.0087306425, -0.0080256816,
                -0.0542210378, 0.164050698, -0.166030347, -0.0927638188, 1.27697837,
            ])
        {
            IsSingle = true,
        },
        new(
            "ErfcxOfDoubles", "(1 + 2 x) exp(x²) erfc(x) for x from 3/4 to 27.5, from (x - 4) / (x + 4).", 0.75, 27.5,
            x => (x - 4) / (x + 4), x => (1 + 2 * x) * Erfcx(x), x => 1 / ((1 + 2 * x) * Erfcx(x)),
            [
                -8.130275859152012e-09, -1.3550139474649062e-08, 9.954702420689535e-08, 7.02699512198774e-08,
                -8.156487487778399e-07, 2.961797633769706e-07, 5.704257847468507e-06, -1.1222784475562386e-05,
                -2.4397267112572807e-05, 0.00015062181628510633, -0.00019925714057943012, -0.0007577733022602357,
                0.00503197004265914, -0.016197734057481573, 0.037167515531821925, -0.06633036581216012,
                0.09373283499862196, -0.101039066036309, 0.06809705425468669, 0.015379652102619842,
                -0.13962111684056247, 1.2329951186255526,
            ]),
        new(
            "NormalTailOfFloats",
            "exp(x² / 2) erfc(x / sqrt(2)) / (2 t) with t = 1 / (1 + 0.375 x), for x from 0 to 15, from x t.",
            Real.Zero, 15, x => x / (1 + 0.375 * x), x => NormalTail(x) * (1 + 0.375 * x),
            x => 1 / (NormalTail(x) * (1 + 0.375 * x)),
            [
                -3.01345835e-06, 2.06651603e-05, -2.43818104e-05, -2.23531515e-05, -0.000309437921, -0.000318662496,
                0.00634627696, 0.0211021323, -0.211441934, 0.5,
            ])
        {
            IsSingle = true,
            Unsplit = 2,
        },
        new(
            "ErfinvNear", "erfinv(x) / x - 1 where w = -log(1 - x²) is up to 5, from w - 2.5.", Real.Zero, 5,
            w => w - 2.5, w => ErfinvAt(w) - 1, w => 1 / ErfinvAt(w),
            [
                3.62608277e-10, -8.72006556e-09, 1.76823125e-08, 4.65230386e-07, -3.43305692e-06, -4.95920267e-06,
                0.000218280053, -0.00125274865, -0.00417733798, 0.246640295, 0.50140941,
            ])
        {
            Bound = Math.ScaleB(1, -24), // of floats; doubles are improved by a step of Newton's
        },
        new(
            "ErfinvFarOfFloats", "erfinv(x) / x - 1 where w = -log(1 - x²) is above 5, from sqrt(w) - 3.", 5, 16.7,
            w => Real.Sqrt(w) - 3, w => ErfinvAt(w) - 1, w => 1 / ErfinvAt(w),
            [
                -2.97372426e-05, 0.000159329924, -0.000275400205, -0.000118672702, 0.00147285545, -0.00356765906,
                0.00568849733, -0.0076426561, 0.00944521464, 1.00167525, 1.83297682,
            ])
        {
            IsSingle = true,
        },
        new(
            "ErfinvFarOfDoubles", "erfinv(x) / x - 1 where w = -log(1 - x²) is above 5, from sqrt(w) - 4.", 5, 36.8,
            w => Real.Sqrt(w) - 4, w => ErfinvAt(w) - 1, w => 1 / ErfinvAt(w),
            [
                1.7825097e-05, -7.8921901e-05, 9.0501288e-05, -2.7656660e-05, 0.00025632680, -0.00094216216,
                0.0012928562, 1.0095109637, 2.8397814901,
            ])
        {
            Bound = Math.ScaleB(1, -19),
        },
    ];

    private static Real NormalTail(Real x) => Erfcx(x * RootHalf).Scaled(-1);

    /// <summary>erfinv(x) / x at an x that is given by w = -log(1 - x²).</summary>
    private static Real ErfinvAt(Real w)
    {
        Real square = 1 - Exp(-w), x = Real.Sqrt(square), complement = Exp(-w) / (1 + x);
        // A first approximation by S. Winitzki.
        double l = -(double)w, a = 2 / (Math.PI * 0.147) + l / 2;
        return Erfinv(complement, Math.Sqrt(Math.Sqrt(a * a - l / 0.147) - a)) / x;
    }

    private static Table[] GammaFunctions =>
    [
        new(
            "LgammaNearTwoOfFloats", "lgamma(2 + d) / d for |d| up to 1/2.", -0.5, 0.5, Itself, LgammaNearTwo,
            d => 1 / LgammaNearTwo(d),
            [
                -0.00027002694, 0.000570094038, -0.00117773237, 0.00287895487, -0.00738744764, 0.0205816124,
                -0.0673522204, 0.322467029, 0.422784328,
            ])
        {
            IsSingle = true,
        },
        new(
            "LgammaNearTwoOfDoubles", "lgamma(2 + d) / d for |d| up to 1/2.", -0.5, 0.5, Itself, LgammaNearTwo,
            d => 1 / LgammaNearTwo(d),
            [
                -1.434888363316397e-07, 2.788089264528741e-07, -4.1979205855268405e-07, 9.200008604323356e-07,
                -2.049887686802598e-06, 4.384718119949463e-06, -9.437198976382894e-06, 2.0505589677794628e-05,
                -4.4926537302198125e-05, 9.945767341955868e-05, -0.00022315473457734325, 0.000509669515443344,
                -0.0011927539127897155, 0.002890510331032128, -0.007385551028648878, 0.020580808427780435,
                -0.06735230105319832, 0.32246703342411326, 0.42278433509846713,
            ]),
        new(
            "StirlingSeriesOfFloats", "The series in Stirling's formula of lgamma(x), times x, for x from 5.5 on.",
            5.5, 60, x => 1 / (x * x), StirlingTail, x => 1 / (x * Lgamma(x)),
            [0.00076468545, -0.002777413, 0.0833333358])
        {
            IsSingle = true,
        },
        new(
            "StirlingSeriesOfDoubles", "The series in Stirling's formula of lgamma(x), times x, for x from 8.5 on.",
            8.5, 60, x => 1 / (x * x), StirlingTail, x => 1 / (x * Lgamma(x)),
            [
                0.005174365347429372, -0.0018948380471805794, 0.0008415382357606757, -0.0005952370609647146,
                0.0007936507912423486, -0.0027777777777756698, 0.08333333333333333,
            ]),
        new(
            "DigammaSeriesOfFloats", "(log(y) - 1 / (2 y) - digamma(y)) y² for y from 8 on, from 1 / y².", 8, 60,
            y => 1 / (y * y), DigammaTail, y => 1 / (y * y * Digamma(y)), [0.00387379667, -0.00833278708, 0.0833333358])
        {
            IsSingle = true,
        },
        new(
            "DigammaSeriesOfDoubles", "(log(y) - 1 / (2 y) - digamma(y)) y² for y from 8 on, from 1 / y².", 8, 60,
            y => 1 / (y * y), DigammaTail, y => 1 / (y * y * Digamma(y)),
            [
                0.06367563752640018, -0.020700529881133536, 0.007571734398130012, -0.004166645186485694,
                0.003968253913287575, -0.008333333333280435, 0.08333333333333333,
            ]),
    ];

    private static Real LgammaNearTwo(Real d) => Lgamma(2 + d) / d;

    private static Real StirlingTail(Real x) =>
        (Lgamma(x) - (x - 0.5) * Log(x) + x - Log(2 * Real.Pi).Scaled(-1)) * x;

    private static Real DigammaTail(Real y) => (Log(y) - 1 / (2 * y) - Digamma(y)) * (y * y);
}
