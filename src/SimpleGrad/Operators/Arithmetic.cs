using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

// A gradient that is known zero is null, so operands may be null as far as the compiler knows: formulas of gradients
// stay readable, and an operand that really is null is an error that says what it means.
public sealed partial class Variable<T>
{
    /// <summary>Elementwise sum, with broadcasting.</summary>
    public static Variable<T> operator +(Variable<T>? x, Variable<T>? y) => AddOperator<T>.Instance.Apply(x!, y!);

    /// <summary>Adds a number to each element.</summary>
    public static Variable<T> operator +(Variable<T>? x, double y) => x + FromNumber(y);

    /// <summary>Adds each element to a number.</summary>
    public static Variable<T> operator +(double x, Variable<T>? y) => FromNumber(x) + y;

    /// <summary>Elementwise difference, with broadcasting.</summary>
    public static Variable<T> operator -(Variable<T>? x, Variable<T>? y) => SubtractOperator<T>.Instance.Apply(x!, y!);

    /// <summary>Subtracts a number from each element.</summary>
    public static Variable<T> operator -(Variable<T>? x, double y) => x - FromNumber(y);

    /// <summary>Subtracts each element from a number.</summary>
    public static Variable<T> operator -(double x, Variable<T>? y) => FromNumber(x) - y;

    /// <summary>
    /// Elementwise product, with broadcasting. The product with the plain number one is the other operand itself.
    /// </summary>
    public static Variable<T> operator *(Variable<T>? x, Variable<T>? y) => MultiplyOperator<T>.Instance.Product(x, y);

    /// <summary>Multiplies each element by a number; by one, it is the variable itself.</summary>
    public static Variable<T> operator *(Variable<T>? x, double y) => x * FromNumber(y);

    /// <summary>Multiplies a number by each element; by one, it is the variable itself.</summary>
    public static Variable<T> operator *(double x, Variable<T>? y) => FromNumber(x) * y;

    /// <summary>Elementwise quotient, with broadcasting.</summary>
    public static Variable<T> operator /(Variable<T>? x, Variable<T>? y) => DivideOperator<T>.Instance.Apply(x!, y!);

    /// <summary>Divides each element by a number.</summary>
    public static Variable<T> operator /(Variable<T>? x, double y) => x / FromNumber(y);

    /// <summary>Divides a number by each element.</summary>
    public static Variable<T> operator /(double x, Variable<T>? y) => FromNumber(x) / y;

    /// <summary>Changes the sign of each element.</summary>
    public static Variable<T> operator -(Variable<T>? x) => NegateOperator<T>.Instance.Apply(x!);
}

/// <summary>Arithmetic on tensors, outside any tape. A tensor does not mix with a variable.</summary>
public static partial class TensorArithmetic
{
    extension<T>(Tensor<T>) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary>Elementwise sum, with broadcasting.</summary>
        public static Tensor<T> operator +(Tensor<T> x, Tensor<T> y) => AddOperator<T>.Instance.Compute(x, y);

        /// <summary>Adds a number to each element.</summary>
        public static Tensor<T> operator +(Tensor<T> x, double y) => x + Number<T>(y);

        /// <summary>Adds each element to a number.</summary>
        public static Tensor<T> operator +(double x, Tensor<T> y) => Number<T>(x) + y;

        /// <summary>Elementwise difference, with broadcasting.</summary>
        public static Tensor<T> operator -(Tensor<T> x, Tensor<T> y) => SubtractOperator<T>.Instance.Compute(x, y);

        /// <summary>Subtracts a number from each element.</summary>
        public static Tensor<T> operator -(Tensor<T> x, double y) => x - Number<T>(y);

        /// <summary>Subtracts each element from a number.</summary>
        public static Tensor<T> operator -(double x, Tensor<T> y) => Number<T>(x) - y;

        /// <summary>Elementwise product, with broadcasting.</summary>
        public static Tensor<T> operator *(Tensor<T> x, Tensor<T> y) => MultiplyOperator<T>.Instance.Compute(x, y);

        /// <summary>Multiplies each element by a number.</summary>
        public static Tensor<T> operator *(Tensor<T> x, double y) => x * Number<T>(y);

        /// <summary>Multiplies a number by each element.</summary>
        public static Tensor<T> operator *(double x, Tensor<T> y) => Number<T>(x) * y;

        /// <summary>Elementwise quotient, with broadcasting.</summary>
        public static Tensor<T> operator /(Tensor<T> x, Tensor<T> y) => DivideOperator<T>.Instance.Compute(x, y);

        /// <summary>Divides each element by a number.</summary>
        public static Tensor<T> operator /(Tensor<T> x, double y) => x / Number<T>(y);

        /// <summary>Divides a number by each element.</summary>
        public static Tensor<T> operator /(double x, Tensor<T> y) => Number<T>(x) / y;

        /// <summary>Changes the sign of each element.</summary>
        public static Tensor<T> operator -(Tensor<T> x) => NegateOperator<T>.Instance.Compute(x);

        /// <summary>1 where x is greater than y, else 0; with broadcasting.</summary>
        public static Tensor<T> operator >(Tensor<T> x, Tensor<T> y) => GreaterOperator<T>.Instance.Compute(x, y);

        /// <summary>1 where an element is greater than a number, else 0.</summary>
        public static Tensor<T> operator >(Tensor<T> x, double y) => x > Number<T>(y);

