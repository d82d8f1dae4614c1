using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>Elementwise rounding down. Its gradient is known zero.</summary>
    public Variable<T> Floor() => FloorOperator<T>.Instance.Apply(this);

    /// <summary>Elementwise rounding up. Its gradient is known zero.</summary>
    public Variable<T> Ceil() => CeilOperator<T>.Instance.Apply(this);

    /// <summary>
    /// Elementwise rounding to the nearest integer, and from halfway to the even one. Its gradient is known zero.
    /// </summary>
    public Variable<T> Round() => RoundOperator<T>.Instance.Apply(this);

    /// <summary>Elementwise rounding towards 0. Its gradient is known zero.</summary>
    public Variable<T> Truncate() => TruncateOperator<T>.Instance.Apply(this);

    /// <summary>
    /// Elementwise remainder with the sign of x, as C# has it, with broadcasting; NaN where y is 0. The quotient that
    /// it comes from counts as a constant: the gradient by y is minus that integer.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Variable<T> Fmod(Variable<T> y) => FmodOperator<T>.Instance.Apply(this, y);

    /// <summary>Elementwise remainder by a number, with the sign of x.</summary>
    public Variable<T> Fmod(double y) => Fmod(FromNumber(y));

    /// <summary>
    /// Elementwise remainder with the sign of y, as Python has it, with broadcasting; NaN where y is 0. The quotient
    /// that it comes from counts as a constant: the gradient by y is minus that integer.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Variable<T> Remainder(Variable<T> y) => RemainderOperator<T>.Instance.Apply(this, y);

    /// <summary>Elementwise remainder by a number, with the sign of the number.</summary>
    public Variable<T> Remainder(double y) => Remainder(FromNumber(y));
}

public static partial class TensorArithmetic
{
    /// <summary>Elementwise rounding down.</summary>
    public static Tensor<T> Floor<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        FloorOperator<T>.Instance.Compute(x);

    /// <summary>Elementwise rounding up.</summary>
    public static Tensor<T> Ceil<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        CeilOperator<T>.Instance.Compute(x);

    /// <summary>Elementwise rounding to the nearest integer, and from halfway to the even one.</summary>
    public static Tensor<T> Round<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        RoundOperator<T>.Instance.Compute(x);

    /// <summary>Elementwise rounding towards 0.</summary>
    public static Tensor<T> Truncate<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        TruncateOperator<T>.Instance.Compute(x);
}

/// <summary>
/// The greatest integer that is not above x. It is flat between its steps, and its gradient is known zero.
/// </summary>
internal sealed class FloorOperator<T>() : StepFunction<T, FloorOperator<T>.Arithmetic>("floor")
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static FloorOperator<T> Instance { get; } = new();

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.Floor(x);
    }
}

/// <summary>
/// The least integer that is not below x. It is flat between its steps, and its gradient is known zero.
/// </summary>
internal sealed class CeilOperator<T>() : StepFunction<T, CeilOperator<T>.Arithmetic>("ceil")
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static CeilOperator<T> Instance { get; } = new();

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.Ceiling(x);
    }
}

/// <summary>
/// The nearest integer; halfway, the even one. It is flat between its steps, and its gradient is known zero.
/// </summary>
internal sealed class RoundOperator<T>() : StepFunction<T, RoundOperator<T>.Arithmetic>("round")
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static RoundOperator<T> Instance { get; } = new();

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.Round(x);
    }
}

/// <summary>The nearest integer towards 0. It is flat between its steps, and its gradient is known zero.</summary>
internal sealed class TruncateOperator<T>() : StepFunction<T, TruncateOperator<T>.Arithmetic>("trunc")
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TruncateOperator<T> Instance { get; } = new();

    internal override string Method => nameof(Variable<>.Truncate);

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.Truncate(x);
    }
}

/// <summary>
/// The remainder of x / y with the sign of x; NaN where y is 0. The derivatives are those between the jumps.
/// </summary>
internal sealed class FmodOperator<T> : ElementwiseBinary<T, FmodOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static FmodOperator<T> Instance { get; } = new();

    public override string Name => "fmod";

    public override Keeps Keeps => Keeps.X | Keeps.Y;

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) => gradient;

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        -gradient.StrongMultiply((at.X / at.Y).Truncate());

    internal readonly struct Arithmetic : IBinaryArithmetic<Arithmetic, T>
    {
        public static T Apply(T x, T y) => x % y;
    }
}

/// <summary>
/// The remainder of x / y with the sign of y; NaN where y is 0. The derivatives are those between the jumps.
/// </summary>
internal sealed class RemainderOperator<T> : ElementwiseBinary<T, RemainderOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static RemainderOperator<T> Instance { get; } = new();

    public override string Name => "remainder";

    public override Keeps Keeps => Keeps.X | Keeps.Y;

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) => gradient;

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        -gradient.StrongMultiply(FloorDivideOperator<T>.Instance.Apply(at.X, at.Y));

    internal readonly struct Arithmetic : IBinaryArithmetic<Arithmetic, T>
    {
        public static T Apply(T x, T y)
        {
            T remainder = x % y;
            return remainder != T.Zero && T.IsNegative(remainder) != T.IsNegative(y) ? remainder + y : remainder;
        }
    }
}

/// <summary>
/// (x - <see cref="RemainderOperator{T}"/>) / y, an integer; x / y where y is 0. The quotient itself may have been
/// rounded up to the next integer. Its gradients are known zero.
/// </summary>
internal sealed class FloorDivideOperator<T> : ElementwiseBinary<T, FloorDivideOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static FloorDivideOperator<T> Instance { get; } = new();

    public override string Name => "floor_divide";

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) => null;

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) => null;

    internal readonly struct Arithmetic : IBinaryArithmetic<Arithmetic, T>
    {
        public static T Apply(T x, T y)
        {
            if (y == T.Zero)
                return x / y;
            T remainder = x % y, quotient = (x - remainder) / y;
            bool isBelow = remainder != T.Zero && T.IsNegative(remainder) != T.IsNegative(y);
            return T.Round(isBelow ? quotient - T.One : quotient);
        }
    }
}
