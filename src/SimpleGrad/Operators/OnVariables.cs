using System.Numerics;

namespace SimpleGrad;

/// <summary>The algebra on variables: what is computed is recorded.</summary>
/// <remarks>A struct, so that code for it is compiled as if it were written for variables.</remarks>
internal readonly partial struct OnVariables<T>(Variable<T> value) : IAlgebra<OnVariables<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Variable<T> Value { get; } = value;

    public static implicit operator OnVariables<T>(double number) => new(Variable<T>.FromNumber(number));

    public static OnVariables<T> operator +(OnVariables<T> x, OnVariables<T> y) => new(x.Value + y.Value);

    public static OnVariables<T> operator -(OnVariables<T> x, OnVariables<T> y) => new(x.Value - y.Value);

    public static OnVariables<T> operator *(OnVariables<T> x, OnVariables<T> y) => new(x.Value * y.Value);

    public static OnVariables<T> operator /(OnVariables<T> x, OnVariables<T> y) => new(x.Value / y.Value);

    public static OnVariables<T> operator -(OnVariables<T> x) => new(-x.Value);

    public static OnVariables<T> operator >(OnVariables<T> x, OnVariables<T> y) => new(x.Value > y.Value);

    public static OnVariables<T> operator <(OnVariables<T> x, OnVariables<T> y) => new(x.Value < y.Value);

    public static OnVariables<T> operator >=(OnVariables<T> x, OnVariables<T> y) => new(x.Value >= y.Value);

    public static OnVariables<T> operator <=(OnVariables<T> x, OnVariables<T> y) => new(x.Value <= y.Value);

    public static OnVariables<T> Where(OnVariables<T> condition, OnVariables<T> x, OnVariables<T> y) =>
        new(Variable.Where(condition.Value, x.Value, y.Value));
}
