using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>Elementwise absolute value; the derivative at 0 is 0.</summary>
    public Variable<T> Abs() => AbsOperator<T>.Instance.Apply(this);

    /// <summary>Elementwise sign: -1, 0 or 1, and NaN for NaN. Its gradient is known zero.</summary>
    public Variable<T> Sign() => SignOperator<T>.Instance.Apply(this);

    /// <summary>
    /// The greater of two elements, with broadcasting; NaN where either is. Equal elements share the gradient.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Variable<T> Maximum(Variable<T> y) => MaximumOperator<T>.Instance.Apply(this, y);

    /// <summary>The greater of an element and a number.</summary>
    public Variable<T> Maximum(double y) => Maximum(FromNumber(y));

    /// <summary>
    /// The lesser of two elements, with broadcasting; NaN where either is. Equal elements share the gradient.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Variable<T> Minimum(Variable<T> y) => MinimumOperator<T>.Instance.Apply(this, y);

    /// <summary>The lesser of an element and a number.</summary>
    public Variable<T> Minimum(double y) => Minimum(FromNumber(y));

    /// <summary>
    /// Each element moved into the range from <paramref name="min"/> to <paramref name="max"/>. The derivative is 1
    /// inside and at the bounds, 0 outside.
    /// </summary>
    /// <param name="min">The least value; null for no bound.</param>
    /// <param name="max">The greatest value; null for no bound. Where it is below <paramref name="min"/>, it
    /// wins.</param>
    /// <exception cref="ArgumentException">Neither bound is given.</exception>
    public Variable<T> Clamp(double? min = null, double? max = null)
    {
        (Variable<T> least, Variable<T> greatest) = Bounds(min, max);
        return ClampOperator<T>.Instance.Apply(this, least, greatest);
    }

    /// <summary>
    /// Each element moved into a range of its own, with broadcasting. A bound has the gradient where the element lies
    /// beyond it, the element has it elsewhere.
    /// </summary>
    /// <inheritdoc cref="Clamp(double?, double?)"/>
    public Variable<T> Clamp(Variable<T>? min, Variable<T>? max) => min is null && max is null
        ? throw NoBound()
        : ClampOperator<T>.Instance.Apply(
            this, min ?? FromNumber(double.NegativeInfinity), max ?? FromNumber(double.PositiveInfinity));

    private (Variable<T> Least, Variable<T> Greatest) Bounds(double? min, double? max) =>
        min is null && max is null
        ? throw NoBound()
        : (FromNumber(min ?? double.NegativeInfinity), FromNumber(max ?? double.PositiveInfinity));

    private ArgumentException NoBound() => new(
        $"clamp: shape {Shape} is given neither a least nor a greatest value.", "min");
}

/// <summary>Operators on several variables.</summary>
public static partial class Variable
{
    /// <summary>
    /// Takes each element from <paramref name="x"/> where the condition is not 0, else from <paramref name="y"/>; with
    /// broadcasting. The gradient goes only where the element came from.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Variable<T> Where<T>(Variable<T> condition, Variable<T> x, Variable<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => WhereOperator<T>.Instance.Apply(condition, x, y);

    /// <summary>Takes each element from <paramref name="x"/> where the condition is not 0, else the number.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Variable<T> Where<T>(Variable<T> condition, Variable<T> x, double y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Where(condition, x, Variable<T>.FromNumber(y));

    /// <summary>Takes the number where the condition is not 0, else the element of <paramref name="y"/>.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Variable<T> Where<T>(Variable<T> condition, double x, Variable<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Where(condition, Variable<T>.FromNumber(x), y);
}

/// <summary>|x|, with derivative 0 at 0.</summary>
internal sealed class AbsOperator<T> : ElementwiseUnary<T, AbsOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static AbsOperator<T> Instance { get; } = new();

    protected override double ElementCost => 1;

    public override string Name => "abs";

    public override Keeps Keeps => Keeps.X | Keeps.Result;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        AbsGradientOperator<T>.Instance.Apply(gradient, at.X, at.Result);

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.Abs(x);
    }
}

