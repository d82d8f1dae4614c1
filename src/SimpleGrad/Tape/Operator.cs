using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace SimpleGrad;

/// <summary>Which values an operator keeps for its propagate rule.</summary>
[Flags]
public enum Keeps
{
    /// <summary>No value: the rule needs shapes at most.</summary>
    None = 0,

    /// <summary>The first input.</summary>
    X = 1,

    /// <summary>The second input.</summary>
    Y = 2,

    /// <summary>The third input.</summary>
    Z = 4,

    /// <summary>All inputs.</summary>
    Inputs = X | Y | Z,

    /// <summary>The result.</summary>
    Result = 8,
}

internal static class KeepsExtensions
{
    /// <summary>Whether an input is kept; what holds for the third holds for those after it.</summary>
    public static bool Has(this Keeps keeps, int input) => ((int)keeps >> Math.Min(input, 2) & 1) != 0;
}

/// <summary>
/// An operator: how it is written in a trace, what shape its result has, how it computes, how gradients propagate
/// through it, and which values it keeps for that. One class has it all.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class Operator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private bool? _isForeign;

    private protected Operator()
    {
    }

    /// <summary>The name, lower case as in PyTorch: <c>mul</c>, <c>exp</c>, <c>sum</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Which values the propagate rule reads; only these are kept.</summary>
    public virtual Keeps Keeps => Keeps.None;

    /// <summary>The right-hand side of the operator's trace line, for inputs of the given names.</summary>
    protected internal virtual string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.{Name}({string.Join(", ", inputs[1..].ToArray())})";

    /// <summary>The name of the method of variables; operators that only derivatives have show it too.</summary>
    internal virtual string Method => string.Concat(
        from word in Name.Split('_') where word.Length > 0 select char.ToUpperInvariant(word[0]) + word[1..]);

    /// <summary>
    /// The C# that a person would write, for an explanation of a compiled function: the trace line's right-hand side
    /// with the method's name, if not said otherwise.
    /// </summary>
    protected internal virtual string Code(ReadOnlySpan<string> inputs) =>
        Describe(inputs).Replace($".{Name}(", $".{Method}(", StringComparison.Ordinal);

    /// <summary>
    /// About how many nanoseconds it takes to compute the result. A compiled function weighs that against saving the
    /// result for propagate. An operator that does not say is taken to be expensive, so that its result is saved
    /// wherever memory allows it.
    /// </summary>
    /// <param name="inputs">The shapes of the inputs.</param>
    /// <param name="result">The shape of the result.</param>
    protected internal virtual double Cost(ReadOnlySpan<Shape> inputs, Shape result)
    {
        if (IsView)
            return 0;
        double elements = result.FlattenedLength;
        foreach (Shape input in inputs)
            elements += input.FlattenedLength;
        return Costs.Elements(elements, Costs.Unknown);
    }

    /// <summary>
    /// What tells this operator from others: two operators of equal identity compute the same from the same inputs.
    /// It is the type and the values of the parameters; an operator without parameters is one object, and itself.
    /// </summary>
    internal virtual object Identity => this;

    /// <summary>
    /// Whether the result has the input's numbers, in another arrangement and often in the same memory.
    /// </summary>
    internal virtual bool IsView => false;

    /// <summary>Whether a view copies where its input's layout does not allow another one.</summary>
    internal virtual bool MayCopy => false;

    /// <summary>Whether a view has one element in memory for several of its own.</summary>
    internal virtual bool IsExpansion => false;

    /// <summary>Whether a view hides from gradients what it is of.</summary>
    internal virtual bool StopsGradient => false;

    /// <summary>Whether the result is the input, as a variable of its own to differentiate by.</summary>
    internal virtual bool IsAlias => false;

    /// <summary>What the elements of the result are.</summary>
    internal virtual Composition Composition => IsView ? Composition.Moved : Composition.Computed;

    /// <summary>Whether the result and the derivatives are the same for inputs in another order.</summary>
    protected internal virtual bool IsCommutative => false;

    /// <summary>
    /// The input to which the operator is equal, bit by bit and in its derivatives, where some inputs are known to be
    /// one number throughout; null where there is none. The shapes are not looked at.
    /// </summary>
    internal virtual int? EqualInput(ReadOnlySpan<T?> numbers) => null;

    /// <summary>Refuses an operand that is null, and says what null means.</summary>
    internal void Require([NotNull] Variable<T>? operand)
    {
        if (operand is null)
            ThrowNull(nameof(operand));
    }

    /// <summary>The value that the forward computation gave, which must have the shape that was inferred.</summary>
    internal Tensor<T> Checked(Tensor<T>? value, Shape shape, params ReadOnlySpan<Tensor<T>> inputs)
    {
        if (value is null || !ReferenceEquals(value.Shape, shape) && value.Shape != shape)
            throw new InvalidOperationException(
                $"Operator '{Name}' computed {(value is null ? "null" : $"a value of shape {value.Shape}")} where "
                + $"InferShape says {shape}.");
        // A user-defined operator may hold on to what it saw.
        if (IsForeign)
        {
            value.HandOut();
            foreach (Tensor<T> input in inputs)
                input.HandOut();
        }
        return value;
    }

    /// <summary>
    /// The operator in one call of a function that takes indices, which it may hold as a stand-in while the function is
    /// traced.
    /// </summary>
    internal virtual Operator<T> WithIndices(BoundIndices call) => this;

    /// <summary>Computes and records the operator.</summary>
    internal abstract Variable<T> ApplyTo(ReadOnlySpan<Variable<T>> inputs);

    /// <summary>Computes the operator outside any tape.</summary>
    internal abstract Tensor<T> ComputeOn(ReadOnlySpan<Tensor<T>> inputs);

    /// <summary>How many results the operator has.</summary>
    internal virtual int ResultCount => 1;

    /// <summary>Computes and records an operator that may have several results.</summary>
    internal virtual Variable<T>[] ApplyAll(Tape<T> tape, ReadOnlySpan<Variable<T>> inputs) => [ApplyTo(inputs)];

    /// <summary>Computes an operator that may have several results outside any tape.</summary>
    internal virtual void ComputeAll(ReadOnlySpan<Tensor<T>> inputs, Span<Tensor<T>?> results) =>
        results[0] = ComputeOn(inputs);

    /// <summary>As <see cref="Batch"/>, for an operator that may have several results.</summary>
    internal virtual Variable<T>[]? BatchAll(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch) =>
        Batch(inputs, isBatch) is { } result ? [result] : null;

    /// <summary>
    /// How many operators on single numbers compute the result (<see cref="WriteElements"/>); 0 if none can.
    /// </summary>
    internal virtual long ElementOperators(ReadOnlySpan<Shape> inputs, Shape result) => 0;

    /// <summary>Says how each element of the result, in row-major order, is computed from those of inputs.</summary>
    /// <param name="writer">Takes it down.</param>
    /// <param name="inputs">What stands for the elements of the inputs, in row-major order.</param>
    /// <param name="shapes">The shapes of the inputs.</param>
    /// <param name="result">The shape of the result.</param>
    internal virtual int[] WriteElements(
        ElementWriter<T> writer, int[][] inputs, ReadOnlySpan<Shape> shapes, Shape result) =>
        throw new InvalidOperationException($"{Name} says nothing of how its elements are computed.");

    /// <summary>
    /// Says how the operator works on values that are there as their parts along the last axis, each without that axis.
    /// </summary>
    /// <param name="writer">Takes it down.</param>
    /// <param name="inputs">What stands for the parts of the inputs. Those of a long last axis, and single numbers, are
    /// whole.</param>
    /// <param name="shapes">The shapes of the inputs.</param>
    /// <param name="result">The shape of the result.</param>
    /// <returns>The result, in parts if its last axis is short; null where it takes the values as they are.</returns>
    internal virtual Parts? AlongLast(
        ElementWriter<T> writer, Parts[] inputs, ReadOnlySpan<Shape> shapes, Shape result) => null;

    /// <summary>
    /// The operator that computes a block of the result, so many elements of the last axis, from blocks of the inputs.
    /// An input whose last axis is as long as that of the result is given as a block, and others as they are. What sums
    /// the last axis up gives the block's share of the sum.
    /// </summary>
    /// <param name="inputs">The shapes of the inputs.</param>
    /// <param name="result">The shape of the result.</param>
    /// <param name="length">The elements of a block.</param>
    /// <returns>The operator; null where a block of the result needs more than blocks.</returns>
    internal virtual Operator<T>? ForLanes(ReadOnlySpan<Shape> inputs, Shape result, int length) => null;

    /// <summary>Whether the operator stands for a function of many, any of which may be in it.</summary>
    internal virtual bool IsFunction => false;

    /// <summary>Whether user code sees the variables that <see cref="Propagate"/> computes with.</summary>
    internal virtual bool ShowsGradients => IsForeign;

    /// <summary>Whether the propagate rule may look at the numbers of the gradients that arrive.</summary>
    internal virtual bool LooksAtGradients => false;

    /// <summary>
    /// Whether the propagate rule can compute a batch of gradients at once, by the operators that it applies.
    /// </summary>
    internal virtual bool CanBatchPropagate => true;

    /// <summary>
    /// Whether <see cref="PropagateNumbers"/> can compute the gradients where the result, and so each input, is a
    /// single number.
    /// </summary>
    internal virtual bool CanPropagateNumbers => false;

    /// <summary>Whether the operator is the user's own.</summary>
    private bool IsForeign => _isForeign ??= GetType().Assembly != typeof(Operator<>).Assembly;

    /// <summary>
    /// Computes and records the operator for each example of a batch at once, for <see cref="Derivatives"/>' Vmap and
    /// for derivatives of many elements. An input that is a batch has the examples along an axis in front; others are
    /// the same for all of them, and at least one is a batch.
    /// </summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="isBatch">Which of them are batches.</param>
    /// <returns>The batch of results; null, if not said otherwise, where the operator has no way of its own to do it:
    /// it is then applied to each example.</returns>
    protected internal virtual Variable<T>? Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch) => null;

    /// <summary>
    /// Which elements of an input the elements of the result can depend on, for sparse derivatives: a chain of maps.
    /// </summary>
    /// <param name="input">The input.</param>
    /// <param name="inputs">The shapes of all inputs.</param>
    /// <param name="result">The shape of the result.</param>
    /// <returns>The maps, the last of which leads to the result; an empty list where each element depends on the one in
    /// its own place; null, if not said otherwise, where each may depend on all.</returns>
    protected internal virtual IReadOnlyList<Dependence>? DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) => null;

    [DoesNotReturn]
    private void ThrowNull(string operand) => throw new ArgumentNullException(
        operand,
        $"{Name}: an operand is null. A gradient that is null is known to be zero: ask for zeros with "
        + "tape.Grad(…, zeros: true), or add such gradients with Aggregate.AddOptional.");

    /// <summary>
    /// Computes the input gradients of one entry from its output gradients, and only those that are wanted.
    /// </summary>
    internal abstract void Propagate(ref Propagation<T> propagation);

    /// <summary>The same for single numbers, with no variables around them.</summary>
    /// <param name="gradient">The gradient of the result.</param>
    /// <param name="at">The values that the operator keeps, and which gradients are wanted.</param>
    /// <param name="gradients">Gets the gradients of the inputs.</param>
    /// <returns>Which gradients are there, in bits; the others are known zero or not wanted.</returns>
    internal virtual int PropagateNumbers(T gradient, in Propagation<T> at, Span<T> gradients) =>
        throw new InvalidOperationException($"'{Name}' has no rule for single numbers.");
}
