using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>Writes the loop of a kernel.</summary>
/// <remarks>
/// Values that are read once stay on the evaluation stack, the others go to locals. Numbers are read where they are
/// needed: to hold them would take the registers that values need.
/// </remarks>
[RequiresDynamicCode("Emits machine code.")]
internal sealed unsafe class LoopEmitter<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Kernel<T> _kernel;
    private readonly InputLayout[] _inputs;
    private readonly bool[] _rowSums;
    private readonly PlainProducts<T>? _products;
    private readonly bool _calls; // of expensive arithmetic
    private readonly ILGenerator _il;
    private readonly LocalBuilder[] _pointers;
    private readonly LocalBuilder _at;
    private readonly LocalBuilder _moved; // the same in bytes

    public LoopEmitter(
        Kernel<T> kernel, InputLayout[] inputs, bool[] rowSums, PlainProducts<T>? products, bool calls, ILGenerator il)
    {
        _kernel = kernel;
        _inputs = inputs;
        _rowSums = rowSums;
        _products = products;
        _calls = calls;
        _il = il;
        _pointers = new LocalBuilder[inputs.Length + rowSums.Length];
        for (int i = 0; i < _pointers.Length; i++)
            _pointers[i] = il.DeclareLocal(typeof(T*));
        _at = il.DeclareLocal(typeof(nint));
        _moved = il.DeclareLocal(typeof(nint));
    }

    /// <param name="width">The elements of a vector; 1 for plain numbers.</param>
    public void Emit(int width)
    {
        for (int i = 0; i < _pointers.Length; i++)
        {
            _il.Emit(OpCodes.Ldarg_1);
            _il.Emit(OpCodes.Ldc_I4, i * sizeof(T*));
            _il.Emit(OpCodes.Conv_I);
            _il.Emit(OpCodes.Add);
            _il.Emit(OpCodes.Ldind_I);
            _il.Emit(OpCodes.Stloc, _pointers[i]);
        }
        if (width == Vector512<T>.Count)
            Loop(typeof(Simd512<T>), typeof(Vector512<T>), width);
        else if (width == Vector256<T>.Count)
            Loop(typeof(Simd256<T>), typeof(Vector256<T>), width);
        else if (width == Vector128<T>.Count)
            Loop(typeof(Simd128<T>), typeof(Vector128<T>), width);
        else
            Loop(typeof(Simd1<T>), typeof(T), width);
        _il.Emit(OpCodes.Ret);
    }

    /// <summary>Emits the loop, which has at least one vector to do.</summary>
    private void Loop(Type simd, Type vector, int width)
    {
        var instructions = new Instructions(_il, typeof(T), vector);
        var sums = new LocalBuilder?[_kernel.Outputs.Length]; // there is one for each sum along the row
        for (int i = 0; i < sums.Length; i++)
        {
            if (!SumsAlong(i))
                continue;
            sums[i] = _il.DeclareLocal(vector);
            SumAddress(i, width);
            instructions.Load();
            _il.Emit(OpCodes.Stloc, sums[i]!);
        }
        _il.Emit(OpCodes.Ldarg_2);
        _il.Emit(OpCodes.Stloc, _at);
        Label body = _il.DefineLabel(), end = _il.DefineLabel();
        _il.MarkLabel(body);
        _il.Emit(OpCodes.Ldloc, _at);
        _il.Emit(OpCodes.Ldc_I4, sizeof(T));
        _il.Emit(OpCodes.Conv_I);
        _il.Emit(OpCodes.Mul);
        _il.Emit(OpCodes.Stloc, _moved);
        new LoopBody(this, simd, vector, instructions).Emit(sums, end);
        _il.Emit(OpCodes.Ldloc, _at);
        _il.Emit(OpCodes.Ldc_I4, width);
        _il.Emit(OpCodes.Conv_I);
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Stloc, _at);
        _il.Emit(OpCodes.Ldloc, _at);
        _il.Emit(OpCodes.Ldarg_3);
        _il.Emit(OpCodes.Blt, body);
        _il.MarkLabel(end);
        for (int i = 0; i < sums.Length; i++)
        {
            if (sums[i] is { } sum)
                instructions.Store(() => _il.Emit(OpCodes.Ldloc, sum), () => SumAddress(i, width));
        }
        _il.Emit(OpCodes.Ldloc, _at);
    }

    /// <summary>Puts on the stack where the lanes of a sum are.</summary>
    private void SumAddress(int output, int width)
    {
        int before = _kernel.Outputs.Take(output).Count(each => each.IsSum);
        _il.Emit(OpCodes.Ldarg, 5);
        _il.Emit(OpCodes.Ldc_I4, before * width * sizeof(T));
        _il.Emit(OpCodes.Conv_I);
        _il.Emit(OpCodes.Add);
    }

    private bool SumsAlong(int output) =>
        _kernel.Outputs[output].IsSum && !_rowSums[_kernel.Outputs[output].Place.Operand];

    /// <summary>What a loop does for one vector.</summary>
    [RequiresDynamicCode("Emits machine code.")]
    private sealed class LoopBody(LoopEmitter<T> emitter, Type simd, Type vector, Instructions instructions)
    {
        private readonly Kernel<T> _kernel = emitter._kernel;
        private readonly ILGenerator _il = emitter._il;
        private readonly LocalBuilder?[] _values = new LocalBuilder?[emitter._kernel.Uses.Length];

        /// <param name="sums">The sums along the row, for each output that is one.</param>
        /// <param name="stop">Where to go if a product must be strong: before anything is added to a sum.</param>
        public void Emit(LocalBuilder?[] sums, Label stop)
        {
            var held = new LocalBuilder?[sums.Length];
            LocalBuilder? check = null; // NaN where an output is that must not be by a plain product
            for (int i = 0; i < sums.Length; i++)
            {
                bool shows = emitter._products?.ShowIn(i) is true;
                if (shows || _kernel.Outputs[i].IsSum && emitter._products is not null)
                {
                    held[i] = _il.DeclareLocal(vector);
                    Value(_kernel.Outputs[i].Value);
                    _il.Emit(OpCodes.Stloc, held[i]!);
                }
                if (shows)
                    check = Added(check, held[i]!);
                if (!_kernel.Outputs[i].IsSum)
                    Store(i, held[i], isAdded: false);
            }
            if (check is not null)
                instructions.BranchIfNaN(check, stop);
            for (int i = 0; i < sums.Length; i++)
            {
                if (sums[i] is { } sum)
                {
                    _il.Emit(OpCodes.Ldloc, sum);
                    Output(i, held[i]);
                    instructions.Do(Instruction.Add);
                    _il.Emit(OpCodes.Stloc, sum);
                }
                else if (_kernel.Outputs[i].IsSum)
                {
                    Store(i, held[i], isAdded: true);
                }
            }
        }

        private LocalBuilder Added(LocalBuilder? check, LocalBuilder value)
        {
            if (check is null)
                return value;
            LocalBuilder both = _il.DeclareLocal(vector);
            _il.Emit(OpCodes.Ldloc, check);
            _il.Emit(OpCodes.Ldloc, value);
            instructions.Do(Instruction.Add);
            _il.Emit(OpCodes.Stloc, both);
            return both;
        }

        private void Store(int output, LocalBuilder? held, bool isAdded)
        {
            (int target, int offset) = _kernel.Outputs[output].Place;
            int operand = emitter._inputs.Length + target;
            instructions.Store(
                () =>
                {
                    Output(output, held);
                    if (!isAdded)
                        return;
                    Address(operand, offset);
                    instructions.Load();
                    instructions.Do(Instruction.Add);
                },
                () => Address(operand, offset));
        }

        private void Output(int output, LocalBuilder? held)
        {
            if (held is null)
                Value(_kernel.Outputs[output].Value);
            else
                _il.Emit(OpCodes.Ldloc, held);
        }

        /// <summary>Puts a value on the stack.</summary>
        private void Value(int value)
        {
            if (_values[value] is { } known)
            {
                _il.Emit(OpCodes.Ldloc, known);
                return;
            }
            if (value >= _kernel.FirstOperation)
            {
                Kernel<T>.Operation operation = _kernel.Operations[value - _kernel.FirstOperation];
                foreach (int operand in operation.Operands)
                    Value(operand);
                bool isPlain = emitter._products?.Has(value) is true;
                if ((isPlain ? operation.Operator.InstructionUnlessNaN : operation.Operator.Instruction)
                    is { } instruction)
                {
                    instructions.Do(instruction);
                }
                else if (isPlain)
                {
                    _il.Emit(OpCodes.Call, Arithmetic(operation.Operator.Slope!, 1, operation.IsExpensive));
                    instructions.Do(Instruction.Multiply);
                }
                else
                {
                    _il.Emit(OpCodes.Call, Arithmetic(
                        operation.Operator.Arithmetic, operation.Operands.Length, operation.IsExpensive));
                }
            }
            else if (value < _kernel.Inputs.Length && _kernel.Inputs[value] is (int operand, int offset)
                && emitter._inputs[operand] == InputLayout.Elements)
            {
                Address(operand, offset);
                instructions.Load();
            }
            else
            {
                if (value < _kernel.Inputs.Length)
                {
                    _il.Emit(OpCodes.Ldloc, emitter._pointers[_kernel.Inputs[value].Operand]);
                    Move(_kernel.Inputs[value].Offset);
                }
                else
                {
                    _il.Emit(OpCodes.Ldarg_S, (byte)4);
                    Move(value - _kernel.Inputs.Length);
                }
                instructions.LoadNumber();
                return; // read again where it is needed again
            }
            if (_kernel.Uses[value] > 1)
            {
                LocalBuilder local = _il.DeclareLocal(vector);
                _values[value] = local;
                _il.Emit(OpCodes.Stloc, local);
                _il.Emit(OpCodes.Ldloc, local);
            }
        }

        private void Address(int operand, int offset)
        {
            _il.Emit(OpCodes.Ldloc, emitter._pointers[operand]);
            _il.Emit(OpCodes.Ldloc, emitter._moved);
            _il.Emit(OpCodes.Add);
            Move(offset);
        }

        /// <summary>Moves the address on the stack on by some elements.</summary>
        private void Move(int elements)
        {
            if (elements == 0)
                return;
            if (elements * sizeof(T) <= sbyte.MaxValue)
                _il.Emit(OpCodes.Ldc_I4_S, (sbyte)(elements * sizeof(T)));
            else
                _il.Emit(OpCodes.Ldc_I4, elements * sizeof(T));
            _il.Emit(OpCodes.Add);
        }

        [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Operators use their arithmetic in full.")]
        [UnconditionalSuppressMessage("Trimming", "IL2060", Justification = "Operators use their arithmetic in full.")]
        private MethodInfo Arithmetic(Type arithmetic, int operands, bool isExpensive)
        {
            if (emitter._calls && isExpensive)
                return ArithmeticCalls.Method<T>(arithmetic, simd, vector, operands);
            Type[] parameters = new Type[operands];
            Array.Fill(parameters, Type.MakeGenericMethodParameter(1));
            return arithmetic.GetMethod("Apply", 2, BindingFlags.Public | BindingFlags.Static, parameters)!
                .MakeGenericMethod(simd, vector);
        }
    }
}
