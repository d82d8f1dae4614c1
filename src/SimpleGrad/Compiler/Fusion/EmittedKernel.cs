using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>
/// A kernel as machine code of its own: one loop that reads each input once and stores each output once.
/// </summary>
/// <remarks>
/// What is emitted is a loop over whole vectors, whose body calls the arithmetic of the operators. The elements that
/// are left are made a vector too: a second loop would take as long to compile.
/// That the runtime inlines exponentials and the like makes a kernel half as fast again, and takes tens of
/// milliseconds. So a kernel calls them at first, and is replaced, by a thread of the pool, once it has computed
/// <see cref="DynamicCode.CallsFor"/> elements. The numbers are the same, bit by bit.
/// </remarks>
[SkipLocalsInit]
internal sealed unsafe class EmittedKernel<T> : KernelCode<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly InputLayout[] _inputs;
    private readonly bool[] _rowSums;
    private readonly int _sums;
    private readonly int _width; // of a vector
    private Body _body;
    private long _callsFor; // so many more elements

    [RequiresDynamicCode("Emits machine code.")]
    public EmittedKernel(Kernel<T> kernel, InputLayout[] inputs, bool[] rowSums, bool isSingle, long callsFor)
        : base(kernel, inputs, rowSums)
    {
        _inputs = inputs;
        _rowSums = rowSums;
        _width = isSingle ? 1 : WidestVector;
        _sums = Array.FindAll(kernel.Outputs, output => output.IsSum).Length;
        _callsFor = Array.Exists(kernel.Operations, operation => operation.IsExpensive) ? callsFor : 0;
        IsInlined = _callsFor <= 0;
        _body = Emit(calls: !IsInlined);
    }

    /// <summary>Whether the kernel has its last form.</summary>
    public bool IsInlined { get; private set; }

    /// <param name="pointers">Where the inputs and the outputs are.</param>
    /// <param name="length">The elements of the row, which fill vectors.</param>
    /// <param name="numbers">The kernel's numbers.</param>
    /// <param name="sums">Gets a vector for each output that is a sum: what was summed in each of its places.</param>
    internal delegate void Body(T** pointers, nint length, T* numbers, T* sums);

    /// <summary>The elements of the widest vector that the processor has.</summary>
    private static int WidestVector =>
        Vector512.IsHardwareAccelerated ? Vector512<T>.Count
        : Vector256.IsHardwareAccelerated ? Vector256<T>.Count
        : Vector128.IsHardwareAccelerated ? Vector128<T>.Count
        : 1;

    public override void Run(T** pointers, nint length, T* numbers, T* sums)
    {
        if (_callsFor > 0)
            Count(length);
        nint rest = length & (_width - 1), whole = length - rest;
        if (whole > 0)
            _body(pointers, whole, numbers, sums);
        // What was summed in the places of a vector lies behind the sums that are done.
        for (int i = 0; i < _sums; i++)
            sums[i] = whole > 0 ? Sum(sums + i * _width) : T.Zero;
        if (rest > 0)
            RunRest(pointers, whole, (int)rest, numbers, sums);
    }

    /// <summary>Counts what was computed, and begins with the last form of the kernel when it is worth it.</summary>
    private void Count(nint length)
    {
        if (Interlocked.Add(ref _callsFor, -length) is var left && left <= 0 && left + length > 0)
            ThreadPool.UnsafeQueueUserWorkItem(static kernel => kernel.Inline(), this, preferLocal: false);
    }

    private void Inline()
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
            return;
        Volatile.Write(ref _body, Emit(calls: false));
        IsInlined = true;
    }

    [RequiresDynamicCode("Emits machine code.")]
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Only where dynamic code is supported.")]
    private Body Emit(bool calls)
    {
        // The first argument is there because delegates with a target are called without a detour.
        var method = new DynamicMethod(
            "kernel", typeof(void), [typeof(object), typeof(T**), typeof(nint), typeof(T*), typeof(T*)],
            typeof(EmittedKernel<T>).Module, skipVisibility: true)
        {
            InitLocals = false, // each is written before it is read, and there may be hundreds
        };
        new KernelEmitter<T>(Kernel, _inputs, _rowSums, calls, method.GetILGenerator()).Emit(_width);
        return (Body)method.CreateDelegate(typeof(Body), Kernel);
    }

    /// <summary>
    /// Computes less than a vector: as one that ends where the row does, so that some elements are computed twice; or,
    /// where there are sums or the row is short, in copies whose last places repeat an element and are not used.
    /// </summary>
    private void RunRest(T** pointers, nint start, int count, T* numbers, T* sums)
    {
        int width = _width;
        T** at = stackalloc T*[Operands];
        if (_sums == 0 && start > 0)
        {
            for (int i = 0; i < Operands; i++)
                at[i] = Moves(i) ? pointers[i] + (start + count - width) : pointers[i];
            _body(at, width, numbers, null);
            return;
        }
        T* copies = stackalloc T[(Operands + _sums) * width], places = copies + Operands * width;
        for (int i = 0; i < Operands; i++)
        {
            at[i] = pointers[i];
            if (!Moves(i))
                continue;
            at[i] = copies + i * width;
            T* from = pointers[i] + start;
            new Span<T>(at[i], width).Fill(from[count - 1]);
            new Span<T>(from, count).CopyTo(new Span<T>(at[i], count));
        }
        _body(at, width, numbers, places);
        for (int i = Kernel.Inputs; i < Operands; i++)
        {
            if (Moves(i))
                new Span<T>(at[i], count).CopyTo(new Span<T>(pointers[i] + start, count));
        }
        for (int i = 0; i < _sums; i++)
        {
            new Span<T>(places + i * width + count, width - count).Clear();
            sums[i] += Sum(places + i * width);
        }
    }

    private T Sum(T* places) =>
        _width == 1 ? *places
        : Vector512.IsHardwareAccelerated ? Simd512<T>.Sum(Simd512<T>.Load(places))
        : Vector256.IsHardwareAccelerated ? Simd256<T>.Sum(Simd256<T>.Load(places))
        : Vector128.IsHardwareAccelerated ? Simd128<T>.Sum(Simd128<T>.Load(places))
        : *places;
}

