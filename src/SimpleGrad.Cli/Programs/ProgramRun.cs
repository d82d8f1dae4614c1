using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad.Cli;

/// <summary>One run of a bound program.</summary>
internal sealed class ProgramRun<T>(ProgramText text, Tape<T> tape, IReadOnlyList<Variable<T>> variables)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<Variable<T>> _variables = [.. variables];

    /// <summary>Computes the next local variable.</summary>
    public void Declare(BoundNode local) => _variables.Add(Evaluate(local));

    public Variable<T> Evaluate(BoundNode node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (node)
        {
            case BoundVariable variable:
                return _variables[variable.Index];
            case BoundNumber number:
                return tape.Constant(T.CreateChecked(InRange(number)));
            case BoundElement element:
                Variable<T> whole = Evaluate(element.Source);
                return Try(node, () => whole[element.At]);
            case BoundPart part:
                Variable<T> source = Evaluate(part.Source);
                return Try(node, () => source[Array.ConvertAll(part.Ranges, range => (AxisIndex)range)]);
            case BoundCall call:
                var arguments = new object?[call.Arguments.Count];
                for (int i = 0; i < arguments.Length; i++)
                {
                    OperatorParameter parameter = call.Signature.Parameters[i];
                    arguments[i] = call.Arguments[i] is { } value ? Argument(parameter.Kind, value) : parameter.Default;
                }
                return Try(node, () => call.Signature.Invoke<T>(arguments));
            default:
                throw new UnreachableException($"A {node.Kind} has no value of its own.");
        }
    }

    private static int[] Wholes(BoundList list) => [.. list.Items.Select(item => (int)((BoundNumber)item).Value)];

    private object Argument(ParameterKind kind, BoundNode value) => (kind, value) switch
    {
        (ParameterKind.Number, BoundNumber number) => InRange(number),
        (ParameterKind.Whole, BoundNumber number) => (int)number.Value,
        (ParameterKind.Truth, BoundTruth truth) => truth.Value,
        (ParameterKind.Wholes, BoundList list) => Wholes(list),
        (ParameterKind.Indices, BoundList list) => Tensor.Create<int>(Wholes(list)),
        (ParameterKind.Variables, BoundList list) => list.Items.Select(Evaluate).ToArray(),
        _ => Evaluate(value),
    };

    private double InRange(BoundNumber number) =>
        double.IsFinite(number.Value) && !T.IsFinite(T.CreateChecked(number.Value))
            ? throw text.Mistake(number.Place, $"The number {number.Value} is too large for f32.")
            : number.Value;

    private Variable<T> Try(BoundNode node, Func<Variable<T>> compute)
    {
        try
        {
            return compute();
        }
        catch (Exception e) when (MistakeException.IsRefusal(e))
        {
            throw text.Mistake(node.Place, MistakeException.MessageOf(e));
        }
        catch (OutOfMemoryException)
        {
            throw text.Mistake(node.Place, "There is not enough memory for this.");
        }
    }
}
