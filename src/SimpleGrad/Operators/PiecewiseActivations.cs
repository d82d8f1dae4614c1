using System.Runtime.CompilerServices;

namespace SimpleGrad;

// Activations that are composed of operators, most of them of pieces.
public sealed partial class Variable<T>
{
    private const double SeluAlpha = 1.6732632423543772848170429916717;
    private const double SeluScale = 1.0507009873554804934193349852946;

    /// <summary>
    /// 1.0507 times x above 0 and 1.6733 (exp(x) - 1) elsewhere, with the digits that keep mean 0 and variance 1
    /// (Klambauer and others, "Self-Normalizing Neural Networks").
    /// </summary>
    public Variable<T> Selu() => SeluScale * Elu(SeluAlpha);

    /// <summary>
    /// Elementwise x above 0 and alpha (exp(x / alpha) - 1) elsewhere, with the derivative 1 at 0 (Barron,
    /// "Continuously Differentiable Exponential Linear Units").
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Alpha is 0.</exception>
    public Variable<T> Celu(double alpha = 1)
    {
        ArgumentOutOfRangeException.ThrowIfZero(alpha);
        Variable<T> isBelow = this <= 0;
        return Variable.Where(isBelow, alpha * (Variable.Where(isBelow, this, 0) / alpha).Expm1(), this);
    }

    /// <summary>Elementwise x above 0 and weight x elsewhere, also at 0.</summary>
    /// <param name="weight">One number, or one for each channel, which lie along the second axis.</param>
    /// <exception cref="ArgumentException">There is not one weight for each channel.</exception>
    public Variable<T> Prelu(Variable<T> weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.Length != 1)
            RequireChannels("prelu", weight);
        Variable<T>? slope = weight.Length == 1 ? weight.Reshape(Shape.Scalar) : ForChannels(weight);
        return Variable.Where(this > 0, this, slope * this);
    }

    /// <summary>Elementwise min(max(x, 0), 6); the derivative at both is 0.</summary>
    public Variable<T> Relu6() => Hardtanh(0, 6);

    /// <summary>Elementwise min(max(x + 3, 0), 6) / 6; the derivative at both bounds is 0.</summary>
    public Variable<T> Hardsigmoid() => (this + 3).Relu6() / 6;

    /// <summary>
    /// Elementwise x times <see cref="Hardsigmoid"/> (Howard and others, "Searching for MobileNetV3"); the derivative
    /// is 0 at -3 and 1 at 3.
    /// </summary>
    public Variable<T> Hardswish() => this * Hardsigmoid();

    /// <summary>Elementwise x where |x| is above lambda, else 0; the derivative at the bounds is 0.</summary>
    public Variable<T> Hardshrink(double lambda = 0.5) => Variable.Where(1 - (Abs() <= lambda), this, 0);

    /// <summary>
    /// Elementwise x moved by lambda towards 0, and 0 where it is not farther from that; the derivative at the bounds
    /// is 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Lambda is negative.</exception>
    public Variable<T> Softshrink(double lambda = 0.5)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lambda);
        return Variable.Where(Abs() <= lambda, 0, this - lambda * Sign());
    }

    /// <summary>Elementwise x above a threshold, else a number; the derivative at the threshold is 0.</summary>
    public Variable<T> Threshold(double threshold, double value) => Variable.Where(this <= threshold, value, this);

    /// <summary>exp(-x) / sum(exp(-x)) along an axis, without overflow.</summary>
    /// <inheritdoc cref="Softmax"/>
    public Variable<T> Softmin(int axis) => (-this).Softmax(axis);

    /// <summary>
    /// The first half of an axis times the logistic function of the second (Dauphin and others, "Language Modeling with
    /// Gated Convolutional Networks").
    /// </summary>
    /// <param name="axis">The axis, of an even length; in the result it is half as long. Negative counts from the
    /// last.</param>
    /// <exception cref="ArgumentException">The length is odd.</exception>
    public Variable<T> Glu(int axis = -1)
    {
        axis = Shape.Axis(axis, "glu");
        int half = Shape[axis] / 2;
        return Shape[axis] % 2 == 0
            ? Slice(axis, 0, half) * Slice(axis, half).Sigmoid()
            : throw new ArgumentException($"glu: axis {axis} of shape {Shape} has no two equal halves.");
    }
}

/// <summary>x - tanh(x), with all digits near 0; its derivative, tanh(x)², is no difference.</summary>
[Elementwise]
internal readonly partial struct Tanhshrink<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Tanhshrink(x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(x.Tanh().Square());
}
