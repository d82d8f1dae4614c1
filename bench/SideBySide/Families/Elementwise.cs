using System.Numerics;

namespace SimpleGrad.Bench.SideBySide.Families;

internal static class Elementwise<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static IEnumerable<Case> Cases()
    {
        var family = new Family<T>("elementwise");
        foreach (int n in SideBySide.Cases.Lengths)
        {
            AddCommon(family, Input.Signed(n), Input.Positive(n), backward: n is 1 << 10 or 1 << 20);
            if (n < 16 << 20)
                AddOthers(family, Input.Signed(n), Input.Positive(n));
        }
        return family;
    }

    private static void AddCommon(Family<T> family, Input x, Input positive, bool backward)
    {
        family.Add("a + b", x, x, (a, b) => a + b, (a, b) => a + b, backward);
        family.Add("a * b", x, x, (a, b) => a * b, (a, b) => a * b, backward);
        family.Add("a / b", x, positive, (a, b) => a / b, (a, b) => a / b, backward);
        family.Add("exp", x, a => a.Exp(), a => a.exp(), backward);
        family.Add("log", positive, a => a.Log(), a => a.log(), backward);
        family.Add("tanh", x, a => a.Tanh(), a => a.tanh(), backward);
        family.Add("sigmoid", x, a => a.Sigmoid(), a => a.sigmoid(), backward);
        family.Add("relu", x, a => a.Relu(), a => a.relu(), backward);
        family.Add(
            "where(a > b, a, b)", x, x, (a, b) => Variable.Where(a > b, a, b), (a, b) => torch.where(a.gt(b), a, b),
            backward);
    }

    private static void AddOthers(Family<T> family, Input x, Input positive)
    {
        family.Add("-a", x, a => -a, a => -a);
        family.Add("2 * a + 1", x, a => 2 * a + 1, a => 2 * a + 1);
        family.Add("abs", x, a => a.Abs(), a => a.abs());
        family.Add("square", x, a => a.Square(), a => a.square());
        family.Add("sqrt", positive, a => a.Sqrt(), a => a.sqrt(), backward: true);
        family.Add("sin", x, a => a.Sin(), a => a.sin(), backward: true);
        family.Add("cos", x, a => a.Cos(), a => a.cos());
        family.Add("tan", x, a => (a * 0.5).Tan(), a => (a * 0.5).tan());
        family.Add("atan", x, a => a.Atan(), a => a.atan());
        family.Add("log1p", positive, a => a.Log1p(), a => a.log1p());
        family.Add("expm1", x, a => a.Expm1(), a => a.expm1());
        family.Add("erf", x, a => a.Erf(), a => a.erf(), backward: true);
        family.Add("lgamma", positive, a => a.Lgamma(), a => a.lgamma());
        family.Add("digamma", positive, a => a.Digamma(), a => a.digamma());
        family.Add("gelu", x, a => a.Gelu(), a => torch.nn.functional.gelu(a), backward: true);
        family.Add("softplus", x, a => a.Softplus(), a => torch.nn.functional.softplus(a), backward: true);
        family.Add("silu", x, a => a.Silu(), a => torch.nn.functional.silu(a), backward: true);
        family.Add("elu", x, a => a.Elu(), a => torch.nn.functional.elu(a, 1.0));
        family.Add("clamp", x, a => a.Clamp(-1, 1), a => a.clamp(-1, 1));
        family.Add("floor", x, a => a.Floor(), a => a.floor());
        family.Add("pow(a, b)", positive, x, (a, b) => a.Pow(b), (a, b) => a.pow(b), backward: true);
        family.Add("pow(a, 3)", x, a => a.Pow(3), a => a.pow(3), backward: true);
        family.Add("maximum", x, x, (a, b) => a.Maximum(b), (a, b) => torch.maximum(a, b), backward: true);
        family.Add("atan2", x, positive, (a, b) => a.Atan2(b), (a, b) => a.atan2(b));
        family.Add("a > b", x, x, (a, b) => a > b, (a, b) => a.gt(b));
        family.Add("a == b", x, x, (a, b) => a.EqualTo(b), (a, b) => a.eq(b));
        family.Add("addcmul", x, x, x, (a, b, c) => a.Addcmul(b, c), (a, b, c) => a.addcmul(b, c, 1), backward: true);
    }
}
