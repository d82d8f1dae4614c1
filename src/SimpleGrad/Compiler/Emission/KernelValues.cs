using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Reflection.Emit;

namespace SimpleGrad;

/// <summary>Emits what computes the values of a kernel, for one vector of elements.</summary>
/// <remarks>Values that are read once stay on the evaluation stack, the others go to locals.</remarks>
/// <param name="kernel">The kernel.</param>
/// <param name="products">The strong products to form as plain ones; null where all are formed strongly.</param>
/// <param name="calls">Whether expensive arithmetic is called, and not inlined.</param>
/// <param name="il">Where to emit.</param>
/// <param name="instructions">The instructions of vectors.</param>
/// <param name="input">Puts an input or a number on the stack, and says whether to hold it in a local.</param>
[RequiresDynamicCode("Emits machine code.")]
internal sealed class KernelValues<T>(
    Kernel<T> kernel, PlainProducts<T>? products, bool calls, ILGenerator il, Instructions instructions,
    Func<int, bool> input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LocalBuilder?[] _locals = new LocalBuilder?[kernel.Uses.Length];

    /// <summary>Puts a value on the stack.</summary>
    public void Push(int value)
    {
        if (_locals[value] is { } known)
        {
            il.Emit(OpCodes.Ldloc, known);
            return;
        }
        if (value < kernel.FirstOperation)
        {
            if (!input(value))
                return; // read again where it is needed again
        }
        else
        {
            Compute(value);
        }
        if (kernel.Uses[value] > 1)
        {
            _locals[value] = instructions.Local();
            il.Emit(OpCodes.Stloc, _locals[value]!);
            il.Emit(OpCodes.Ldloc, _locals[value]!);
        }
    }

    /// <summary>Emits a check: a value that is NaN where that one is, or where one before is.</summary>
    /// <param name="check">The check of those before; null where there is none.</param>
    /// <param name="value">The value.</param>
    public LocalBuilder Checked(LocalBuilder? check, LocalBuilder value)
    {
        if (check is null)
            return value;
        LocalBuilder both = instructions.Local();
        il.Emit(OpCodes.Ldloc, check);
        il.Emit(OpCodes.Ldloc, value);
        instructions.Do(Instruction.Add);
        il.Emit(OpCodes.Stloc, both);
        return both;
    }

    private void Compute(int value)
    {
        Kernel<T>.Operation operation = kernel.Operations[value - kernel.FirstOperation];
        foreach (int operand in operation.Operands)
            Push(operand);
        bool isPlain = products?.Has(value) is true, isCalled = calls && operation.IsExpensive;
        if ((isPlain ? operation.Operator.InstructionUnlessNaN : operation.Operator.Instruction) is { } instruction)
        {
            instructions.Do(instruction);
        }
        else if (isPlain)
        {
            instructions.Apply<T>(operation.Operator.Slope!, 1, isCalled);
            instructions.Do(Instruction.Multiply);
        }
        else
        {
            instructions.Apply<T>(operation.Operator.Arithmetic, operation.Operands.Length, isCalled);
        }
    }
}
