using System.Numerics;

namespace SimpleGrad;

/// <summary>A step of a program: it computes some values from others.</summary>
internal abstract class Step<T>(int[] inputs, int[] outputs) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The values that the step reads.</summary>
    public int[] Inputs { get; private set; } = inputs;

    /// <summary>The values that the step computes.</summary>
    public int[] Outputs { get; private set; } = outputs;

    /// <summary>The values that no later step reads and that are no results: their memory can go back.</summary>
    public int[] Dead { get; set; } = [];

    /// <summary>Which outputs go to someone outside, so that their memory does not come back.</summary>
    public bool[] HandedOut { get; set; } = new bool[outputs.Length];

    /// <summary>Whether an output may share the memory of an input.</summary>
    public virtual bool MayGiveViews => true;

    /// <summary>Goes over from numbers of a graph's nodes to places in a program's memory.</summary>
    public void Renumber(int[] places)
    {
        Inputs = Array.ConvertAll(Inputs, node => places[node]);
        Outputs = Array.ConvertAll(Outputs, node => places[node]);
    }

    public abstract void Run(Span<Tensor<T>?> values);
}

/// <summary>An operator as a step of its own, computed as it is eagerly.</summary>
internal sealed class OperatorStep<T>(Operator<T> op, int[] inputs, int output) : Step<T>(inputs, [output])
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Operator<T> Operator => op;

    public override void Run(Span<Tensor<T>?> values)
    {
        var few = new Few<Tensor<T>>();
        Span<Tensor<T>> operands = few.Take(Inputs.Length);
        for (int i = 0; i < operands.Length; i++)
            operands[i] = values[Inputs[i]]!;
        values[Outputs[0]] = op.ComputeOn(operands);
    }
}
