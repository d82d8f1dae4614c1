using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>Elementwise exponential.</summary>
    public Variable<T> Exp() => ExpOperator<T>.Instance.Apply(this);

    /// <summary>Elementwise exponential minus 1, accurate near 0.</summary>
    public Variable<T> Expm1() => Expm1Operator<T>.Instance.Apply(this);

    /// <summary>Elementwise natural logarithm; -infinity at 0, NaN below.</summary>
    public Variable<T> Log() => LogOperator<T>.Instance.Apply(this);

    /// <summary>Elementwise natural logarithm of 1 + x, accurate near 0.</summary>
    public Variable<T> Log1p() => Log1pOperator<T>.Instance.Apply(this);

    /// <summary>Elementwise square root; NaN below 0. The derivative at 0 is infinite.</summary>
    public Variable<T> Sqrt() => SqrtOperator<T>.Instance.Apply(this);

    /// <summary>Elementwise 1 / x.</summary>
    public Variable<T> Reciprocal() => ReciprocalOperator<T>.Instance.Apply(this);

    /// <summary>Elementwise square.</summary>
    public Variable<T> Square() => SquareOperator<T>.Instance.Apply(this);

    /// <summary>Elementwise power with an exponent for each element, with broadcasting.</summary>
    /// <remarks>
    /// The gradient is 0 by x where the exponent is 0, and by the exponent where x is 0 and it is not negative. To the
    /// power -0.5, -0 gives infinity and -infinity gives 0, as for other negative exponents that are no integers;
    /// PyTorch computes 1 / sqrt(x) there, which gives -infinity and NaN.
    /// </remarks>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Variable<T> Pow(Variable<T> exponent) =>
        exponent is not null && exponent.IsTheNumber(T.One) ? this : PowOperator<T>.Instance.Apply(this, exponent!);

    /// <summary>Elementwise power; to the power 1, it is the variable itself.</summary>
    public Variable<T> Pow(double exponent) => Pow(FromNumber(exponent));
}

public static partial class TensorArithmetic
{
    /// <summary>Elementwise exponential.</summary>
    public static Tensor<T> Exp<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ExpOperator<T>.Instance.Compute(x);

    /// <summary>Elementwise exponential minus 1, accurate near 0.</summary>
    public static Tensor<T> Expm1<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Expm1Operator<T>.Instance.Compute(x);

    /// <summary>Elementwise natural logarithm; -infinity at 0, NaN below.</summary>
    public static Tensor<T> Log<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        LogOperator<T>.Instance.Compute(x);

    /// <summary>Elementwise natural logarithm of 1 + x, accurate near 0.</summary>
    public static Tensor<T> Log1p<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Log1pOperator<T>.Instance.Compute(x);

    /// <summary>Elementwise square root; NaN below 0. The derivative at 0 is infinite.</summary>
    public static Tensor<T> Sqrt<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        SqrtOperator<T>.Instance.Compute(x);

    /// <summary>Elementwise 1 / x.</summary>
    public static Tensor<T> Reciprocal<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ReciprocalOperator<T>.Instance.Compute(x);

    /// <summary>Elementwise square.</summary>
    public static Tensor<T> Square<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        SquareOperator<T>.Instance.Compute(x);
}

/// <summary>e to the power x.</summary>
internal sealed class ExpOperator<T> : ElementwiseUnary<T, ExpOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static ExpOperator<T> Instance { get; } = new();

    public override string Name => "exp";

    public override Keeps Keeps => Keeps.Result;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(at.Result);

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Exp(x);
    }
}

/// <summary>e to the power x, minus 1, accurate near 0.</summary>
internal sealed class Expm1Operator<T> : ElementwiseUnary<T, Expm1Operator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Expm1Operator<T> Instance { get; } = new();

    public override string Name => "expm1";

    public override Keeps Keeps => Keeps.X;

    /// <summary>From x: the result has rounded to -1 where exp(x) is small.</summary>
    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(at.X.Exp());

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Expm1(x);
    }
}

