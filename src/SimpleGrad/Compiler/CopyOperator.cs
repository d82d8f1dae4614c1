using System.Numerics;

namespace SimpleGrad;

/// <summary>x in memory of its own. Only programs have it, after all derivatives are taken.</summary>
internal sealed class CopyOperator<T> : ElementwiseUnary<T, CloneOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static CopyOperator<T> Instance { get; } = new();

    public override string Name => "copy";

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) => gradient;
}
