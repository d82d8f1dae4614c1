using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// The body of a loop as one kernel in which elements do not meet, so that a loop over the steps can stand inside the
/// loop over the elements, and states in registers.
/// </summary>
internal sealed class StepKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxElements = 512; // that are registers, of all outputs

    private StepKernel(Kernel<T> kernel, StepSource[] sources, int[] moves, int states, int length)
    {
        Kernel = kernel;
        Sources = sources;
        Moves = moves;
        States = states;
        Length = length;
    }

    /// <summary>What it computes. Its targets are the outputs of the body, whatever they are: the next states, and then
    /// the records.</summary>
    public Kernel<T> Kernel { get; }

    /// <summary>What it reads, in the order of the kernel's sources.</summary>
    public StepSource[] Sources { get; }

    /// <summary>For each output how many elements it moves from one step to the next; none where it is a
    /// state.</summary>
    public int[] Moves { get; }

    /// <summary>How many of the outputs, the first ones, are states.</summary>
    public int States { get; }

    /// <summary>The elements of the row. Where it is one, states may have several, each a register.</summary>
    public int Length { get; }

    /// <summary>The kernel of a body; null where it is more than that, or has elements that meet.</summary>
    /// <param name="program">The body.</param>
    /// <param name="lengths">The elements of each input.</param>
    /// <param name="states">The inputs that the first outputs replace.</param>
    /// <param name="sequences">The inputs of which each step has another element.</param>
    public static StepKernel<T>? Of(Program<T> program, int[] lengths, int[] states, Range sequences)
    {
        if (program.Kernel is not { Shape.FlattenedLength: > 0 } step)
            return null;
        Kernel<T> kernel = step.Kernel;
        int length = step.Shape.FlattenedLength;
        if (length > 1 && Array.Exists(kernel.Outputs, output => output.IsSum))
            return null;
        int[] outputs = Array.ConvertAll(program.Outputs, LengthOf);
        if (length > 1 ? Array.Exists(outputs, each => each != length) : outputs.Sum() > MaxElements)
            return null;
        (int first, int count) = sequences.GetOffsetAndLength(lengths.Length);
        var sources = new List<StepSource>();
        for (int i = 0; i < step.Inputs.Length; i++)
        {
            sources.Add(SourceOf(step.Inputs[i], step.Layouts[i]));
            if (length > 1 && sources[i] is { State: >= 0, Layout: InputLayout.One })
                return null; // all elements read one of them
        }
        var computed = new Dictionary<(int Value, int Offset), int>();
        foreach (Kernel<T>.Output output in kernel.Outputs)
            computed[(step.Outputs[output.Place.Operand], output.Place.Offset)] = output.Value;
        var inputs = new List<Place>(kernel.Inputs);
        var stored = new List<(int Value, bool IsInput, Place Place)>();
        for (int i = 0; i < outputs.Length; i++)
        {
            int value = program.Outputs[i];
            bool passes = value < program.Constants.Length && Array.IndexOf(step.Outputs, value) < 0;
            if (passes)
                sources.Add(SourceOf(value, length > 1 ? InputLayout.Elements : InputLayout.One));
            for (int j = 0; j < (length > 1 ? 1 : outputs[i]); j++)
            {
                int element = inputs.Count;
                if (passes)
                    inputs.Add(new Place(sources.Count - 1, j));
                else if (!computed.TryGetValue((value, j), out element))
                    return null;
                stored.Add((element, passes, new Place(i, j)));
            }
        }
        int added = inputs.Count - kernel.Inputs.Length;
        return new StepKernel<T>(
            new Kernel<T>(
                [.. inputs], kernel.Numbers,
                [
                    .. kernel.Operations.Select(
                        operation => operation with { Operands = Array.ConvertAll(operation.Operands, Renumbered) }),
                ],
                [
                    .. stored.Select(each => new Kernel<T>.Output(
                        each.IsInput ? each.Value : Renumbered(each.Value), IsSum: false, each.Place)),
                ]),
            [.. sources], [.. outputs.Select((each, i) => i < states.Length ? 0 : each)], states.Length, length);

        int LengthOf(int value) => value < lengths.Length ? lengths[value]
            : program.Constants[value] is { } constant ? constant.Length
            : step.OutputShape(Array.IndexOf(step.Outputs, value)).FlattenedLength;

        StepSource SourceOf(int value, InputLayout layout) => new(
            value, Array.IndexOf(states, value),
            value >= first && value < first + count ? lengths[value] : 0, layout);

        int Renumbered(int value) => value < kernel.Inputs.Length ? value : value + added;
    }
}
