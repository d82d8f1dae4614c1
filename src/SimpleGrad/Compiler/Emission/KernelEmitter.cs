using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Reflection.Emit;

namespace SimpleGrad;

/// <summary>Writes the loop of a kernel.</summary>
/// <remarks>
/// Numbers are read where they are needed: to hold them would take the registers that values need.
/// </remarks>
[RequiresDynamicCode("Emits machine code.")]
internal sealed unsafe class KernelEmitter<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
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

    public KernelEmitter(
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
        Loop(Instructions.For<T>(_il, width), width);
        _il.Emit(OpCodes.Ret);
    }

    /// <summary>Emits the loop, which has at least one vector to do.</summary>
    private void Loop(Instructions instructions, int width)
    {
        var sums = new LocalBuilder?[_kernel.Outputs.Length]; // there is one for each sum along the row
        for (int i = 0; i < sums.Length; i++)
        {
            if (!SumsAlong(i))
                continue;
            sums[i] = instructions.Local();
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
        new Element(this, instructions).Emit(sums, end);
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
    private sealed class Element
    {
        private readonly KernelEmitter<T> _emitter;
        private readonly Instructions _instructions;
        private readonly Kernel<T> _kernel;
        private readonly ILGenerator _il;
        private readonly KernelValues<T> _values;

        public Element(KernelEmitter<T> emitter, Instructions instructions)
        {
            _emitter = emitter;
            _instructions = instructions;
            _kernel = emitter._kernel;
            _il = emitter._il;
            _values = new KernelValues<T>(_kernel, emitter._products, emitter._calls, _il, instructions, Input);
        }

        /// <param name="sums">The sums along the row, for each output that is one.</param>
        /// <param name="stop">Where to go if a product must be strong: before anything is added to a sum.</param>
        public void Emit(LocalBuilder?[] sums, Label stop)
        {
            var held = new LocalBuilder?[sums.Length];
            LocalBuilder? check = null; // NaN where an output is that must not be by a plain product
            for (int i = 0; i < sums.Length; i++)
            {
                bool shows = _emitter._products?.ShowIn(i) is true;
                if (shows || _kernel.Outputs[i].IsSum && _emitter._products is not null)
                {
                    held[i] = _instructions.Local();
                    _values.Push(_kernel.Outputs[i].Value);
                    _il.Emit(OpCodes.Stloc, held[i]!);
                }
                if (shows)
                    check = _values.Checked(check, held[i]!);
                if (!_kernel.Outputs[i].IsSum)
                    Store(i, held[i], isAdded: false);
            }
            if (check is not null)
                _instructions.BranchIfNaN(check, stop);
            for (int i = 0; i < sums.Length; i++)
            {
                if (sums[i] is { } sum)
                {
                    _il.Emit(OpCodes.Ldloc, sum);
                    Output(i, held[i]);
                    _instructions.Do(Instruction.Add);
                    _il.Emit(OpCodes.Stloc, sum);
                }
                else if (_kernel.Outputs[i].IsSum)
                {
                    Store(i, held[i], isAdded: true);
                }
            }
        }

        private void Store(int output, LocalBuilder? held, bool isAdded)
        {
            (int target, int offset) = _kernel.Outputs[output].Place;
            int operand = _emitter._inputs.Length + target;
            _instructions.Store(
                () =>
                {
                    Output(output, held);
                    if (!isAdded)
                        return;
                    Address(operand, offset);
                    _instructions.Load();
                    _instructions.Do(Instruction.Add);
                },
                () => Address(operand, offset));
        }

        private void Output(int output, LocalBuilder? held)
        {
            if (held is null)
                _values.Push(_kernel.Outputs[output].Value);
            else
                _il.Emit(OpCodes.Ldloc, held);
        }

        private bool Input(int value)
        {
            if (value >= _kernel.Inputs.Length)
            {
                _il.Emit(OpCodes.Ldarg_S, (byte)4);
                _instructions.Move(value - _kernel.Inputs.Length);
                _instructions.LoadNumber();
                return false;
            }
            (int operand, int offset) = _kernel.Inputs[value];
            if (_emitter._inputs[operand] == InputLayout.Elements)
            {
                Address(operand, offset);
                _instructions.Load();
                return true;
            }
            _il.Emit(OpCodes.Ldloc, _emitter._pointers[operand]);
            _instructions.Move(offset);
            _instructions.LoadNumber();
            return false;
        }

        private void Address(int operand, int offset)
        {
            _il.Emit(OpCodes.Ldloc, _emitter._pointers[operand]);
            _il.Emit(OpCodes.Ldloc, _emitter._moved);
            _il.Emit(OpCodes.Add);
            _instructions.Move(offset);
        }
    }
}
