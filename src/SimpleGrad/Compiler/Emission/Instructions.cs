using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>
/// Emits what the runtime turns into an instruction without inlining anything. It stops inlining in a method that has
/// some five hundred locals, and each call that it inlines makes a few.
/// </summary>
[RequiresDynamicCode("Emits machine code.")]
internal sealed class Instructions
{
    private readonly ILGenerator _il;
    private readonly Type _element;
    private readonly Type _simd;
    private readonly Type _vector;
    private readonly Type? _methods; // of vectors; null for single numbers

    private Instructions(ILGenerator il, Type element, Type simd, Type vector)
    {
        (_il, _element, _simd, _vector) = (il, element, simd, vector);
        Type? definition = vector.IsGenericType ? vector.GetGenericTypeDefinition() : null;
        _methods = definition == typeof(Vector512<>) ? typeof(Vector512)
            : definition == typeof(Vector256<>) ? typeof(Vector256)
            : definition == typeof(Vector128<>) ? typeof(Vector128)
            : null;
    }

    /// <param name="il">Where to emit.</param>
    /// <param name="width">The elements of a vector; 1 for plain numbers.</param>
    public static Instructions For<T>(ILGenerator il, int width) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        width == Vector512<T>.Count ? new Instructions(il, typeof(T), typeof(Simd512<T>), typeof(Vector512<T>))
        : width == Vector256<T>.Count ? new Instructions(il, typeof(T), typeof(Simd256<T>), typeof(Vector256<T>))
        : width == Vector128<T>.Count ? new Instructions(il, typeof(T), typeof(Simd128<T>), typeof(Vector128<T>))
        : new Instructions(il, typeof(T), typeof(Simd1<T>), typeof(T));

    /// <summary>A local for a value.</summary>
    public LocalBuilder Local() => _il.DeclareLocal(_vector);

    /// <summary>From an address to one some elements further on.</summary>
    public void Move(int elements)
    {
        int bytes = elements * (_element == typeof(double) ? sizeof(double) : sizeof(float));
        if (bytes == 0)
            return;
        if (bytes is >= sbyte.MinValue and <= sbyte.MaxValue)
            _il.Emit(OpCodes.Ldc_I4_S, (sbyte)bytes);
        else
            _il.Emit(OpCodes.Ldc_I4, bytes);
        _il.Emit(OpCodes.Add);
    }

    /// <summary>From an address to a value.</summary>
    public void Load()
    {
        if (_methods is null)
            LoadOne();
        else
            Call("Load");
    }

    /// <summary>From an address to the number there in all lanes of a value.</summary>
    public void LoadNumber()
    {
        LoadOne();
        if (_methods is not null)
            Call("Create");
    }

    // In one byte: the runtime does not optimise a method of more than 60,000.
    private void LoadOne() => _il.Emit(_element == typeof(double) ? OpCodes.Ldind_R8 : OpCodes.Ldind_R4);

    /// <summary>Stores a value: what puts it on the stack, and what puts the address there.</summary>
    public void Store(Action value, Action address)
    {
        if (_methods is null)
        {
            address();
            value();
            _il.Emit(_element == typeof(double) ? OpCodes.Stind_R8 : OpCodes.Stind_R4);
            return;
        }
        value();
        address();
        Call("Store");
    }

    public void Do(Instruction instruction)
    {
        if (_methods is null)
        {
            _il.Emit(instruction switch
            {
                Instruction.Add => OpCodes.Add,
                Instruction.Subtract => OpCodes.Sub,
                Instruction.Multiply => OpCodes.Mul,
                Instruction.Divide => OpCodes.Div,
                Instruction.Negate => OpCodes.Neg,
                _ => throw new ArgumentOutOfRangeException(nameof(instruction)),
            });
            return;
        }
        string name = instruction switch
        {
            Instruction.Add => "op_Addition",
            Instruction.Subtract => "op_Subtraction",
            Instruction.Multiply => "op_Multiply",
            Instruction.Divide => "op_Division",
            Instruction.Negate => "op_UnaryNegation",
            _ => throw new ArgumentOutOfRangeException(nameof(instruction)),
        };
        _il.Emit(OpCodes.Call, Operator(name, instruction == Instruction.Negate ? [_vector] : [_vector, _vector]));
    }

    /// <summary>Goes elsewhere if a value is NaN in any lane.</summary>
    public void BranchIfNaN(LocalBuilder value, Label to)
    {
        _il.Emit(OpCodes.Ldloc, value);
        _il.Emit(OpCodes.Ldloc, value);
        if (_methods is null)
        {
            _il.Emit(OpCodes.Bne_Un, to);
            return;
        }
        Call("EqualsAll");
        _il.Emit(OpCodes.Brfalse, to);
    }

    /// <summary>From operands to what an operator makes of them.</summary>
    /// <param name="arithmetic">The operator's arithmetic.</param>
    /// <param name="operands">How many operands it takes.</param>
    /// <param name="isCalled">Whether it is called, and not inlined.</param>
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Operators use their arithmetic in full.")]
    [UnconditionalSuppressMessage("Trimming", "IL2060", Justification = "Operators use their arithmetic in full.")]
    public void Apply<T>(Type arithmetic, int operands, bool isCalled)
    {
        if (isCalled)
        {
            _il.Emit(OpCodes.Call, ArithmeticCalls.Method<T>(arithmetic, _simd, _vector, operands));
            return;
        }
        Type[] parameters = new Type[operands];
        Array.Fill(parameters, Type.MakeGenericMethodParameter(1));
        _il.Emit(
            OpCodes.Call,
            arithmetic.GetMethod("Apply", 2, BindingFlags.Public | BindingFlags.Static, parameters)!
                .MakeGenericMethod(_simd, _vector));
    }

    [UnconditionalSuppressMessage("Trimming", "IL2080", Justification = "The vectors are referred to in full.")]
    private MethodInfo Operator(string name, Type[] parameters) => _vector.GetMethod(name, parameters)!;

    [UnconditionalSuppressMessage("Trimming", "IL2060", Justification = "The methods are referred to in full.")]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "The methods are referred to in full.")]
    [UnconditionalSuppressMessage("Trimming", "IL2080", Justification = "The methods are referred to in full.")]
    private void Call(string name)
    {
        Type number = Type.MakeGenericMethodParameter(0);
        MethodInfo method = name switch
        {
            "Load" => _methods!.GetMethod(name, 1, [number.MakePointerType()])!,
            "Create" => _methods!.GetMethod(name, 1, [number])!,
            _ => _methods!.GetMethod(name)!,
        };
        _il.Emit(OpCodes.Call, method.MakeGenericMethod(_element));
    }
}
