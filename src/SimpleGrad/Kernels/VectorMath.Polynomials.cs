// Written by tools/coefficients, which proves the errors; do not edit.
using System.Runtime.CompilerServices;

namespace SimpleGrad;

internal static unsafe partial class VectorMath<TSimd, TVector, T>
{
    /// <summary>
    /// (exp(r) - 1 - r) / r² for |r| up to ln(2) / 2. The relative error of the function is below 2^-27.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ExpTailOfFloats(TVector x) =>
        Polynomial(x, 0.00138176151, 0.00836818665, 0.0416682772, 0.166665271, 0.49999994);

    /// <summary>
    /// (exp(r) - 1 - r) / r² for |r| up to ln(2) / 2. The relative error of the function is below 2^-56.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ExpTailOfDoubles(TVector x)
    {
        TVector square = Square(x);
        TVector even = Polynomial(
            square, 2.762730218536126e-07, 2.4801502125826695e-05, 0.001388888893401357, 0.04166666666657109,
            0.5000000000000006);
        TVector odd = Polynomial(
            square, 2.4992435471623547e-08, 2.7557598961522967e-06, 0.0001984126950990969, 0.008333333333481692,
            0.16666666666666458);
        return TSimd.MultiplyAdd(odd, x, even);
    }

    /// <summary>
    /// (tanh(x) / x - 1) / x² for |x| up to 0.625, from x². The relative error of the function is below 2^-30.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector TanhNearZeroOfFloats(TVector x)
    {
        TVector p = Polynomial(x, 0.0021686994, -0.00820826925, 0.0217146371, -0.053949669);
        return Horner(p, x, 0.133332327, -0.333333313);
    }

    /// <summary>
    /// (sinh(x) / x - 1) / x² for |x| up to 1, from x². The relative error of the function is below 2^-27.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector SinhNearZeroOfFloats(TVector x) =>
        Polynomial(x, 2.81703797e-06, 0.000198361493, 0.00833335053, 0.166666672);

    /// <summary>
    /// (2 atanh(s) - 2 s) / s³ for |s| up to 0.1716, from s². The relative error of the function is below 2^-31.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LogSeriesOfFloats(TVector x) =>
        Polynomial(x, 0.235545889, 0.285390019, 0.400003016, 0.666666687);

    /// <summary>
    /// (2 atanh(s) - 2 s) / s³ for |s| up to 0.1716, from s². The relative error of the function is below 2^-58.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LogSeriesOfDoubles(TVector x)
    {
        TVector p = Polynomial(
            x, 0.1475941265647922, 0.15317966206158357, 0.18183398737050985, 0.22222202062615762, 0.28571428704493657);
        return Horner(p, x, 0.39999999999609726, 0.66666666666667);
    }

    /// <summary>
    /// (2 atanh(s) - 2 s - 2 s³ / 3) / s⁵ for |s| up to 0.1716, from s². The relative error of the function is below
    /// 2^-33.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LogTailOfFloats(TVector x) =>
        Polynomial(x, 0.235545889, 0.285390019, 0.400003016);

    /// <summary>
    /// (2 atanh(s) - 2 s - 2 s³ / 3) / s⁵ for |s| up to 0.1716, from s². The relative error of the function is below
    /// 2^-61.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LogTailOfDoubles(TVector x)
    {
        TVector p = Polynomial(
            x, 0.1321472560692084, 0.13254586851702932, 0.15386868273830406, 0.18181781458988344, 0.22222222562828517);
        return Horner(p, x, 0.2857142856974886, 0.40000000000003694);
    }

    /// <summary>
    /// (sin(r) / r - 1) / r² for |r| up to pi / 4, from r². The relative error of the function is below 2^-28.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector SinSeriesOfFloats(TVector x) =>
        Polynomial(x, 2.71730551e-06, -0.000198392387, 0.00833332911, -0.166666672);

    /// <summary>
    /// (sin(r) / r - 1) / r² for |r| up to pi / 4, from r². The relative error of the function is below 2^-57.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector SinSeriesOfDoubles(TVector x)
    {
        TVector p = Polynomial(
            x, 1.5892705879750097e-10, -2.505069428659373e-08, 2.755731333972869e-06, -0.00019841269829008615);
        return Horner(p, x, 0.008333333333321808, -0.16666666666666632);
    }

    /// <summary>
    /// (cos(r) - 1 + r² / 2) / r⁴ for |r| up to pi / 4, from r². The relative error of the function is below 2^-30.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector CosSeriesOfFloats(TVector x) =>
        Polynomial(x, 2.44460298e-05, -0.00138874713, 0.0416666493);

    /// <summary>
    /// (cos(r) - 1 + r² / 2) / r⁴ for |r| up to pi / 4, from r². The relative error of the function is below 2^-59.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector CosSeriesOfDoubles(TVector x)
    {
        TVector p = Polynomial(
            x, -1.1364830609499904e-11, 2.0875842056143383e-09, -2.755731538559411e-07, 2.48015872937042e-05);
        return Horner(p, x, -0.0013888888888882102, 0.04166666666666665);
    }