        /// <summary>1 where x is less than y, else 0; with broadcasting.</summary>
        public static Tensor<T> operator <(Tensor<T> x, Tensor<T> y) => GreaterOperator<T>.Instance.Compute(y, x);

        /// <summary>1 where an element is less than a number, else 0.</summary>
        public static Tensor<T> operator <(Tensor<T> x, double y) => x < Number<T>(y);

        /// <summary>1 where x is at least y, else 0; with broadcasting.</summary>
        public static Tensor<T> operator >=(Tensor<T> x, Tensor<T> y) =>
            GreaterOrEqualOperator<T>.Instance.Compute(x, y);

        /// <summary>1 where an element is at least a number, else 0.</summary>
        public static Tensor<T> operator >=(Tensor<T> x, double y) => x >= Number<T>(y);

        /// <summary>1 where x is at most y, else 0; with broadcasting.</summary>
        public static Tensor<T> operator <=(Tensor<T> x, Tensor<T> y) =>
            GreaterOrEqualOperator<T>.Instance.Compute(y, x);

        /// <summary>1 where an element is at most a number, else 0.</summary>
        public static Tensor<T> operator <=(Tensor<T> x, double y) => x <= Number<T>(y);
    }

    private static Tensor<T> Number<T>(double value) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Variable<T>.FromNumber(value).Value;
}

/// <summary>x + y.</summary>
internal sealed class AddOperator<T> : ElementwiseBinary<T, AddOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static AddOperator<T> Instance { get; } = new();

    public override string Name => "add";

    protected override Instruction? Instruction => SimpleGrad.Instruction.Add;

    internal override bool IsCommutative => true;

    protected internal override string Describe(ReadOnlySpan<string> inputs) => $"{inputs[0]} + {inputs[1]}";

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) => gradient;

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) => gradient;

    internal readonly struct Arithmetic : IBinaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.Add(x, y);
    }
}

/// <summary>x - y.</summary>
internal sealed class SubtractOperator<T> : ElementwiseBinary<T, SubtractOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static SubtractOperator<T> Instance { get; } = new();

    public override string Name => "sub";

    protected override Instruction? Instruction => SimpleGrad.Instruction.Subtract;

    protected internal override string Describe(ReadOnlySpan<string> inputs) => $"{inputs[0]} - {inputs[1]}";

    internal override int? EqualInput(ReadOnlySpan<T?> numbers) =>
        numbers[1] is { } y && y == T.Zero && !T.IsNegative(y) ? 0 : null;

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) => gradient;

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) => -gradient;

    internal readonly struct Arithmetic : IBinaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.Subtract(x, y);
    }
}

/// <summary>What products have in common: the derivatives of both kinds are strong products.</summary>
internal abstract class ProductOperator<T, TArithmetic> : ElementwiseBinary<T, TArithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TArithmetic : struct, IBinaryArithmetic<TArithmetic, T>
{
    internal sealed override bool IsCommutative => true;

    public sealed override Keeps Keeps => Keeps.X | Keeps.Y;

    /// <summary>The product; a factor that is the plain number one leaves no entry.</summary>
    public Variable<T> Product(Variable<T>? x, Variable<T>? y)
    {
        if (x is not null && y is not null)
        {
            if (y.IsTheNumber(T.One))
                return x;
            if (x.IsTheNumber(T.One))
                return y;
        }
        return Apply(x!, y!); // refuses null
    }

    protected internal sealed override string Describe(ReadOnlySpan<string> inputs) => $"{inputs[0]} * {inputs[1]}";

    internal sealed override int? EqualInput(ReadOnlySpan<T?> numbers) =>
        numbers[1] == T.One ? 0 : numbers[0] == T.One ? 1 : null;

    protected sealed override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(at.Y);

    protected sealed override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply(at.X);
}

/// <summary>x * y. The product with the plain number 1 is the other factor itself, without an entry.</summary>
internal sealed class MultiplyOperator<T> : ProductOperator<T, MultiplyOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static MultiplyOperator<T> Instance { get; } = new();

    public override string Name => "mul";

    protected override Instruction? Instruction => SimpleGrad.Instruction.Multiply;

    internal readonly struct Arithmetic : IBinaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.Multiply(x, y);
    }
}

/// <summary>x / y; infinite or NaN where y is 0.</summary>
internal sealed class DivideOperator<T> : ElementwiseBinary<T, DivideOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DivideOperator<T> Instance { get; } = new();

    protected override double ElementCost => 5;

    public override string Name => "div";

    protected override Instruction? Instruction => SimpleGrad.Instruction.Divide;

    public override Keeps Keeps => Keeps.Y | Keeps.Result;

    protected internal override string Describe(ReadOnlySpan<string> inputs) => $"{inputs[0]} / {inputs[1]}";

    internal override int? EqualInput(ReadOnlySpan<T?> numbers) => numbers[1] == T.One ? 0 : null;

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongDivide(at.Y);

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        -gradient.StrongMultiply(at.Result / at.Y);

    internal readonly struct Arithmetic : IBinaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.Divide(x, y);
    }
}

/// <summary>-x.</summary>
internal sealed class NegateOperator<T> : ElementwiseUnary<T, NegateOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static NegateOperator<T> Instance { get; } = new();

    protected override double ElementCost => 1;

    public override string Name => "neg";

    protected override Instruction? Instruction => SimpleGrad.Instruction.Negate;

    protected internal override string Describe(ReadOnlySpan<string> inputs) => $"-{inputs[0]}";

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) => -gradient;

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.Negate(x);
    }
}
