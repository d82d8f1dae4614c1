using Functions = SimpleGrad.VectorMath<SimpleGrad.Simd1<double>, double, double>;

namespace SimpleGrad.Tests.Kernels;

/// <summary>Special functions against numbers computed with 50 digits.</summary>
public sealed class SpecialFunctionTests
{
    [Fact]
    public void Erf_is_near_the_exact_numbers() => AssertClose(Functions.Erf,
    [
        (1e-300, 1.1283791670955126e-300), (1e-09, 1.1283791670955127e-09), (0.3, 0.3286267594591274),
        (0.46875, 0.49261347321793797), (0.47, 0.4937450508860821), (-0.8, -0.7421009647076605),
        (1.0, 0.8427007929497149), (2.5, 0.999593047982555), (4.0, 0.9999999845827421), (4.1, 0.9999999932999724),
        (5.5, 0.9999999999999927), (-6.5, -1.0),
    ]);

    [Fact]
    public void Erfc_is_near_the_exact_numbers() => AssertClose(Functions.Erfc,
    [
        (1e-09, 0.9999999988716208), (0.3, 0.6713732405408726), (0.47, 0.5062549491139179),
        (-0.8, 1.7421009647076604), (1.0, 0.15729920705028513), (2.5, 0.0004069520174449589),
        (4.0, 1.541725790028002e-08), (4.1, 6.700027654084918e-09), (5.5, 7.357847917974398e-15), (-6.5, 2.0),
        (15.0, 7.212994172451207e-100), (26.5, 2.2109076642637343e-307),
    ]);

    [Fact]
    public void Erfinv_is_near_the_exact_numbers() => AssertClose(Functions.Erfinv,
    [
        (1e-300, 8.86226925452758e-301), (1e-09, 8.86226925452758e-10), (0.1, 0.08885599049425769),
        (-0.3, -0.2724627147267543), (0.4999, 0.4768250236254278), (0.5, 0.4769362762044699),
        (0.9, 1.1630871536766743), (-0.99, -1.8213863677184494), (0.993, 1.9069568646709454),
        (0.999999, 3.458910737275499), (0.9999999999999999, 5.8635847487551676),
    ]);

    [Fact]
    public void Lgamma_is_near_the_exact_numbers() => AssertClose(Functions.Lgamma,
    [
        (1e-300, 690.7755278982137), (-1e-300, 690.7755278982137), (1e-05, 11.512919692895826),
        (0.3, 1.0957979948180756), (0.5, 0.5723649429247001), (0.99999, 5.772238896093089e-06),
        (1.00001, -5.7720744027504825e-06), (1.5, -0.12078223763524522), (1.99999, -4.227811104241674e-06),
        (2.00001, 4.22787559764836e-06), (2.6, 0.35741186354897986), (5.5, 3.9578139676187165),
        (9.99, 12.779315214350193), (10.0, 12.801827480081469), (171.5, 709.1431630309282),
        (1000000.0, 12815504.569147611), (1e+300, 6.897755278982137e+302), (-0.3, 1.4648400508576025),
        (-0.7, 1.4524729387568078), (-1.5, 0.860047015376481), (-4.25, -2.070072434257324),
        (-100.125, -362.21044642584553),
    ]);

    [Fact]
    public void Digamma_is_near_the_exact_numbers() => AssertClose(Functions.Digamma,
    [
        (1e-300, -9.999999999999999e+299), (-1e-300, 9.999999999999999e+299), (0.01, -100.56088545786868),
        (0.5, -1.9635100260214235), (1.0, -0.5772156649015329),
        (2.7, 0.7967831689911411), (9.99, 2.250700372831201), (10.0, 2.251752589066721), (1000.0, 6.907255195648812),
        (1e+300, 690.7755278982137), (-0.3, 2.113309779635399), (-0.75, -2.894120200042932),
        (-4.25, 4.701569989997338), (-100.125, 12.195880442483347), (-1000000.25, 16.957103961553827),
    ]);

    [Fact]
    public void Polygamma1_is_near_the_exact_numbers() => AssertClose(x => GammaFunction.Polygamma(1, x),
    [
        (0.01, 10001.621213528313), (0.5, 4.934802200544679), (1.0, 1.6449340668482264), (2.7, 0.4472120689183236),
        (9.99, 0.10527695014824179), (25.0, 0.04081066325722558), (1000.0, 0.0010005001666666333),
        (-0.3, 13.945160267805722), (-0.75, 18.975106932284888), (-4.25, 19.529448389881463),
        (-100.125, 67.38393659650153), (-1000000.25, 19.739207802179468), (1e+200, 1e-200),
    ]);

