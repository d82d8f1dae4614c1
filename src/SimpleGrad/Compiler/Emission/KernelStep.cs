using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// A kernel as a step: it makes the memory of its outputs, and runs over all operands as one row where they lie alike,
/// else row by row.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class KernelStep<T> : Step<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Shape[] _outputShapes;
    private readonly bool[]?[] _summed;
    private readonly bool[] _handsOut;
    private readonly bool[] _isNumber; // by input
    private readonly RowLoop<T> _rows;

    /// <param name="step">The step.</param>
    /// <param name="schedule">The schedule that it is of.</param>
    /// <param name="handsOut">Which outputs go to someone outside, so that their memory does not come back.</param>
    /// <param name="options">How kernels are made ready to run.</param>
    public KernelStep(ScheduledKernel<T> step, Schedule<T> schedule, bool[] handsOut, EmissionOptions options)
        : base(step.Inputs, step.Outputs)
    {
        Kernel = step.Kernel;
        Shape = step.Shape;
        _summed = step.Summed;
        _handsOut = handsOut;
        _outputShapes = Array.ConvertAll(step.Outputs, output => schedule.Values[output].Shape);
        int length = Shape.FlattenedLength;
        int[] lengths = Array.ConvertAll(step.Inputs, input => schedule.Values[input].Shape.FlattenedLength);
        _isNumber = Array.ConvertAll(lengths, each => each == 1);
        Layouts = Array.ConvertAll(
            step.Sources, source => source.IsElements || schedule.Values[source.Value].Shape.FlattenedLength == 1
                ? InputLayout.One : InputLayout.Elements);
        bool sumsAll = step.SumsAll;
        var codes = new RowCodes<T>(Kernel, length == 1, options);
        _rows = new RowLoop<T>(step, codes, sumsAll);
        bool areAlike = true;
        for (int i = 0; i < lengths.Length; i++)
            areAlike &= Layouts[i] == InputLayout.One || lengths[i] == length;
        if (sumsAll && areAlike)
            Flat = new FlatLoop<T>(Kernel, codes, length, Layouts);
    }

    public Kernel<T> Kernel { get; }

    /// <summary>How it reads its inputs if it runs over one row.</summary>
    public InputLayout[] Layouts { get; }

    /// <summary>The shape that the kernel loops over.</summary>
    public Shape Shape { get; }

    /// <summary>The kernel over all operands as one row, if inputs are contiguous; null where it must be run row by
    /// row.</summary>
    public FlatLoop<T>? Flat { get; }

    /// <summary>Whether an input has a single element.</summary>
    public bool IsNumber(int input) => _isNumber[input];

    public Shape OutputShape(int output) => _outputShapes[output];

    public override void Run(Span<Tensor<T>?> values, BoundIndices? indices)
    {
        int outputs = Outputs.Length;
        for (int i = 0; i < outputs; i++)
            values[Outputs[i]] = Output(i, values[Outputs[i]]);
        T** pointers = stackalloc T*[Inputs.Length + outputs + 4];
        T* scalars = stackalloc T[outputs];
        for (int i = 0; i < outputs; i++)
            scalars[i] = T.Zero;
        if (Shape.FlattenedLength > 0)
            Pin(values, 0, pointers, scalars);
        for (int i = 0; i < outputs; i++)
        {
            if (_outputShapes[i].Rank == 0)
                values[Outputs[i]] = new Tensor<T>(scalars[i]);
        }
    }

    /// <summary>The memory of an output; null for a single number, which becomes a tensor at the end.</summary>
    private Tensor<T>? Output(int output, Tensor<T>? given)
    {
        Shape shape = _outputShapes[output];
        if (shape.Rank == 0)
            return null;
        Tensor<T> result = given?.Shape == shape ? given : NewOutput(output);
        if (_summed[output] is not null)
            result.NewData.Clear();
        return result;
    }

    /// <summary>New memory for an output.</summary>
    public Tensor<T> NewOutput(int output) => _handsOut[output]
        ? Tensor<T>.ForUser(_outputShapes[output]) : Tensor<T>.Uninitialized(_outputShapes[output]);

    /// <summary>
    /// Keeps all operands where they are, a few at a time, and then runs. There is room for four pointers more than
    /// operands.
    /// </summary>
    private void Pin(Span<Tensor<T>?> values, int at, T** pointers, T* scalars)
    {
        if (at >= Inputs.Length + Outputs.Length)
        {
            for (int i = 0; i < Outputs.Length; i++)
            {
                if (values[Outputs[i]] is null)
                    pointers[Inputs.Length + i] = scalars + i;
            }
            Run(values, pointers);
            return;
        }
        fixed (T* a = Memory(values, at), b = Memory(values, at + 1), c = Memory(values, at + 2),
            d = Memory(values, at + 3))
        {
            pointers[at] = a;
            pointers[at + 1] = b;
            pointers[at + 2] = c;
            pointers[at + 3] = d;
            Pin(values, at + 4, pointers, scalars);
        }
    }

    private ReadOnlySpan<T> Memory(Span<Tensor<T>?> values, int operand)
    {
        int[] operands = Inputs;
        if (operand >= operands.Length)
        {
            operand -= operands.Length;
            operands = Outputs;
        }
        return operand < operands.Length && values[operands[operand]] is { } tensor ? tensor.Memory : default;
    }

    private void Run(Span<Tensor<T>?> values, T** pointers)
    {
        if (Flat is { } flat && AreContiguous(values))
        {
            T* sums = stackalloc T[flat.SumRoom];
            flat.Run(pointers, sums);
            return;
        }
        var inputs = new Tensor<T>[Inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = values[Inputs[i]]!;
        _rows.Run(inputs, pointers);
    }

    private bool AreContiguous(ReadOnlySpan<Tensor<T>?> values)
    {
        for (int i = 0; i < Layouts.Length; i++)
        {
            if (!_isNumber[i] && !values[Inputs[i]]!.IsContiguous)
                return false;
        }
        return true;
    }
}
