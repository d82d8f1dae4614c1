using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public static partial class Derivatives
{
    /// <summary>The gradient, by all of its variables, of a function that returns a single number.</summary>
    /// <param name="function">The function.</param>
    /// <param name="x">Where: a record or another type that is made of variables.</param>
    [OverloadResolutionPriority(-2)]
    public static TVariables Grad<TVariables, T>(Func<TVariables, Variable<T>> function, TVariables x)
        where TVariables : IVariables<TVariables, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => x.With(Grad(OnArray(function, x), x.Variables));

    /// <summary>
    /// The value, and the gradient by all of its variables, of a function that returns a single number.
    /// </summary>
    /// <inheritdoc cref="Grad{TVariables, T}(Func{TVariables, Variable{T}}, TVariables)"/>
    [OverloadResolutionPriority(-2)]
    public static (Variable<T> Value, TVariables Gradient) ValueAndGrad<TVariables, T>(
        Func<TVariables, Variable<T>> function, TVariables x)
        where TVariables : IVariables<TVariables, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (Variable<T> value, Variable<T>[] gradients) = ValueAndGrad(OnArray(function, x), x.Variables);
        return (value, x.With(gradients));
    }

    /// <summary>The value of a function, and for each variable a cotangent of the result times the Jacobian.</summary>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    /// <param name="cotangent">Of the result's shape.</param>
    [OverloadResolutionPriority(-2)]
    public static (Variable<T> Value, TVariables Product) Vjp<TVariables, T>(
        Func<TVariables, Variable<T>> function, TVariables x, Variable<T> cotangent)
        where TVariables : IVariables<TVariables, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(cotangent);
        Func<Variable<T>[], Variable<T>> f = OnArray(function, x);
        (Variable<T>[] values, Variable<T>[] products) = Vjp(v => [f(v)], x.Variables, [cotangent]);
        return (values[0], x.With(products));
    }

    /// <summary>The value of a function, and its change where all variables change along a tangent.</summary>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    /// <param name="tangent">A tangent for each variable, of its shape.</param>
    [OverloadResolutionPriority(-2)]
    public static (Variable<T> Value, Variable<T> Product) Jvp<TVariables, T>(
        Func<TVariables, Variable<T>> function, TVariables x, TVariables tangent)
        where TVariables : IVariables<TVariables, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tangent);
        Func<Variable<T>[], Variable<T>> f = OnArray(function, x);
        (Variable<T>[] values, Variable<T>[] products) = Jvp(v => [f(v)], x.Variables, tangent.Variables);
        return (values[0], products[0]);
    }

    /// <summary>
    /// The Hessian, by all variables together, of a function that returns a single number, times a vector.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="x">Where.</param>
    /// <param name="vector">A part for each variable, of its shape.</param>
    [OverloadResolutionPriority(-2)]
    public static TVariables Hvp<TVariables, T>(
        Func<TVariables, Variable<T>> function, TVariables x, TVariables vector)
        where TVariables : IVariables<TVariables, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(vector);
        return x.With(Hvp(OnArray(function, x), x.Variables, vector.Variables));
    }

    /// <summary>
    /// The Jacobian of a function by each of its variables: the axes of the result, then those of the variable.
    /// </summary>
    /// <inheritdoc cref="Grad{TVariables, T}(Func{TVariables, Variable{T}}, TVariables)"/>
    [OverloadResolutionPriority(-2)]
    public static TVariables Jacobian<TVariables, T>(Func<TVariables, Variable<T>> function, TVariables x)
        where TVariables : IVariables<TVariables, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Func<Variable<T>[], Variable<T>> f = OnArray(function, x);
        return x.With(Jacobian(v => [f(v)], x.Variables)[0]);
    }

    /// <summary>
    /// The second derivatives of a function that returns a single number, by each pair of its variables:
    /// <c>[i][j]</c> has the axes of variable i, then those of variable j, in the order of
    /// <see cref="IVariables{TSelf, T}.Variables"/>.
    /// </summary>
    /// <inheritdoc cref="Grad{TVariables, T}(Func{TVariables, Variable{T}}, TVariables)"/>
    [OverloadResolutionPriority(-2)]
    public static Variable<T>[][] Hessian<TVariables, T>(Func<TVariables, Variable<T>> function, TVariables x)
        where TVariables : IVariables<TVariables, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Hessian(OnArray(function, x), x.Variables);

    /// <summary>
    /// The diagonal of the Hessian of a function that returns a single number, with a part for each variable, of its
    /// shape.
    /// </summary>
    /// <inheritdoc cref="Grad{TVariables, T}(Func{TVariables, Variable{T}}, TVariables)"/>
    [OverloadResolutionPriority(-2)]
    public static TVariables HessianDiagonal<TVariables, T>(Func<TVariables, Variable<T>> function, TVariables x)
        where TVariables : IVariables<TVariables, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        x.With(HessianDiagonal(OnArray(function, x), x.Variables));

    /// <summary>The Laplacian of a function that returns a single number, by all of its variables together.</summary>
    /// <inheritdoc cref="Grad{TVariables, T}(Func{TVariables, Variable{T}}, TVariables)"/>
    [OverloadResolutionPriority(-2)]
    public static Variable<T> Laplacian<TVariables, T>(Func<TVariables, Variable<T>> function, TVariables x)
        where TVariables : IVariables<TVariables, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Laplacian(OnArray(function, x), x.Variables);

    private static Func<Variable<T>[], Variable<T>> OnArray<TVariables, T>(
        Func<TVariables, Variable<T>> function, TVariables x)
        where TVariables : IVariables<TVariables, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(x);
        return variables => function(x.With(variables));
    }
}
