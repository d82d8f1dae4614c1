using System.Runtime.CompilerServices;

namespace SimpleGrad;

// Writing in place. The variable has the new value from then on; what was computed from the old one keeps its gradient
// to that. A view shares memory with the variable it is of, and either sees what is written through the other.
public sealed partial class Variable<T>
{
    /// <summary>Adds to each element, in place; the operand is broadcast.</summary>
    /// <remarks>
    /// Gradients of what was computed before go to the old value, of what is computed after it to the new one. Every
    /// view of this variable, and the variable that this is a view of, has the new value too.
    /// </remarks>
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
    public Variable<T> AddInPlace(
        Variable<T>? y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        InPlace(AddOperator<T>.Instance, y!, "add_", file, line);

    /// <summary>Adds a number to each element, in place.</summary>
    /// <inheritdoc cref="AddInPlace(Variable{T}?, string, int)"/>
    public Variable<T> AddInPlace(
        double y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        InPlace(AddOperator<T>.Instance, FromNumber(y), "add_", file, line);

    /// <summary>Subtracts from each element, in place; the operand is broadcast.</summary>
    /// <param name="y">What is subtracted.</param>
    /// <param name="file">The file of the caller, for messages.</param>
    /// <param name="line">The line of the caller.</param>
    /// <inheritdoc cref="AddInPlace(Variable{T}?, string, int)"/>
    public Variable<T> SubtractInPlace(
        Variable<T>? y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        InPlace(SubtractOperator<T>.Instance, y!, "sub_", file, line);

    /// <summary>Subtracts a number from each element, in place.</summary>
    /// <inheritdoc cref="SubtractInPlace(Variable{T}?, string, int)"/>
    public Variable<T> SubtractInPlace(
        double y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        InPlace(SubtractOperator<T>.Instance, FromNumber(y), "sub_", file, line);

    /// <summary>Multiplies each element, in place; the operand is broadcast.</summary>
    /// <param name="y">The factor.</param>
    /// <param name="file">The file of the caller, for messages.</param>
    /// <param name="line">The line of the caller.</param>
    /// <inheritdoc cref="AddInPlace(Variable{T}?, string, int)"/>
    public Variable<T> MultiplyInPlace(
        Variable<T>? y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        InPlace(MultiplyOperator<T>.Instance, y!, "mul_", file, line);

    /// <summary>Multiplies each element by a number, in place.</summary>
    /// <inheritdoc cref="MultiplyInPlace(Variable{T}?, string, int)"/>
    public Variable<T> MultiplyInPlace(
        double y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Tape.WriteInPlace( // the old value would be for the gradient of the number, which has none
            this, MultiplyOperator<T>.Instance, [this, FromNumber(y)], Keeps.Y, "mul_", file, line);

    /// <summary>Divides each element, in place; the operand is broadcast.</summary>
    /// <param name="y">The divisor.</param>
    /// <param name="file">The file of the caller, for messages.</param>
    /// <param name="line">The line of the caller.</param>
    /// <inheritdoc cref="AddInPlace(Variable{T}?, string, int)"/>
    public Variable<T> DivideInPlace(
        Variable<T>? y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        InPlace(DivideOperator<T>.Instance, y!, "div_", file, line);

    /// <summary>Divides each element by a number, in place.</summary>
    /// <inheritdoc cref="DivideInPlace(Variable{T}?, string, int)"/>
    public Variable<T> DivideInPlace(
        double y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Tape.WriteInPlace(
            this, DivideOperator<T>.Instance, [this, FromNumber(y)], Keeps.Y, "div_", file, line);

    /// <summary>
    /// Writes the value of another variable over this one: <c>x[1..3].Assign(y)</c>. The gradient of the new value goes
    /// to what was written; it is broadcast.
    /// </summary>
    /// <param name="y">What is written; it may be a view of the same memory.</param>
    /// <param name="file">The file of the caller, for messages.</param>
    /// <param name="line">The line of the caller.</param>
    /// <inheritdoc cref="AddInPlace(Variable{T}?, string, int)"/>
    public Variable<T> Assign(
        Variable<T>? y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        InPlace(AssignOperator<T>.Whole, y!, "assign_", file, line);

    /// <summary>Writes a number over each element: <c>x[1..3].Assign(0)</c>.</summary>
    /// <inheritdoc cref="Assign(Variable{T}?, string, int)"/>
    public Variable<T> Assign(
        double y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        InPlace(AssignOperator<T>.Whole, FromNumber(y), "assign_", file, line);

    /// <summary>
    /// Writes the numbers of a tensor over this variable, as a constant; they are broadcast. For parameters that come
    /// from outside.
    /// </summary>
    /// <param name="y">The numbers.</param>
    /// <param name="file">The file of the caller, for messages.</param>
    /// <param name="line">The line of the caller.</param>
    /// <inheritdoc cref="AddInPlace(Variable{T}?, string, int)"/>
    public Variable<T> CopyFrom(
        Tensor<T> y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        InPlace(AssignOperator<T>.Whole, Tape.Constant(y), "assign_", file, line);

    /// <summary>Writes a number over each element.</summary>
    /// <inheritdoc cref="Assign(Variable{T}?, string, int)"/>
    public Variable<T> Fill(double y, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Assign(y, file, line);

    /// <summary>Writes 0 over each element.</summary>
    /// <inheritdoc cref="AddInPlace(Variable{T}?, string, int)"/>
    public Variable<T> Zero([CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Assign(0, file, line);

    /// <summary>Writes a number over the elements where a mask is not 0, in place; the mask is broadcast.</summary>
    /// <param name="mask">Where to write; it is read, not differentiated.</param>
    /// <param name="value">The number.</param>
    /// <param name="file">The file of the caller, for messages.</param>
    /// <param name="line">The line of the caller.</param>
    /// <inheritdoc cref="AddInPlace(Variable{T}?, string, int)"/>
    public Variable<T> MaskedFillInPlace(
        Variable<T> mask, double value, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        WhereOperator<T> op = WhereOperator<T>.Instance;
        return Tape.WriteInPlace(this, op, [mask, FromNumber(value), this], op.Keeps, "masked_fill_", file, line);
    }

    /// <summary>Moves each element into a range, in place; see <see cref="Clamp(double?, double?)"/>.</summary>
    /// <param name="min">The least value; null for no bound.</param>
    /// <param name="max">The greatest value; null for no bound.</param>
    /// <param name="file">The file of the caller, for messages.</param>
    /// <param name="line">The line of the caller.</param>
    /// <inheritdoc cref="AddInPlace(Variable{T}?, string, int)"/>
    public Variable<T> ClampInPlace(
        double? min = null, double? max = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ClampOperator<T> op = ClampOperator<T>.Instance;
        (Variable<T> least, Variable<T> greatest) = Bounds(min, max);
        return Tape.WriteInPlace(this, op, [this, least, greatest], op.Keeps, "clamp_", file, line);
    }

    /// <summary>
    /// Adds the slices of a source at places of an axis, in place; see <see cref="IndexAdd"/>.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="index">A vector, or a single number.</param>
    /// <param name="source">The shape of the variable, but along the axis as long as the index.</param>
    /// <param name="file">The file of the caller, for messages.</param>
    /// <param name="line">The line of the caller.</param>
    /// <inheritdoc cref="AddInPlace(Variable{T}?, string, int)"/>
    public Variable<T> IndexAddInPlace(
        int axis, Tensor<int> index, Variable<T> source, [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0) =>
        AddInPlace(Spread(axis, index, source), file, line);

    /// <summary>
    /// Writes what a function makes of this variable over it: <c>x.ApplyInPlace(x => x.Tanh())</c>. The function gets a
    /// copy, so that what it saves for propagate stays intact.
    /// </summary>
    /// <param name="function">A function whose result has the variable's shape, or broadcasts to it.</param>
    /// <param name="file">The file of the caller, for messages.</param>
    /// <param name="line">The line of the caller.</param>
    /// <inheritdoc cref="AddInPlace(Variable{T}?, string, int)"/>
    public Variable<T> ApplyInPlace(
        Func<Variable<T>, Variable<T>> function, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Assign(function(Clone()), file, line);
    }

    private Variable<T> InPlace(Operator<T> op, Variable<T> y, string what, string file, int line) =>
        Tape.WriteInPlace(this, op, [this, y], op.Keeps, what, file, line);
}
