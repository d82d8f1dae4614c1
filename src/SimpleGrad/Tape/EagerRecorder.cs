using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>Appends an entry for each operator, with the values that its propagate reads.</summary>
internal sealed class EagerRecorder<T>(Tape<T> tape) : RootRecorder<T>(tape)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override Variable<T> Record(
        Operator<T> op, ReadOnlySpan<Variable<T>> inputs, Computed<T> value, string? name) =>
        Append(op, inputs, value, name, op.Keeps);
}
