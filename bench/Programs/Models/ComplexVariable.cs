namespace SimpleGrad.Bench.Programs.Models;

/// <summary>A complex number, or a tensor of them, as a user writes it on top of variables.</summary>
internal readonly record struct ComplexVariable(Variable<double> Re, Variable<double> Im)
{
    public static ComplexVariable operator +(ComplexVariable x, ComplexVariable y) => new(x.Re + y.Re, x.Im + y.Im);

    public static ComplexVariable operator -(ComplexVariable x, ComplexVariable y) => new(x.Re - y.Re, x.Im - y.Im);

    public static ComplexVariable operator *(ComplexVariable x, ComplexVariable y) =>
        new(x.Re * y.Re - x.Im * y.Im, x.Re * y.Im + x.Im * y.Re);

    public Variable<double> SquaredMagnitude() => Re * Re + Im * Im;
}