    /// <summary>
    /// (tan(r) / r - 1) / r² for |r| up to pi / 4, from r². The relative error of the function is below 2^-27.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector TanSeriesOfFloats(TVector x)
    {
        TVector p = Polynomial(x, 0.00456696237, -0.000282824301, 0.0111144688, 0.0211828053, 0.054076843);
        return Horner(p, x, 0.133325472, 0.333333522);
    }

    /// <summary>
    /// (asin(x) / x - 1) / x² for |x| up to 1/2, from x². The relative error of the function is below 2^-30.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AsinSeriesOfFloats(TVector x)
    {
        TVector p = Polynomial(x, 0.0375823118, 0.014390612, 0.0318207443, 0.044515349);
        return Horner(p, x, 0.075005129, 0.166666597);
    }

    /// <summary>
    /// (asin(x) / x - 1) / x² for |x| up to 1/2, from x². The relative error of the function is below 2^-55.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AsinSeriesOfDoubles(TVector x)
    {
        TVector p = Polynomial(
            x, 0.03198455825584091, -0.016331024361024838, 0.01959722214190834, 0.006502409725172696);
        p = Horner(p, x, 0.012175216891799226, 0.013884304957063486, 0.017359800758710114, 0.022371751552065937);
        return Horner(p, x, 0.030381959414207512, 0.04464285682143589, 0.07500000000345586, 0.16666666666665372);
    }

    /// <summary>
    /// (atan(t) / t - 1) / t² for |t| up to tan(pi / 8), from t². The relative error of the function is below 2^-28.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AtanSeriesOfFloats(TVector x) =>
        Polynomial(x, -0.0607897155, 0.105943367, -0.142436385, 0.199984789, -0.333333164);

    /// <summary>
    /// (atan(t) / t - 1) / t² for |t| up to tan(pi / 8), from t². The relative error of the function is below 2^-57.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AtanSeriesOfDoubles(TVector x)
    {
        TVector p = Polynomial(
            x, -0.017891886756128222, 0.03805117104254438, -0.05038802571204367, 0.05847783641788067,
            -0.06663090353499194);
        p = Horner(p, x, 0.0769205908514279, -0.09090897698562922, 0.11111110781557289, -0.1428571428016161);
        return Horner(p, x, 0.1999999999995327, -0.333333333333332);
    }

    /// <summary>erf(x) / x - 1 for |x| up to 1/2, from x². The relative error of the function is below 2^-30.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ErfNearZeroOfFloats(TVector x)
    {
        TVector p = Polynomial(x, -0.000766026031, 0.0051984312, -0.0268627461, 0.112837709);
        return Horner(p, x, -0.376126379, 0.128379167);
    }

    /// <summary>erf(x) / x - 1 for |x| up to 3/4, from x². The relative error of the function is below 2^-55.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ErfNearZeroOfDoubles(TVector x)
    {
        TVector p = Polynomial(
            x, 1.1385333892850592e-08, -1.5916276346240502e-07, 1.6427929673480448e-06, -1.4924020099338548e-05,
            0.00012055282771238827);
        p = Horner(p, x, -0.0008548326026929761, 0.005223977613081309, -0.0268661706442349, 0.11283791670951786);
        return Horner(p, x, -0.37612638903183704, 0.1283791670955126);
    }

    /// <summary>
    /// (1 + 2 x) exp(x²) erfc(x) for x from 1/2 to 10.3, from (x - 2) / (x + 2). The relative error of the function is
    /// below 2^-26.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ErfcxOfFloats(TVector x)
    {
        TVector p = Polynomial(x, 0.000228857098, -0.000318373874, -0.00148080604, 0.00122141175, 0.0087306425);
        p = Horner(p, x, -0.0080256816, -0.0542210378, 0.164050698, -0.166030347);
        return Horner(p, x, -0.0927638188, 1.27697837);
    }

    /// <summary>
    /// (1 + 2 x) exp(x²) erfc(x) for x from 3/4 to 27.5, from (x - 4) / (x + 4). The relative error of the function is
    /// below 2^-54.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ErfcxOfDoubles(TVector x)
    {
        TVector p = Polynomial(
            x, -8.130275859152012e-09, -1.3550139474649062e-08, 9.954702420689535e-08, 7.02699512198774e-08);
        p = Horner(p, x, -8.156487487778399e-07, 2.961797633769706e-07, 5.704257847468507e-06, -1.1222784475562386e-05);
        p = Horner(
            p, x, -2.4397267112572807e-05, 0.00015062181628510633, -0.00019925714057943012, -0.0007577733022602357);
        p = Horner(p, x, 0.00503197004265914, -0.016197734057481573, 0.037167515531821925, -0.06633036581216012);
        p = Horner(p, x, 0.09373283499862196, -0.101039066036309, 0.06809705425468669, 0.015379652102619842);
        return Horner(p, x, -0.13962111684056247, 1.2329951186255526);
    }

