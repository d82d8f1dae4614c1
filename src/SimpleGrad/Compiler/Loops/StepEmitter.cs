using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Reflection.Emit;

namespace SimpleGrad;

/// <summary>Writes the steps of a loop for one vector of elements.</summary>
/// <remarks>
/// States, parameters and numbers are locals, which the runtime keeps in registers as far as there are some. What each
/// step has its own of is read and stored at an offset that moves; there is one for all that move alike.
/// </remarks>
[RequiresDynamicCode("Emits machine code.")]
internal sealed unsafe class StepEmitter<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Kernel<T> _kernel;
    private readonly StepKernel<T> _step;
    private readonly PlainProducts<T>? _products;
    private readonly ILGenerator _il;
    private readonly Instructions _instructions;
    private readonly KernelValues<T> _values;
    private readonly bool _isReversed;
    private readonly LocalBuilder[] _pointers; // to sources and targets
    private readonly LocalBuilder?[] _inputs; // and numbers, which stand still or are states
    private readonly Dictionary<int, LocalBuilder> _offsets = []; // by how far they move, in bytes
    private readonly Dictionary<Place, LocalBuilder> _states = [];

    /// <param name="step">The step.</param>
    /// <param name="width">The elements of a vector.</param>
    /// <param name="isReversed">Whether the last step's elements come first.</param>
    /// <param name="products">The strong products that it forms as plain ones; null where it forms all of them
    /// strongly, so that it never stops.</param>
    /// <param name="calls">Whether expensive arithmetic is called, and not inlined.</param>
    /// <param name="il">Where to emit.</param>
    public StepEmitter(
        StepKernel<T> step, int width, bool isReversed, PlainProducts<T>? products, bool calls, ILGenerator il)
    {
        _step = step;
        _kernel = step.Kernel;
        _products = products;
        _il = il;
        _isReversed = isReversed;
        _instructions = Instructions.For<T>(il, width);
        _values = new KernelValues<T>(_kernel, products, calls, il, _instructions, Input);
        _pointers = new LocalBuilder[step.Sources.Length + step.Moves.Length];
        _inputs = new LocalBuilder?[_kernel.FirstOperation];
    }

    public void Emit()
    {
        for (int i = 0; i < _pointers.Length; i++)
        {
            _pointers[i] = _il.DeclareLocal(typeof(T*));
            _il.Emit(OpCodes.Ldarg_1);
            _il.Emit(OpCodes.Ldc_I4, i * sizeof(T*));
            _il.Emit(OpCodes.Add);
            _il.Emit(OpCodes.Ldind_I);
            _il.Emit(OpCodes.Stloc, _pointers[i]);
        }
        foreach (int move in (int[])[.. _step.Sources.Select(source => source.Move), .. _step.Moves])
        {
            if (move == 0 || _offsets.ContainsKey(move))
                continue;
            _offsets[move] = _il.DeclareLocal(typeof(nint));
            _il.Emit(OpCodes.Ldarg_2);
            _il.Emit(OpCodes.Ldc_I4, Bytes(move));
            _il.Emit(OpCodes.Conv_I);
            _il.Emit(OpCodes.Mul);
            _il.Emit(OpCodes.Stloc, _offsets[move]);
        }
        LoadWhatStays();
        LocalBuilder at = _il.DeclareLocal(typeof(nint));
        _il.Emit(OpCodes.Ldarg_2);
        _il.Emit(OpCodes.Stloc, at);
        Label body = _il.DefineLabel(), end = _il.DefineLabel();
        _il.MarkLabel(body);
        Step(end);
        foreach ((int move, LocalBuilder offset) in _offsets)
            Increase(offset, Bytes(move));
        Increase(at, 1);
        _il.Emit(OpCodes.Ldloc, at);
        _il.Emit(OpCodes.Ldarg_3);
        _il.Emit(OpCodes.Blt, body);
        _il.MarkLabel(end);
        foreach (Kernel<T>.Output output in _kernel.Outputs)
        {
            if (IsState(output))
                Store(_states[output.Place], output.Place);
        }
        _il.Emit(OpCodes.Ldloc, at);
        _il.Emit(OpCodes.Ret);
    }

    private int Bytes(int move) => (_isReversed ? -move : move) * sizeof(T);

    private void Increase(LocalBuilder local, int by)
    {
        _il.Emit(OpCodes.Ldloc, local);
        _il.Emit(OpCodes.Ldc_I4, by);
        _il.Emit(OpCodes.Conv_I);
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Stloc, local);
    }

    private void LoadWhatStays()
    {
        foreach (Kernel<T>.Output output in _kernel.Outputs)
        {
            if (IsState(output))
                _states[output.Place] = _instructions.Local();
        }
        for (int i = 0; i < _inputs.Length; i++)
        {
            if (i >= _kernel.Inputs.Length)
            {
                _inputs[i] = _instructions.Local();
                _il.Emit(OpCodes.Ldarg_S, (byte)4);
                _instructions.Move(i - _kernel.Inputs.Length);
                _instructions.LoadNumber();
                _il.Emit(OpCodes.Stloc, _inputs[i]!);
                continue;
            }
            (int operand, int offset) = _kernel.Inputs[i];
            StepSource source = _step.Sources[operand];
            if (source.Move > 0)
                continue;
            _inputs[i] = source.State >= 0 ? _states[new Place(source.State, offset)] : _instructions.Local();
            Load(i);
            _il.Emit(OpCodes.Stloc, _inputs[i]!);
        }
    }

    /// <summary>Emits a step, which changes no state before all are computed.</summary>
    /// <param name="stop">Where to go if a product must be strong.</param>
    private void Step(Label stop)
    {
        Kernel<T>.Output[] outputs = _kernel.Outputs;
        var held = new LocalBuilder[outputs.Length];
        LocalBuilder? check = null; // NaN where an output is that must not be by a plain product
        for (int i = 0; i < outputs.Length; i++)
        {
            held[i] = _instructions.Local();
            _values.Push(outputs[i].Value);
            _il.Emit(OpCodes.Stloc, held[i]);
            if (_products?.ShowIn(i) is true)
                check = _values.Checked(check, held[i]);
            if (!IsState(outputs[i]))
                Store(held[i], outputs[i].Place);
        }
        if (check is not null)
            _instructions.BranchIfNaN(check, stop);
        for (int i = 0; i < outputs.Length; i++)
        {
            if (!IsState(outputs[i]))
                continue;
            _il.Emit(OpCodes.Ldloc, held[i]);
            _il.Emit(OpCodes.Stloc, _states[outputs[i].Place]);
        }
    }

    private bool IsState(Kernel<T>.Output output) => output.Place.Operand < _step.States;

    /// <summary>Puts an input or a number on the stack; what a step reads twice is held.</summary>
    private bool Input(int value)
    {
        if (_inputs[value] is { } local)
        {
            _il.Emit(OpCodes.Ldloc, local);
            return false;
        }
        Load(value);
        return true;
    }

    private void Load(int input)
    {
        (int operand, int offset) = _kernel.Inputs[input];
        Address(operand, _step.Sources[operand].Move, offset);
        if (_step.Sources[operand].Layout == InputLayout.Elements)
            _instructions.Load();
        else
            _instructions.LoadNumber();
    }

    private void Store(LocalBuilder value, Place to) => _instructions.Store(
        () => _il.Emit(OpCodes.Ldloc, value),
        () => Address(_step.Sources.Length + to.Operand, _step.Moves[to.Operand], to.Offset));

    private void Address(int operand, int move, int offset)
    {
        _il.Emit(OpCodes.Ldloc, _pointers[operand]);
        if (move > 0)
        {
            _il.Emit(OpCodes.Ldloc, _offsets[move]);
            _il.Emit(OpCodes.Add);
        }
        _instructions.Move(offset);
    }
}