/// <summary>-1, 0 or 1, and NaN for NaN; its gradient is known zero.</summary>
internal sealed class SignOperator<T>() : StepFunction<T, SignOperator<T>.Arithmetic>("sign")
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static SignOperator<T> Instance { get; } = new();

    protected override double ElementCost => 2;

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Sign(x);
    }
}

/// <summary>
/// max(x, y); half the gradient each where they are equal. NaN where either is, and then both have the whole gradient.
/// </summary>
internal sealed class MaximumOperator<T> : ElementwiseBinary<T, MaximumOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static MaximumOperator<T> Instance { get; } = new();

    public override string Name => "maximum";

    public override Keeps Keeps => Keeps.X | Keeps.Y;

    /// <summary>
    /// The gradient of an operand of a maximum or minimum: whole, half at a tie, nothing where it lost.
    /// </summary>
    public static Variable<T> Share(Variable<T> gradient, Variable<T> tie, Variable<T> lost) =>
        Variable.Where(tie, gradient / 2, Variable.Where(lost, 0, gradient));

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        Share(gradient, at.X.EqualTo(at.Y), at.X < at.Y);

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        Share(gradient, at.X.EqualTo(at.Y), at.Y < at.X);

    internal readonly struct Arithmetic : IBinaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.Max(x, y);
    }
}

/// <summary>
/// min(x, y); half the gradient each where they are equal. NaN where either is, and then both have the whole gradient.
/// </summary>
internal sealed class MinimumOperator<T> : ElementwiseBinary<T, MinimumOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static MinimumOperator<T> Instance { get; } = new();

    public override string Name => "minimum";

    public override Keeps Keeps => Keeps.X | Keeps.Y;

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        MaximumOperator<T>.Share(gradient, at.X.EqualTo(at.Y), at.X > at.Y);

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        MaximumOperator<T>.Share(gradient, at.X.EqualTo(at.Y), at.Y > at.X);

    internal readonly struct Arithmetic : IBinaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.Min(x, y);
    }
}

/// <summary>
/// min(max(x, y), z): x moved into the range from y to z; where that is empty, z. At a bound x has the gradient; a
/// bound has it only where x lies beyond it.
/// </summary>
internal sealed class ClampOperator<T> : ElementwiseTernary<T, ClampOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static ClampOperator<T> Instance { get; } = new();

    public override string Name => "clamp";

    public override Keeps Keeps => Keeps.Inputs;

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        Variable.Where((at.X >= at.Y) * (at.X <= at.Z), gradient, 0);

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        Variable.Where((at.X < at.Y) * (at.Y < at.Z), gradient, 0);

    protected override Variable<T>? PropagateZ(Variable<T> gradient, in Propagation<T> at) =>
        Variable.Where((at.X > at.Z).Maximum(at.Y > at.Z), gradient, 0);

    internal readonly struct Arithmetic : ITernaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y, TVector z)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            // The instructions keep an x that is NaN, and not a bound.
            TVector result = TSimd.MinNative(z, TSimd.MaxNative(y, x));
            TVector areNumbers = TSimd.And(TSimd.EqualTo(y, y), TSimd.EqualTo(z, z));
            return TSimd.Select(areNumbers, result, TSimd.Broadcast(T.NaN));
        }
    }
}

/// <summary>
/// y where x is not 0 (NaN is not), else z. The gradient goes only to where the element came from; what was not taken
/// gets 0, also where it is infinite or NaN.
/// </summary>
internal sealed class WhereOperator<T> : ElementwiseTernary<T, WhereOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static WhereOperator<T> Instance { get; } = new();

    public override string Name => "where";

    protected override bool PassesNaN(int operand) => operand > 0;

    public override Keeps Keeps => Keeps.X;

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"where({inputs[0]}, {inputs[1]}, {inputs[2]})";

    internal override string Code(ReadOnlySpan<string> inputs) => $"Variable.Where({string.Join(", ", inputs)})";

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) => null;

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        Variable.Where(at.X, gradient, 0);

    protected override Variable<T>? PropagateZ(Variable<T> gradient, in Propagation<T> at) =>
        Variable.Where(at.X, 0, gradient);

    internal readonly struct Arithmetic : ITernaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y, TVector z)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.Select(TSimd.EqualTo(x, TSimd.Broadcast(T.Zero)), z, y);
    }
}
