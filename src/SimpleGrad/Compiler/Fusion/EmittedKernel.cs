using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>
/// A kernel as machine code of its own: one loop that reads each input once and stores each output once.
/// </summary>
/// <remarks>
/// What is emitted is a loop over vectors and one over the elements that are left, whose bodies call the arithmetic of
/// the operators; the runtime inlines all of it. Values that are read once stay on the evaluation stack, the others go
/// to locals. Numbers are read where they are needed: to hold them would take the registers that values need.
/// </remarks>
internal sealed unsafe class EmittedKernel<T> : KernelCode<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Body _body;

    private EmittedKernel(Kernel<T> kernel, InputLayout[] inputs, bool[] rowSums, Body body)
        : base(kernel, inputs, rowSums) => _body = body;

    internal delegate void Body(T** pointers, nint length, T* numbers, T* sums);

    public override void Run(T** pointers, nint length, T* numbers, T* sums) => _body(pointers, length, numbers, sums);

    [RequiresDynamicCode("Emits machine code.")]
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Only where dynamic code is supported.")]
    public static EmittedKernel<T> Emit(Kernel<T> kernel, InputLayout[] inputs, bool[] rowSums, bool isSingle)
    {
        // The first argument is there because delegates with a target are called without a detour.
        var method = new DynamicMethod(
            "kernel", typeof(void), [typeof(object), typeof(T**), typeof(nint), typeof(T*), typeof(T*)],
            typeof(EmittedKernel<T>).Module, skipVisibility: true)
        {
            InitLocals = false, // each is written before it is read, and there may be hundreds
        };
        new KernelEmitter<T>(kernel, inputs, rowSums, method.GetILGenerator()).Emit(isSingle);
        return new EmittedKernel<T>(
            kernel, inputs, rowSums, (Body)method.CreateDelegate(typeof(Body), kernel));
    }
}