    /// <summary>
    /// exp(x² / 2) erfc(x / sqrt(2)) / (2 t) with t = 1 / (1 + 0.375 x), for x from 0 to 15, from x t. The relative
    /// error of the function is below 2^-24.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector NormalTailOfFloats(TVector x)
    {
        TVector square = Square(x);
        TVector even = Polynomial(square, 2.06651603e-05, -2.23531515e-05, -0.000318662496, 0.0211021323);
        TVector odd = Polynomial(square, -3.01345835e-06, -2.43818104e-05, -0.000309437921, 0.00634627696);
        return Horner(TSimd.MultiplyAdd(odd, x, even), x, -0.211441934, 0.5);
    }

    /// <summary>
    /// erfinv(x) / x - 1 where w = -log(1 - x²) is up to 5, from w - 2.5. The relative error of the function is below
    /// 2^-24.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ErfinvNear(TVector x)
    {
        TVector p = Polynomial(x, 3.62608277e-10, -8.72006556e-09, 1.76823125e-08, 4.65230386e-07, -3.43305692e-06);
        p = Horner(p, x, -4.95920267e-06, 0.000218280053, -0.00125274865, -0.00417733798);
        return Horner(p, x, 0.246640295, 0.50140941);
    }

    /// <summary>
    /// erfinv(x) / x - 1 where w = -log(1 - x²) is above 5, from sqrt(w) - 3. The relative error of the function is
    /// below 2^-26.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ErfinvFarOfFloats(TVector x)
    {
        TVector p = Polynomial(x, -2.97372426e-05, 0.000159329924, -0.000275400205, -0.000118672702, 0.00147285545);
        p = Horner(p, x, -0.00356765906, 0.00568849733, -0.0076426561, 0.00944521464);
        return Horner(p, x, 1.00167525, 1.83297682);
    }

    /// <summary>
    /// erfinv(x) / x - 1 where w = -log(1 - x²) is above 5, from sqrt(w) - 4. The relative error of the function is
    /// below 2^-19.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ErfinvFarOfDoubles(TVector x)
    {
        TVector p = Polynomial(x, 1.7825097e-05, -7.8921901e-05, 9.0501288e-05, -2.765666e-05, 0.0002563268);
        return Horner(p, x, -0.00094216216, 0.0012928562, 1.0095109637, 2.8397814901);
    }

    /// <summary>lgamma(2 + d) / d for |d| up to 1/2. The relative error of the function is below 2^-24.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LgammaNearTwoOfFloats(TVector x)
    {
        TVector p = Polynomial(x, -0.00027002694, 0.000570094038, -0.00117773237, 0.00287895487, -0.00738744764);
        return Horner(p, x, 0.0205816124, -0.0673522204, 0.322467029, 0.422784328);
    }

    /// <summary>lgamma(2 + d) / d for |d| up to 1/2. The relative error of the function is below 2^-53.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LgammaNearTwoOfDoubles(TVector x)
    {
        TVector p = Polynomial(
            x, -1.434888363316397e-07, 2.788089264528741e-07, -4.1979205855268405e-07, 9.200008604323356e-07,
            -2.049887686802598e-06);
        p = Horner(
            p, x, 4.384718119949463e-06, -9.437198976382894e-06, 2.0505589677794628e-05, -4.4926537302198125e-05);
        p = Horner(p, x, 9.945767341955868e-05, -0.00022315473457734325, 0.000509669515443344, -0.0011927539127897155);
        p = Horner(p, x, 0.002890510331032128, -0.007385551028648878, 0.020580808427780435, -0.06735230105319832);
        return Horner(p, x, 0.32246703342411326, 0.42278433509846713);
    }

    /// <summary>
    /// The series in Stirling's formula of lgamma(x), times x, for x from 5.5 on. The relative error of the function is
    /// below 2^-32.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector StirlingSeriesOfFloats(TVector x) =>
        Polynomial(x, 0.00076468545, -0.002777413, 0.0833333358);

    /// <summary>
    /// The series in Stirling's formula of lgamma(x), times x, for x from 8.5 on. The relative error of the function is
    /// below 2^-63.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector StirlingSeriesOfDoubles(TVector x)
    {
        TVector p = Polynomial(
            x, 0.005174365347429372, -0.0018948380471805794, 0.0008415382357606757, -0.0005952370609647146,
            0.0007936507912423486);
        return Horner(p, x, -0.0027777777777756698, 0.08333333333333333);
    }

    /// <summary>
    /// (log(y) - 1 / (2 y) - digamma(y)) y² for y from 8 on, from 1 / y². The relative error of the function is below
    /// 2^-35.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector DigammaSeriesOfFloats(TVector x) =>
        Polynomial(x, 0.00387379667, -0.00833278708, 0.0833333358);

    /// <summary>
    /// (log(y) - 1 / (2 y) - digamma(y)) y² for y from 8 on, from 1 / y². The relative error of the function is below
    /// 2^-63.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector DigammaSeriesOfDoubles(TVector x)
    {
        TVector p = Polynomial(
            x, 0.06367563752640018, -0.020700529881133536, 0.007571734398130012, -0.004166645186485694,
            0.003968253913287575);
        return Horner(p, x, -0.008333333333280435, 0.08333333333333333);
    }
}
