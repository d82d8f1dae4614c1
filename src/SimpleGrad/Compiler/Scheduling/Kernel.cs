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
    /// <summary>
    /// The elements that one run of a kernel sums up: it adds them one after the other in each lane of a vector, and
    /// what runs give is added in pairs.
    /// </summary>
    public const int SumLength = 2048;

    private readonly bool[] _sums; // by target

    public Kernel(Place[] inputs, T[] numbers, Operation[] operations, Output[] outputs)
    {
        Inputs = inputs;
        Numbers = numbers;
        Operations = operations;
        Outputs = outputs;
        foreach (Place input in inputs)
            Sources = Math.Max(Sources, input.Operand + 1);
        foreach (Output output in outputs)
            Targets = Math.Max(Targets, output.Place.Operand + 1);
        _sums = new bool[Targets];
        Uses = new int[inputs.Length + numbers.Length + operations.Length];
        foreach (Operation operation in operations)
        {
            foreach (int operand in operation.Operands)
                Uses[operand]++;
        }
        foreach (Output output in outputs)
        {
            Uses[output.Value]++;
            _sums[output.Place.Operand] = output.IsSum;
        }
    }

    /// <summary>An operator and the values that it reads.</summary>
    internal sealed record Operation(IElementwise<T> Operator, int[] Operands)
    {
        /// <summary>Whether the operator takes so many instructions that to call it costs little beside.</summary>
        public bool IsExpensive => Operator.ElementCost >= 20;
    }

    /// <summary>A value that leaves the kernel: element by element, or as a sum.</summary>
    internal sealed record Output(int Value, bool IsSum, Place Place);

    /// <summary>Where the kernel reads what comes from outside.</summary>
    public Place[] Inputs { get; }

    /// <summary>How many pieces of memory it reads; as operands they come before those that it stores to.</summary>
    public int Sources { get; }

    /// <summary>How many pieces of memory it stores to, or adds to.</summary>
    public int Targets { get; }

    public T[] Numbers { get; }

    public Operation[] Operations { get; }

    public Output[] Outputs { get; }

    /// <summary>How often each value is read.</summary>
    public int[] Uses { get; }

    /// <summary>The first value that an operation computes.</summary>
    public int FirstOperation => Inputs.Length + Numbers.Length;

    /// <summary>Whether what arrives at a target is a sum.</summary>
    public bool IsSum(int target) => _sums[target];

    /// <summary>The text of the structure: kernels of equal text and layout are one. Numbers are arguments.</summary>
    public string Structure
    {
        get
        {
            var text = new StringBuilder($"{typeof(T).Name} {Numbers.Length}");
            foreach (Place input in Inputs)
                text.Append(' ').Append(input.Operand).Append('+').Append(input.Offset);
            foreach (Operation operation in Operations)
            {
                text.Append(' ').Append(operation.Operator.Arithmetic.FullName);
                foreach (int operand in operation.Operands)
                    text.Append(' ').Append(operand);
            }
            foreach (Output output in Outputs)
            {
                text.Append(output.IsSum ? " sum" : " store").Append(output.Value)
                    .Append(" at ").Append(output.Place.Operand).Append('+').Append(output.Place.Offset);
            }
            return text.ToString();
        }
    }
}
