using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Functions that are given by an equation: roots and fixed points, differentiable by what the equation depends on.
/// </summary>
/// <remarks>
/// The derivative is that of the solution, dx/dp = -(df/dx)⁻¹ df/dp (the implicit function theorem), and not that of
/// the steps that found it. It can be differentiated again, to any order.
/// </remarks>
public static class Implicit
{
    private const int MaxHalvings = 30;

    private static double ToleranceOf<T>(double? tolerance) =>
        tolerance ?? (typeof(T) == typeof(float) ? 1e-5 : 1e-10);

    /// <summary>
    /// The x, near a start, at which a function of x and a parameter is zero: found by Newton's method, and
    /// differentiable by the parameter, to any order, without regard to how it was found.
    /// </summary>
    /// <param name="function">From x and the parameter to as many numbers as x has.</param>
    /// <param name="start">Where the search begins.</param>
    /// <param name="parameter">What the root depends on.</param>
    /// <param name="tolerance">The largest |f| that counts as zero; null for 1e-10, or for floats 1e-5.</param>
    /// <param name="maxSteps">How many steps are made at most.</param>
    /// <exception cref="InvalidOperationException">No root was found.</exception>
    /// <example><code>
    /// // The square root as the solution of v * v = p; its derivative is that of the equation.
    /// Variable&lt;double&gt; root = Implicit.Root&lt;double&gt;(
    ///     (v, p) =&gt; v * v - p, Tensor.Scalar(1.0), tape.Variable(2.0));
    /// </code></example>
    public static Variable<T> Root<T>(
        Func<Variable<T>, Variable<T>, Variable<T>> function, Tensor<T> start, Variable<T> parameter,
        double? tolerance = null, int maxSteps = 100)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(parameter);
        Func<Variable<T>[], Variable<T>[]> f = ArrayForm.Of(function);
        return new ImplicitFunction<T>(
            "root", f, start.Shape, p => FindRoot(f, start, p[0], ToleranceOf<T>(tolerance), maxSteps))
            .ApplyTo([parameter]);
    }

    /// <summary>
    /// The x that a function of x and a parameter leaves as it is: found by applying the function over and over, and
    /// differentiable by the parameter, to any order, without regard to how many times that was.
    /// </summary>
    /// <param name="function">From x and the parameter to the next x; near the fixed point it must draw nearer.</param>
    /// <param name="start">Where the search begins.</param>
    /// <param name="parameter">What the fixed point depends on.</param>
    /// <param name="tolerance">The largest change of an element that counts as none; null for 1e-10, or for floats
    /// 1e-5.</param>
    /// <param name="maxSteps">How often the function is applied at most.</param>
    /// <exception cref="InvalidOperationException">No fixed point was found.</exception>
    /// <example><code>
    /// Variable&lt;double&gt; anomaly = Implicit.FixedPoint&lt;double&gt;(
    ///     (e, m) =&gt; m + 0.3 * e.Sin(), Tensor.Scalar(0.0), tape.Variable(1.0));
    /// </code></example>
    public static Variable<T> FixedPoint<T>(
        Func<Variable<T>, Variable<T>, Variable<T>> function, Tensor<T> start, Variable<T> parameter,
        double? tolerance = null, int maxSteps = 10_000)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(parameter);
        Func<Variable<T>[], Variable<T>[]> f = ArrayForm.Of(function);
        return new ImplicitFunction<T>(
            "fixed_point", v => [f(v)[0] - v[0]], start.Shape,
            p => FindFixedPoint(f, start, p[0], ToleranceOf<T>(tolerance), maxSteps)).ApplyTo([parameter]);
    }

    /// <summary>
    /// A solution x of f(x, parameter) = 0 that was found in whatever way, as a variable that is differentiable by the
    /// parameter to any order.
    /// </summary>
    /// <param name="function">From x and the parameter to as many numbers as x has.</param>
    /// <param name="solution">Where it is zero.</param>
    /// <param name="parameter">What the solution depends on.</param>
    /// <exception cref="InvalidOperationException">It is used in a function that is compiled: for other parameters the
    /// solution would be another.</exception>
    public static Variable<T> Solution<T>(
        Func<Variable<T>, Variable<T>, Variable<T>> function, Tensor<T> solution, Variable<T> parameter)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(solution);
        ArgumentNullException.ThrowIfNull(parameter);
        if (parameter.Data.IsSymbolic)
            throw new InvalidOperationException(
                "implicit: a solution that was found for one parameter is none for others, so a function that has it "
                + "cannot be compiled. Root and FixedPoint find theirs at each call.");
        return new ImplicitFunction<T>("implicit", ArrayForm.Of(function), solution.Shape, _ => solution)
            .ApplyTo([parameter]);
    }

    private static Tensor<T> FindRoot<T>(
        Func<Variable<T>[], Variable<T>[]> function, Tensor<T> start, Tensor<T> parameter, double tolerance,
        int maxSteps)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> x = start;
        var newton = TensorFunction.Of<T>(v =>
        {
            var linear = new Linearization<T>("root", y => function([y[0], v[1]]), v[0]);
            return [linear.Result, DerivativeMatrices.Jacobian(linear, createGraph: false)[0][0]];
        });
        for (int step = 0; ; step++)
        {
            Tensor<T>[] at = newton.Invoke(x, parameter);
            if (at[0].Length != x.Length)
                throw new ArgumentException(
                    $"root: the function returns {at[0].Length} numbers for {x.Length} unknowns.", nameof(function));
            double size = LargestOf(at[0]);
            if (size <= tolerance)
                return x;
            if (step >= maxSteps)
                throw new InvalidOperationException(
                    $"root: after {maxSteps} steps, |f| is still {size}, more than {tolerance}. Start nearer to the "
                    + "root, or allow more steps.");
            Tensor<T> move = Step(at[1].Reshape(x.Length, x.Length), at[0].Reshape(x.Length, 1)).Reshape(x.Shape);
            Tensor<T> next = x - move;
            // Half the way where the whole way leads further off.
            for (int i = 0; i < MaxHalvings && !(LargestOf(newton.Invoke(next, parameter)[0]) < size); i++)
            {
                move = move * Tensor.Scalar(T.CreateChecked(0.5));
                next = x - move;
            }
            x = next;
        }
    }

    private static Tensor<T> FindFixedPoint<T>(
        Func<Variable<T>[], Variable<T>[]> function, Tensor<T> start, Tensor<T> parameter, double tolerance,
        int maxSteps)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> x = start;
        var apply = TensorFunction.Of(function);
        for (int step = 0; step < maxSteps; step++)
        {
            Tensor<T> next = apply.Invoke(x, parameter)[0];
            if (next.Shape != x.Shape)
                throw new ArgumentException(
                    $"fixed_point: the function makes shape {next.Shape} of shape {x.Shape}.", nameof(function));
            double change = LargestOf(next - x);
            x = next;
            if (change <= tolerance)
                return x;
        }
        throw new InvalidOperationException(
            $"fixed_point: after {maxSteps} steps, x still changes by more than {tolerance}. Start nearer to the fixed "
            + "point, or allow more steps.");
    }

    private static Tensor<T> Step<T>(Tensor<T> jacobian, Tensor<T> value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        try
        {
            return LinearSystemKernel.Solve("root", jacobian, value, value.Shape);
        }
        catch (ArgumentException e)
        {
            throw new InvalidOperationException(
                "root: df/dx is singular on the way to the root, so Newton's method cannot go on. Start elsewhere.", e);
        }
    }

    private static double LargestOf<T>(Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double max = 0;
        foreach (T each in x.ToArray())
            max = Math.Max(max, double.CreateChecked(T.Abs(each))); // NaN stays
        return max;
    }
}