/// <summary>Writes the loops of a kernel.</summary>
[RequiresDynamicCode("Emits machine code.")]
internal sealed unsafe class KernelEmitter<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Kernel<T> _kernel;
    private readonly InputLayout[] _inputs;
    private readonly bool[] _rowSums;
    private readonly ILGenerator _il;
    private readonly LocalBuilder[] _pointers;
    private readonly LocalBuilder _at;
    private readonly LocalBuilder[] _sums; // of the vector loop, then of all

    public KernelEmitter(Kernel<T> kernel, InputLayout[] inputs, bool[] rowSums, ILGenerator il)
    {
        _kernel = kernel;
        _inputs = inputs;
        _rowSums = rowSums;
        _il = il;
        _pointers = new LocalBuilder[inputs.Length + rowSums.Length];
        for (int i = 0; i < _pointers.Length; i++)
            _pointers[i] = il.DeclareLocal(typeof(T*));
        _at = il.DeclareLocal(typeof(nint));
        _sums = new LocalBuilder[rowSums.Length];
        for (int i = 0; i < _sums.Length; i++)
            _sums[i] = il.DeclareLocal(typeof(T));
    }

    /// <param name="isSingle">Whether rows have one element, so that there is nothing for vectors.</param>
    public void Emit(bool isSingle)
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
        for (int i = 0; i < _sums.Length; i++)
        {
            if (SumsAlong(i))
                Clear(_sums[i], typeof(T));
        }
        _il.Emit(OpCodes.Ldc_I4_0);
        _il.Emit(OpCodes.Conv_I);
        _il.Emit(OpCodes.Stloc, _at);
        if (isSingle)
            Loop(typeof(Simd1<T>), typeof(T), 1);
        else if (Vector512.IsHardwareAccelerated)
            Loop(typeof(Simd512<T>), typeof(Vector512<T>), Vector512<T>.Count);
        else if (Vector256.IsHardwareAccelerated)
            Loop(typeof(Simd256<T>), typeof(Vector256<T>), Vector256<T>.Count);
        else if (Vector128.IsHardwareAccelerated)
            Loop(typeof(Simd128<T>), typeof(Vector128<T>), Vector128<T>.Count);
        if (!isSingle)
            Loop(typeof(Simd1<T>), typeof(T), 1);
        for (int i = 0, sum = 0; i < _sums.Length; i++)
        {
            if (!_kernel.Outputs[i].IsSum)
                continue;
            if (!_rowSums[i])
            {
                _il.Emit(OpCodes.Ldarg, 4);
                _il.Emit(OpCodes.Ldc_I4, sum * sizeof(T));
                _il.Emit(OpCodes.Conv_I);
                _il.Emit(OpCodes.Add);
                _il.Emit(OpCodes.Ldloc, _sums[i]);
                _il.Emit(OpCodes.Stobj, typeof(T));
            }
            sum++;
        }
        _il.Emit(OpCodes.Ret);
    }

    /// <summary>Emits a loop over vectors of a width for as long as whole ones are left.</summary>
    private void Loop(Type simd, Type vector, int count)
    {
        LocalBuilder[] sums = [.. _kernel.Outputs.Select((output, i) => _il.DeclareLocal(vector))];
        for (int i = 0; i < sums.Length; i++)
        {
            if (SumsAlong(i))
                Clear(sums[i], vector);
        }
        Label body = _il.DefineLabel(), condition = _il.DefineLabel();
        _il.Emit(OpCodes.Br, condition);
        _il.MarkLabel(body);
        new LoopBody(this, simd, vector).Emit(sums);
        _il.Emit(OpCodes.Ldloc, _at);
        _il.Emit(OpCodes.Ldc_I4, count);
        _il.Emit(OpCodes.Conv_I);
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Stloc, _at);
        _il.MarkLabel(condition);
        _il.Emit(OpCodes.Ldloc, _at);
        LastVector(count);
        _il.Emit(OpCodes.Ble, body);
        if (count > 1 && !Array.Exists(_kernel.Outputs, output => output.IsSum))
        {
            // What is left is computed by a last vector that ends where the row does. Some elements are computed twice.
            Label end = _il.DefineLabel();
            _il.Emit(OpCodes.Ldloc, _at);
            _il.Emit(OpCodes.Ldarg_2);
            _il.Emit(OpCodes.Beq, end);
            LastVector(count);
            _il.Emit(OpCodes.Ldc_I4_0);
            _il.Emit(OpCodes.Conv_I);
            _il.Emit(OpCodes.Blt, end);
            LastVector(count);
            _il.Emit(OpCodes.Stloc, _at);
            _il.Emit(OpCodes.Br, body);
            _il.MarkLabel(end);
        }
        for (int i = 0; i < sums.Length; i++)
        {
            if (!SumsAlong(i))
                continue;
            _il.Emit(OpCodes.Ldloc, sums[i]);
            _il.Emit(OpCodes.Call, Method(simd, "Sum"));
            _il.Emit(OpCodes.Ldloc, _sums[i]);
            _il.Emit(OpCodes.Call, Method(typeof(Simd1<T>), "Add"));
            _il.Emit(OpCodes.Stloc, _sums[i]);
        }
    }

    /// <summary>Puts the last place on the stack at which there is a whole vector.</summary>
    private void LastVector(int count)
    {
        _il.Emit(OpCodes.Ldarg_2);
        _il.Emit(OpCodes.Ldc_I4, count);
        _il.Emit(OpCodes.Conv_I);
        _il.Emit(OpCodes.Sub);
    }

    private void Clear(LocalBuilder local, Type type)
    {
        _il.Emit(OpCodes.Ldloca, local);
        _il.Emit(OpCodes.Initobj, type);
    }

    private bool SumsAlong(int output) => _kernel.Outputs[output].IsSum && !_rowSums[output];

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "The vectors are referred to in full.")]
    private static MethodInfo Method(Type simd, string name) => simd.GetMethod(name)!;

    /// <summary>What a loop does at a place, for vectors of one width.</summary>
    [RequiresDynamicCode("Emits machine code.")]
    private sealed class LoopBody(KernelEmitter<T> emitter, Type simd, Type vector)
    {
        private readonly Kernel<T> _kernel = emitter._kernel;
        private readonly ILGenerator _il = emitter._il;
        private readonly Instructions _instructions = new(emitter._il, typeof(T), vector);
        private readonly LocalBuilder?[] _values = new LocalBuilder?[emitter._kernel.Uses.Length];

        public void Emit(LocalBuilder[] sums)
        {
            for (int i = 0; i < _kernel.Outputs.Length; i++)
            {
                int value = _kernel.Outputs[i].Value, place = emitter._inputs.Length + i;
                if (emitter.SumsAlong(i))
                {
                    _il.Emit(OpCodes.Ldloc, sums[i]);
                    Value(value);
                    _instructions.Do(Instruction.Add);
                    _il.Emit(OpCodes.Stloc, sums[i]);
                    continue;
                }
                _instructions.Store(
                    () =>
                    {
                        Value(value);
                        if (!_kernel.Outputs[i].IsSum)
                            return;
                        Address(place);
                        _instructions.Load();
                        _instructions.Do(Instruction.Add);
                    },
                    () => Address(place));
            }
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
                if (operation.Operator.Instruction is { } instruction)
                    _instructions.Do(instruction);
                else
                    _il.Emit(OpCodes.Call, Arithmetic(operation.Operator.Arithmetic, operation.Operands.Length));
            }
            else if (value < _kernel.Inputs && emitter._inputs[value] == InputLayout.Elements)
            {
                Address(value);
                _instructions.Load();
            }
            else
            {
                if (value < _kernel.Inputs)
                {
                    _il.Emit(OpCodes.Ldloc, emitter._pointers[value]);
                }
                else
                {
                    _il.Emit(OpCodes.Ldarg_3);
                    _il.Emit(OpCodes.Ldc_I4, (value - _kernel.Inputs) * sizeof(T));
                    _il.Emit(OpCodes.Conv_I);
                    _il.Emit(OpCodes.Add);
                }
                _instructions.LoadNumber();
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

        private void Address(int operand)
        {
            _il.Emit(OpCodes.Ldloc, emitter._pointers[operand]);
            _il.Emit(OpCodes.Ldloc, emitter._at);
            _il.Emit(OpCodes.Ldc_I4, sizeof(T));
            _il.Emit(OpCodes.Conv_I);
            _il.Emit(OpCodes.Mul);
            _il.Emit(OpCodes.Add);
        }

        [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Operators use their arithmetic in full.")]
        [UnconditionalSuppressMessage("Trimming", "IL2060", Justification = "Operators use their arithmetic in full.")]
        private MethodInfo Arithmetic(Type arithmetic, int operands)
        {
            Type[] parameters = new Type[operands];
            parameters.AsSpan().Fill(Type.MakeGenericMethodParameter(1));
            return arithmetic.GetMethod("Apply", 2, BindingFlags.Public | BindingFlags.Static, parameters)!
                .MakeGenericMethod(simd, vector);
        }
    }
}
