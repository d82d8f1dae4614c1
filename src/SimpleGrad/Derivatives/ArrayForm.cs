using System.Numerics;

namespace SimpleGrad;

/// <summary>Functions of one variable or of two, as functions from arrays to arrays.</summary>
internal static class ArrayForm
{
    public static Func<Variable<T>[], Variable<T>[]> Of<T>(Func<Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return x => [function(x[0])];
    }

    public static Func<Variable<T>[], Variable<T>[]> Of<T>(Func<Variable<T>, Variable<T>, Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return x => [function(x[0], x[1])];
    }

    public static Func<Variable<T>[], Variable<T>[]> Of<T>(Func<Variable<T>[], Variable<T>> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return x => [function(x)];
    }
}