/// <summary>The natural logarithm; -infinity at 0, NaN below.</summary>
internal sealed class LogOperator<T> : ElementwiseUnary<T, LogOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static LogOperator<T> Instance { get; } = new();

    public override string Name => "log";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongDivide(at.X);

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Log(x);
    }
}

/// <summary>The natural logarithm of 1 + x, accurate near 0; -infinity at -1, NaN below.</summary>
internal sealed class Log1pOperator<T> : ElementwiseUnary<T, Log1pOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Log1pOperator<T> Instance { get; } = new();

    public override string Name => "log1p";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongDivide(at.X + 1);

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Log1p(x);
    }
}

/// <summary>The square root; NaN below 0, with an infinite derivative at 0.</summary>
internal sealed class SqrtOperator<T> : ElementwiseUnary<T, SqrtOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static SqrtOperator<T> Instance { get; } = new();

    protected override double ElementCost => 5;

    public override string Name => "sqrt";

    public override Keeps Keeps => Keeps.Result;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongDivide(2 * at.Result);

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.Sqrt(x);
    }
}

/// <summary>1 / x; infinite at 0.</summary>
internal sealed class ReciprocalOperator<T> : ElementwiseUnary<T, ReciprocalOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static ReciprocalOperator<T> Instance { get; } = new();

    protected override double ElementCost => 5;

    public override string Name => "reciprocal";

    public override Keeps Keeps => Keeps.Result;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        -gradient.StrongMultiply(at.Result * at.Result);

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.Divide(TSimd.Broadcast(T.One), x);
    }
}

/// <summary>x * x.</summary>
internal sealed class SquareOperator<T> : ElementwiseUnary<T, SquareOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static SquareOperator<T> Instance { get; } = new();

    protected override double ElementCost => 1;

    public override string Name => "square";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(2 * at.X);

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.Multiply(x, x);
    }
}

/// <summary>
/// x to the power y. The gradient by x is 0 where y is 0, and the gradient by y is 0 where x is 0 and y is not
/// negative. To the power -0.5, -0 and -infinity give infinity and 0 as for other negative powers that are no integers;
/// PyTorch computes 1 / sqrt(x), which gives -infinity and NaN.
/// </summary>
internal sealed class PowOperator<T> : ElementwiseBinary<T, PowOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static PowOperator<T> Instance { get; } = new();

    protected override double ElementCost => 40;

    public override string Name => "pow";

    public override Keeps Keeps => Keeps.X | Keeps.Y | Keeps.Result;

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at)
    {
        Variable<T> x = at.X, y = at.Y;
        if (y.IsTheNumber(T.Zero))
            return null;
        return gradient.StrongMultiply(y.StrongMultiply(x.Pow(y - 1)));
    }

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at)
    {
        Variable<T> isFlat = at.X.EqualTo(0) * (at.Y >= 0);
        return gradient.StrongMultiply(Variable.Where(isFlat, 0, at.Result.StrongMultiply(at.X.Log())));
    }

    internal readonly unsafe struct Arithmetic : IBinaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Pow(x, y);

        // The square and the cube are by far the most frequent powers, and products above too.
        static void IBinaryArithmetic<Arithmetic, T>.Apply(ReadOnlySpan<T> x, T y, Span<T> result)
        {
            fixed (T* from = x, to = result)
            {
                if (y == T.CreateTruncating(2))
                    VectorLoop.Unary<SquareOperator<T>.Arithmetic, T>(from, to, result.Length);
                else if (y == T.CreateTruncating(3))
                    VectorLoop.Unary<Cube, T>(from, to, result.Length);
                else
                    VectorLoop.Binary<Arithmetic, VectorLoop.Many, VectorLoop.One, T>(from, &y, to, result.Length);
            }
        }
    }

    private readonly struct Cube : IUnaryVectorArithmetic<Cube, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.Multiply(TSimd.Multiply(x, x), x);
    }
}
