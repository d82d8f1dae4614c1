using System.Numerics;
using System.Text;

namespace SimpleGrad;

/// <summary>
/// What a kernel computes for each element: operators on inputs, numbers and earlier results, some of which it stores
/// or sums. Values are counted through: inputs, then numbers, then operators.
/// </summary>
/// <remarks>A kernel knows no shapes: the same one serves wherever the same is computed.</remarks>
internal sealed class Kernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Kernel(int inputs, T[] numbers, Operation[] operations, Output[] outputs)
    {
        Inputs = inputs;
        Numbers = numbers;
        Operations = operations;
        Outputs = outputs;
        Uses = new int[inputs + numbers.Length + operations.Length];
        foreach (Operation operation in operations)
        {
            foreach (int operand in operation.Operands)
                Uses[operand]++;
        }
        foreach (Output output in outputs)
            Uses[output.Value]++;
    }

    /// <summary>An operator and the values that it reads.</summary>
    internal sealed record Operation(IElementwise<T> Operator, int[] Operands)
    {
        /// <summary>Whether the operator takes so many instructions that to call it costs little beside.</summary>
        public bool IsExpensive => Operator.ElementCost >= 20;
    }

    /// <summary>A value that leaves the kernel: element by element, or as a sum.</summary>
    internal sealed record Output(int Value, bool IsSum);

    public int Inputs { get; }

    public T[] Numbers { get; }

    public Operation[] Operations { get; }

    public Output[] Outputs { get; }

    /// <summary>How often each value is read.</summary>
    public int[] Uses { get; }

    /// <summary>The first value that an operation computes.</summary>
    public int FirstOperation => Inputs + Numbers.Length;

    /// <summary>The text of the structure: kernels of equal text and layout are one. Numbers are arguments.</summary>
    public string Structure
    {
        get
        {
            var text = new StringBuilder($"{typeof(T).Name} {Inputs} {Numbers.Length}");
            foreach (Operation operation in Operations)
            {
                text.Append(' ').Append(operation.Operator.Arithmetic.FullName);
                foreach (int operand in operation.Operands)
                    text.Append(' ').Append(operand);
            }
            foreach (Output output in Outputs)
                text.Append(output.IsSum ? " sum" : " store").Append(output.Value);
            return text.ToString();
        }
    }
}
