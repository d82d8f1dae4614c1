using System.Numerics;

namespace SimpleGrad;

public static partial class Tensor
{
    /// <summary>The whole numbers from 0 up to, and without, <paramref name="stop"/>.</summary>
    /// <exception cref="ArgumentException">It is negative.</exception>
    public static Tensor<T> Arange<T>(T stop) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Arange(T.Zero, stop, T.One);

    /// <summary>The numbers start, start + step, start + 2 step, … before <paramref name="stop"/>.</summary>
    /// <exception cref="ArgumentException">The step is 0, or does not lead from start to stop.</exception>
    /// <exception cref="OverflowException">There are more numbers than a tensor can have.</exception>
    public static Tensor<T> Arange<T>(T start, T stop, T step) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T count = T.Ceiling((stop - start) / step);
        if (!(count >= T.Zero) || step == T.Zero)
            throw new ArgumentException($"arange: no steps of {step} lead from {start} to {stop}.", nameof(step));
        Tensor<T> result = Tensor<T>.Uninitialized(Shape.OfResult("arange", [long.CreateSaturating(count)]));
        for (int i = 0; i < result.Length; i++)
            result.NewData[i] = start + T.CreateChecked(i) * step;
        return result;
    }

    /// <summary>Numbers at equal distances, from <paramref name="start"/> to <paramref name="end"/>, both of which are
    /// there.</summary>
    /// <param name="start">The first number.</param>
    /// <param name="end">The last one.</param>
    /// <param name="count">How many; a single one is the first.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static Tensor<T> LinSpace<T>(T start, T end, int count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Tensor<T> result = Tensor<T>.Uninitialized(Shape.Create(count));
        T step = (end - start) / T.CreateChecked(Math.Max(count - 1, 1));
        // From both ends, so that both are exact.
        for (int i = 0; i < count; i++)
            result.NewData[i] = i < (count + 1) / 2
                ? start + T.CreateChecked(i) * step
                : end - T.CreateChecked(count - 1 - i) * step;
        return result;
    }

    /// <summary>A matrix with ones on the diagonal and zeros elsewhere.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many columns; null for as many.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    /// <exception cref="OverflowException">There are more elements than a tensor can have.</exception>
    public static Tensor<T> Eye<T>(int rows, int? columns = null) where T : unmanaged, INumberBase<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns ?? rows, nameof(columns));
        Tensor<T> result = Tensor.Zeros<T>(Shape.OfResult("eye", [rows, columns ?? rows]));
        for (int i = 0; i < Math.Min(rows, columns ?? rows); i++)
            result.NewData[i * (columns ?? rows) + i] = T.One;
        return result;
    }

    /// <summary>Random numbers from 0 up to, and without, 1, all equally likely.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="random">Where they come from; the same seed gives the same numbers.</param>
    public static Tensor<T> Random<T>(Shape shape, Random random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(random);
        return Draw(shape, () =>
        {
            T number = T.CreateChecked(random.NextDouble());
            return number < T.One ? number : T.BitDecrement(T.One);
        });
    }

    /// <summary>Random numbers of the normal distribution with mean 0 and variance 1 (Box and Muller).</summary>
    /// <inheritdoc cref="Random{T}(Shape, System.Random)"/>
    public static Tensor<T> RandomNormal<T>(Shape shape, Random random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(random);
        return Draw(shape, () => T.CreateChecked(
            Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())));
    }

    private static Tensor<T> Draw<T>(Shape shape, Func<T> next) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(shape);
        var numbers = new T[shape.FlattenedLength];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = next();
        return Create<T>(numbers, shape);
    }
}
