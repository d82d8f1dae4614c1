using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// Writing in place. The variable has the new value from then on; what was computed from the old one keeps its gradient
/// to that. A view shares memory with the variable it is of, and either sees what is written through the other.
/// </summary>
public static class InPlaceOperators
{
    /// <summary>Adds to each element, in place; the operand is broadcast.</summary>
    /// <remarks>
    /// Gradients of what was computed before go to the old value, of what is computed after it to the new one. Every
    /// view of this variable, and the variable that this is a view of, has the new value too.
    /// </remarks>
    /// <param name="x">What is written over.</param>
    /// <param name="y">What is added.</param>
    /// <param name="file">The file of the caller, for messages.</param>
    /// <param name="line">The line of the caller.</param>
    /// <returns>This variable.</returns>
    /// <exception cref="ArgumentException">The result would have another shape.</exception>
    /// <exception cref="InvalidOperationException">
    /// Outside <see cref="Tape{T}.NoGrad"/>: the variable is one to differentiate by, or a view of one; it is detached
    /// and not cloned; it is a reshape that had to copy; or it lies in the memory of an input of what computed it.
    /// Always: it is expanded; or a propagate rule writes what it did not make.
    /// </exception>
    public static Variable<T> AddInPlace<T>(
        this Variable<T> x, Variable<T>? y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Write(x, AddOperator<T>.Instance, y!, "add_", file, line);

    /// <summary>Adds a number to each element, in place.</summary>
    /// <inheritdoc cref="AddInPlace{T}(Variable{T}, Variable{T}?, string, int)"/>
    public static Variable<T> AddInPlace<T>(
        this Variable<T> x, double y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Write(x, AddOperator<T>.Instance, Variable<T>.FromNumber(y), "add_", file, line);

    /// <summary>Subtracts from each element, in place; the operand is broadcast.</summary>
    /// <param name="x">What is written over.</param>
    /// <param name="y">What is subtracted.</param>
    /// <param name="file">The file of the caller, for messages.</param>
    /// <param name="line">The line of the caller.</param>
    /// <inheritdoc cref="AddInPlace{T}(Variable{T}, Variable{T}?, string, int)"/>
    public static Variable<T> SubtractInPlace<T>(
        this Variable<T> x, Variable<T>? y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Write(x, SubtractOperator<T>.Instance, y!, "sub_", file, line);

    /// <summary>Subtracts a number from each element, in place.</summary>
    /// <inheritdoc cref="SubtractInPlace{T}(Variable{T}, Variable{T}?, string, int)"/>
    public static Variable<T> SubtractInPlace<T>(
        this Variable<T> x, double y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Write(x, SubtractOperator<T>.Instance, Variable<T>.FromNumber(y), "sub_", file, line);

    /// <summary>Multiplies each element, in place; the operand is broadcast.</summary>
    /// <param name="x">What is written over.</param>
    /// <param name="y">The factor.</param>
    /// <param name="file">The file of the caller, for messages.</param>
    /// <param name="line">The line of the caller.</param>
    /// <inheritdoc cref="AddInPlace{T}(Variable{T}, Variable{T}?, string, int)"/>
    public static Variable<T> MultiplyInPlace<T>(
        this Variable<T> x, Variable<T>? y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Write(x, MultiplyOperator<T>.Instance, y!, "mul_", file, line);

    /// <summary>Multiplies each element by a number, in place.</summary>
    /// <inheritdoc cref="MultiplyInPlace{T}(Variable{T}, Variable{T}?, string, int)"/>
    public static Variable<T> MultiplyInPlace<T>(
        this Variable<T> x, double y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Into(x, "mul_").Run( // the old value would be for the gradient of the number, which has none
            MultiplyOperator<T>.Instance, [x, Variable<T>.FromNumber(y)], Keeps.Y, file, line);

    /// <summary>Divides each element, in place; the operand is broadcast.</summary>
    /// <param name="x">What is written over.</param>
    /// <param name="y">The divisor.</param>
    /// <param name="file">The file of the caller, for messages.</param>
    /// <param name="line">The line of the caller.</param>
    /// <inheritdoc cref="AddInPlace{T}(Variable{T}, Variable{T}?, string, int)"/>
    public static Variable<T> DivideInPlace<T>(
        this Variable<T> x, Variable<T>? y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Write(x, DivideOperator<T>.Instance, y!, "div_", file, line);

    /// <summary>Divides each element by a number, in place.</summary>
    /// <inheritdoc cref="DivideInPlace{T}(Variable{T}, Variable{T}?, string, int)"/>
    public static Variable<T> DivideInPlace<T>(
        this Variable<T> x, double y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Into(x, "div_").Run(
            DivideOperator<T>.Instance, [x, Variable<T>.FromNumber(y)], Keeps.Y, file, line);

    /// <summary>
    /// Writes the value of another variable over this one: <c>x[1..3].Assign(y)</c>. The gradient of the new value goes
    /// to what was written; it is broadcast.
    /// </summary>
    /// <param name="x">What is written over.</param>
    /// <param name="y">What is written; it may be a view of the same memory.</param>
    /// <param name="file">The file of the caller, for messages.</param>
    /// <param name="line">The line of the caller.</param>
    /// <inheritdoc cref="AddInPlace{T}(Variable{T}, Variable{T}?, string, int)"/>
    public static Variable<T> Assign<T>(
        this Variable<T> x, Variable<T>? y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Write(x, AssignOperator<T>.Whole, y!, "assign_", file, line);

    /// <summary>Writes a number over each element: <c>x[1..3].Assign(0)</c>.</summary>
    /// <inheritdoc cref="Assign{T}(Variable{T}, Variable{T}?, string, int)"/>
    public static Variable<T> Assign<T>(
        this Variable<T> x, double y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Write(x, AssignOperator<T>.Whole, Variable<T>.FromNumber(y), "assign_", file, line);

    /// <summary>
    /// Writes the numbers of a tensor over this variable, as a constant; they are broadcast. For parameters that come
    /// from outside.
    /// </summary>
    /// <param name="x">What is written over.</param>
    /// <param name="y">The numbers.</param>
    /// <param name="file">The file of the caller, for messages.</param>
    /// <param name="line">The line of the caller.</param>
    /// <inheritdoc cref="AddInPlace{T}(Variable{T}, Variable{T}?, string, int)"/>
    public static Variable<T> CopyFrom<T>(
        this Variable<T> x, Tensor<T> y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Write(x, AssignOperator<T>.Whole, x.Tape.Constant(y), "assign_", file, line);

    /// <summary>Writes a number over each element.</summary>
    /// <inheritdoc cref="Assign{T}(Variable{T}, Variable{T}?, string, int)"/>
    public static Variable<T> Fill<T>(
        this Variable<T> x, double y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Assign(x, y, file, line);

    /// <summary>Writes 0 over each element.</summary>
    /// <inheritdoc cref="AddInPlace{T}(Variable{T}, Variable{T}?, string, int)"/>
    public static Variable<T> Zero<T>(
        this Variable<T> x, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Assign(x, 0, file, line);

    /// <summary>Writes a number over the elements where a mask is not 0, in place; the mask is broadcast.</summary>
    /// <param name="x">What is written over.</param>
    /// <param name="mask">Where to write; it is read, not differentiated.</param>
    /// <param name="value">The number.</param>
    /// <param name="file">The file of the caller, for messages.</param>
    /// <param name="line">The line of the caller.</param>
    /// <inheritdoc cref="AddInPlace{T}(Variable{T}, Variable{T}?, string, int)"/>
    public static Variable<T> MaskedFillInPlace<T>(
        this Variable<T> x, Variable<T> mask, double value, [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        WhereOperator<T> op = WhereOperator<T>.Instance;
        return Into(x, "masked_fill_").Run(op, [mask, Variable<T>.FromNumber(value), x], op.Keeps, file, line);
    }

    /// <summary>
    /// Moves each element into a range, in place; see <see cref="Variable{T}.Clamp(double?, double?)"/>.
    /// </summary>
    /// <param name="x">What is written over.</param>
    /// <param name="min">The minimum; null for no bound.</param>
    /// <param name="max">The maximum; null for no bound.</param>
    /// <param name="file">The file of the caller, for messages.</param>
    /// <param name="line">The line of the caller.</param>
    /// <inheritdoc cref="AddInPlace{T}(Variable{T}, Variable{T}?, string, int)"/>
    public static Variable<T> ClampInPlace<T>(
        this Variable<T> x, double? min = null, double? max = null, [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ClampOperator<T> op = ClampOperator<T>.Instance;
        (Variable<T> lower, Variable<T> upper) = x.Bounds(min, max);
        return Into(x, "clamp_").Run(op, [x, lower, upper], op.Keeps, file, line);
    }

    /// <summary>
    /// Adds the slices of a source at places of an axis, in place; see <see cref="Variable{T}.IndexAdd"/>.
    /// </summary>
    /// <param name="x">What is written over.</param>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="index">A vector, or a single number.</param>
    /// <param name="source">The shape of the variable, but along the axis as long as the index.</param>
    /// <param name="file">The file of the caller, for messages.</param>
    /// <param name="line">The line of the caller.</param>
    /// <inheritdoc cref="AddInPlace{T}(Variable{T}, Variable{T}?, string, int)"/>
    public static Variable<T> IndexAddInPlace<T>(
        this Variable<T> x, int axis, Tensor<int> index, Variable<T> source, [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        x.AddInPlace(x.Spread(axis, index, source), file, line);

    /// <summary>
    /// Writes what a function makes of this variable over it: <c>x.ApplyInPlace(x => x.Tanh())</c>. The function gets a
    /// copy, so that what it saves for propagate stays intact.
    /// </summary>
    /// <param name="x">What is written over.</param>
    /// <param name="function">A function whose result has the variable's shape, or broadcasts to it.</param>
    /// <param name="file">The file of the caller, for messages.</param>
    /// <param name="line">The line of the caller.</param>
    /// <inheritdoc cref="AddInPlace{T}(Variable{T}, Variable{T}?, string, int)"/>
    public static Variable<T> ApplyInPlace<T>(
        this Variable<T> x, Func<Variable<T>, Variable<T>> function, [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return x.Assign(function(x.Clone()), file, line);
    }

    private static Variable<T> Write<T>(
        Variable<T> x, Operator<T> op, Variable<T> y, string what, string file, int line)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Into(x, what).Run(op, [x, y], op.Keeps, file, line);

    private static InPlaceWrite<T> Into<T>(Variable<T> x, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(x);
        return new InPlaceWrite<T>(x.Tape, x, what);
    }
}
