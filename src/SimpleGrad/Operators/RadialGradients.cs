using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

// The gradients of |x|, of hypot and of Euclidean norms: g x / r with r the norm of x. At r = 0 they are 0, as
// nothing points anywhere. Their own derivative there is that of the smooth part: a smooth function f(r) with
// f'(0) = 0, such as r² or a Matérn kernel, has the second derivative f''(0) in each direction, and so f'(r) = g(r) has
// the derivative g'(0). What is left of a kink, such as that of r itself, is 0, as PyTorch has it.

/// <summary>A gradient g x / r, of the inputs g, x and r.</summary>
internal interface IRadialGradient;

/// <summary>What the gradients of norms have in common.</summary>
/// <param name="isTangent">Whether the first input is a gradient that came back, or a tangent: the product with
/// x / r is then multiplied by the derivative of the function of r only afterwards.</param>
internal abstract class RadialGradient<T, TArithmetic>(bool isTangent) : ElementwiseTernary<T, TArithmetic>,
    IRadialGradient
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TArithmetic : struct, ITernaryArithmetic<TArithmetic, T>
{
    public sealed override Keeps Keeps => Keeps.Inputs;

    /// <summary>The rule may differentiate what was recorded, and so needs gradients that stay.</summary>
    internal sealed override bool ShowsGradients => true;

    internal sealed override object Identity => (GetType(), isTangent);

    protected sealed override bool PassesNaN(int operand) => operand == 0;

    /// <summary>The operator that takes a gradient to a gradient of the first input.</summary>
    protected abstract Variable<T> Tangent(Variable<T> gradient, Variable<T> x, Variable<T> r);

    /// <summary>The derivative by x with r held, where r is not 0; null for known zero.</summary>
    protected abstract Variable<T>? ByX(Variable<T> gradient, in Propagation<T> at);

    protected sealed override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at)
    {
        if (at.Tape.IsRecording && !at.Tape.RecordsSweeps && MayBeZero(at.Z))
            at.Tape.RecordsSweeps = true;
        return Tangent(gradient, at.Y, at.Z);
    }

    protected sealed override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at)
    {
        Variable<T>? smooth = ByX(gradient, in at);
        if (at.Limits is not { } limits || !MayBeZero(at.Z))
            return smooth;
        Variable<T>? limit = limits.OfInput(at.Entry)?.StrongMultiply(gradient);
        if (isTangent && limits.OfGradient(at.Entry, gradient) is { } ofGradient)
        {
            ofGradient = ofGradient.StrongMultiply(at.X);
            limit = limit is null ? ofGradient : limit + ofGradient;
        }
        Variable<T> zero = Variable<T>.FromNumber(T.Zero);
        return limit is null && smooth is null
            ? null
            : Variable.Where(at.Z.EqualTo(0), limit ?? zero, smooth ?? zero);
    }

    /// <summary>Whether some norm is 0, or may be in a function that is traced.</summary>
    private static bool MayBeZero(Variable<T> r) =>
        r.IsScalar ? r.Number == T.Zero : r.Data.IsSymbolic || r.Data.ToContiguous().Span.Contains(T.Zero);
}

/// <summary>
/// x y / z with z a Euclidean norm, or hypot, of y: the gradient of the norm, of the gradient x; 0 where the norm is.
/// </summary>
internal sealed class NormGradientOperator<T> : RadialGradient<T, NormGradientOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private NormGradientOperator(bool isTangent) : base(isTangent)
    {
    }

    public static NormGradientOperator<T> Instance { get; } = new(isTangent: false);

    /// <summary>The same of a gradient that came back, or a tangent.</summary>
    public static NormGradientOperator<T> OfTangent { get; } = new(isTangent: true);

    protected override double ElementCost => 6;

    public override string Name => "norm_gradient";

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]} * ({inputs[1]} / {inputs[2]})";

    protected override Variable<T> Tangent(Variable<T> gradient, Variable<T> x, Variable<T> r) =>
        OfTangent.Apply(gradient, x, r);

    protected override Variable<T>? ByX(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(at.X).StrongDivide(at.Z);

    protected override Variable<T>? PropagateZ(Variable<T> gradient, in Propagation<T> at) =>
        -gradient.StrongMultiply(at.X).StrongMultiply(at.Y.StrongDivide(at.Z)).StrongDivide(at.Z);

    internal readonly struct Arithmetic : ITernaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y, TVector z)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            TVector zero = TSimd.Broadcast(T.Zero);
            TVector part = TSimd.Select(TSimd.EqualTo(y, zero), zero, TSimd.Divide(y, z));
            return VectorMath<TSimd, TVector, T>.StrongMultiply(x, part);
        }
    }
}

/// <summary>x sign(y), and z = |y|: the gradient of the absolute value, of the gradient x.</summary>
internal sealed class AbsGradientOperator<T> : RadialGradient<T, AbsGradientOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private AbsGradientOperator(bool isTangent) : base(isTangent)
    {
    }

    public static AbsGradientOperator<T> Instance { get; } = new(isTangent: false);

    private static readonly AbsGradientOperator<T> _ofTangent = new(isTangent: true);

    protected override double ElementCost => 3;

    public override string Name => "abs_gradient";

    protected internal override string Describe(ReadOnlySpan<string> inputs) => $"{inputs[0]} * {inputs[1]}.sign()";

    protected override Variable<T> Tangent(Variable<T> gradient, Variable<T> x, Variable<T> r) =>
        _ofTangent.Apply(gradient, x, r);

    protected override Variable<T>? ByX(Variable<T> gradient, in Propagation<T> at) => null;

    protected override Variable<T>? PropagateZ(Variable<T> gradient, in Propagation<T> at) => null;

    internal readonly struct Arithmetic : ITernaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y, TVector z)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct =>
            VectorMath<TSimd, TVector, T>.StrongMultiply(x, VectorMath<TSimd, TVector, T>.Sign(y));
    }
}