/// <summary>Writes the loop of a kernel.</summary>
/// <remarks>
/// Values that are read once stay on the evaluation stack, the others go to locals. Numbers are read where they are
/// needed: to hold them would take the registers that values need.
/// </remarks>
[RequiresDynamicCode("Emits machine code.")]
internal sealed unsafe class KernelEmitter<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Kernel<T> _kernel;
    private readonly InputLayout[] _inputs;
    private readonly bool[] _rowSums;
    private readonly bool _calls; // of expensive arithmetic
    private readonly ILGenerator _il;
    private readonly LocalBuilder[] _pointers;
    private readonly LocalBuilder _at;

    public KernelEmitter(
        Kernel<T> kernel, InputLayout[] inputs, bool[] rowSums, bool calls, ILGenerator il)
    {
        _kernel = kernel;
        _inputs = inputs;
        _rowSums = rowSums;
        _calls = calls;
        _il = il;
        _pointers = new LocalBuilder[inputs.Length + rowSums.Length];
        for (int i = 0; i < _pointers.Length; i++)
            _pointers[i] = il.DeclareLocal(typeof(T*));
        _at = il.DeclareLocal(typeof(nint));
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
        var sums = new LocalBuilder[_kernel.Outputs.Length]; // there is one for each sum along the row
        for (int i = 0; i < sums.Length; i++)
        {
            if (!SumsAlong(i))
                continue;
            sums[i] = _il.DeclareLocal(vector);
            _il.Emit(OpCodes.Ldloca, sums[i]);
            _il.Emit(OpCodes.Initobj, vector);
        }
        _il.Emit(OpCodes.Ldc_I4_0);
        _il.Emit(OpCodes.Conv_I);
        _il.Emit(OpCodes.Stloc, _at);
        Label body = _il.DefineLabel();
        _il.MarkLabel(body);
        var instructions = new Instructions(_il, typeof(T), vector);
        new LoopBody(this, simd, vector, instructions).Emit(sums);
        _il.Emit(OpCodes.Ldloc, _at);
        _il.Emit(OpCodes.Ldc_I4, width);
        _il.Emit(OpCodes.Conv_I);
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Stloc, _at);
        _il.Emit(OpCodes.Ldloc, _at);
        _il.Emit(OpCodes.Ldarg_2);
        _il.Emit(OpCodes.Blt, body);
        for (int i = 0, sum = 0; i < sums.Length; i++)
        {
            if (!_kernel.Outputs[i].IsSum)
                continue;
            if (SumsAlong(i))
            {
                int place = sum * width * sizeof(T);
                LocalBuilder of = sums[i];
                instructions.Store(
                    () => _il.Emit(OpCodes.Ldloc, of),
                    () =>
                    {
                        _il.Emit(OpCodes.Ldarg, 4);
                        _il.Emit(OpCodes.Ldc_I4, place);
                        _il.Emit(OpCodes.Conv_I);
                        _il.Emit(OpCodes.Add);
                    });
            }
            sum++;
        }
    }

    private bool SumsAlong(int output) => _kernel.Outputs[output].IsSum && !_rowSums[output];

    /// <summary>What a loop does at a place, for vectors of one width.</summary>
    [RequiresDynamicCode("Emits machine code.")]
    private sealed class LoopBody(KernelEmitter<T> emitter, Type simd, Type vector, Instructions instructions)
    {
        private readonly Kernel<T> _kernel = emitter._kernel;
        private readonly ILGenerator _il = emitter._il;
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
                    instructions.Do(Instruction.Add);
                    _il.Emit(OpCodes.Stloc, sums[i]);
                    continue;
                }
                bool isAdded = _kernel.Outputs[i].IsSum;
                instructions.Store(
                    () =>
                    {
                        Value(value);
                        if (!isAdded)
                            return;
                        Address(place);
                        instructions.Load();
                        instructions.Do(Instruction.Add);
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
                    instructions.Do(instruction);
                else
                    _il.Emit(OpCodes.Call, Arithmetic(operation));
            }
            else if (value < _kernel.Inputs && emitter._inputs[value] == InputLayout.Elements)
            {
                Address(value);
                instructions.Load();
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

        private void Address(int operand)
        {
            _il.Emit(OpCodes.Ldloc, emitter._pointers[operand]);
            _il.Emit(OpCodes.Ldloc, emitter._at);
            _il.Emit(OpCodes.Ldc_I4, sizeof(T));
            _il.Emit(OpCodes.Conv_I);
            _il.Emit(OpCodes.Mul);
            _il.Emit(OpCodes.Add);
        }

        [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "Operators use their arithmetic in full.")]
        [UnconditionalSuppressMessage("Trimming", "IL2060", Justification = "Operators use their arithmetic in full.")]
        private MethodInfo Arithmetic(Kernel<T>.Operation operation)
        {
            int operands = operation.Operands.Length;
            Type arithmetic = operation.Operator.Arithmetic;
            if (emitter._calls && operation.IsExpensive)
                return ArithmeticCalls.Method<T>(arithmetic, simd, vector, operands);
            Type[] parameters = Array.ConvertAll(operation.Operands, _ => Type.MakeGenericMethodParameter(1));
            return arithmetic.GetMethod("Apply", 2, BindingFlags.Public | BindingFlags.Static, parameters)!
                .MakeGenericMethod(simd, vector);
        }
    }
}