    [Fact]
    public void Polygamma2_is_near_the_exact_numbers() => AssertClose(x => GammaFunction.Polygamma(2, x),
    [
        (0.01, -2000002.340398677), (0.5, -16.82879664423432), (1.0, -2.4041138063191885),
        (2.7, -0.19700583557913573), (9.99, -0.011073070531461051), (25.0, -0.001665279318422468),
        (1000.0, -1.0010004999998333e-06), (-0.3, 67.63908119988317), (-0.75, -124.58699919679619),
        (-4.25, 123.98126436732758), (-100.125, 1022.2942921252852), (-1000000.25, 124.02510672119828),
    ]);

    [Fact]
    public void Polygamma3_is_near_the_exact_numbers() => AssertClose(x => GammaFunction.Polygamma(3, x),
    [
        (0.01, 600000006.2510618), (0.5, 97.40909103400244), (1.0, 6.493939402266829), (2.7, 0.17117980334609884),
        (9.99, 0.0023272159399640798), (25.0, 0.0001358846365082737), (1000.0, 2.003001999999e-09),
        (-0.3, 766.6198904191685), (-0.75, 1557.7451069721515), (-4.25, 1558.527193402683),
        (-100.125, 24591.002322596956), (-1000000.25, 1558.545456544039),
    ]);

    [Fact]
    public void Polygamma7_is_near_the_exact_numbers() => AssertClose(x => GammaFunction.Polygamma(7, x),
    [
        (0.01, 5.04e+19), (0.5, 1290440.218185598), (1.0, 5060.54987523764), (2.7, 1.9556219767234195),
        (9.99, 0.00010124950201372519), (25.0, 1.353585724641826e-07), (1000.0, 7.2252335999496e-19),
        (-0.3, 76905059.63376132), (-0.75, 330352636.8640203), (-4.25, 330352695.8435425),
        (-100.125, 84557185319.09268), (-1000000.25, 330352695.8555131),
    ]);

    [Fact]
    public void The_ends_of_the_domains_are_as_in_PyTorch()
    {
        Assert.Equal(double.PositiveInfinity, Functions.Erfinv(1.0));
        Assert.Equal(double.NegativeInfinity, Functions.Erfinv(-1.0));
        Assert.Equal(double.NaN, Functions.Erfinv(1.5));
        Assert.Equal(2, Functions.Erfc(double.NegativeInfinity));
        Assert.Equal(0, Functions.Erfc(double.PositiveInfinity));
        Assert.Equal(0, Functions.Lgamma(1.0));
        Assert.Equal(0, Functions.Lgamma(2.0));
        Assert.All([0.0, -0.0, -3, -1e300, double.PositiveInfinity, double.NegativeInfinity],
            x => Assert.Equal(double.PositiveInfinity, Functions.Lgamma(x)));
        Assert.Equal(double.NegativeInfinity, Functions.Digamma(0.0));
        Assert.Equal(double.PositiveInfinity, Functions.Digamma(-0.0));
        Assert.Equal(double.NaN, Functions.Digamma(-3.0));
        Assert.Equal(double.PositiveInfinity, Functions.Digamma(double.PositiveInfinity));
        Assert.Equal(double.PositiveInfinity, GammaFunction.Polygamma(1, -3.0));
        Assert.Equal(double.NegativeInfinity, GammaFunction.Polygamma(2, 0.0));
        Assert.Equal(0, GammaFunction.Polygamma(2, double.PositiveInfinity));
    }

    /// <summary>Near its zero, the digamma function is the difference of much greater numbers.</summary>
    [Fact]
    public void Digamma_near_its_zero_is_exact_to_rounding() =>
        Assert.Equal(-0.06138454458511624, Functions.Digamma(1.4), 1e-15);

    [Fact]
    public void Erfinv_undoes_erf_all_over_its_domain()
    {
        for (double x = -5; x <= 5; x += 1.0 / 64)
        {
            // One unit in the last place of erf(x) is this much of x.
            double rounding = 1.2e-16 * Math.Abs(Functions.Erf(x)) * Math.Exp(x * x);
            Assert.Equal(x, Functions.Erfinv(Functions.Erf(x)), 1e-15 * Math.Abs(x) + 3 * rounding);
        }
    }

    private static void AssertClose(Func<double, double> function, (double X, double Expected)[] numbers) =>
        Assert.All(numbers, number => Assert.True(
            Math.Abs(function(number.X) - number.Expected) <= 4e-15 * Math.Abs(number.Expected),
            $"f({number.X:R}) is {function(number.X):R}, not {number.Expected:R}."));
}
