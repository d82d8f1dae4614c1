using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>Room for references on the stack, so that a call that needs but a few makes no garbage.</summary>
[InlineArray(Length)]
internal struct Few<T> where T : class?
{
    private const int Length = 16;

    private T _first;

    /// <summary>Room for a number of references, on the stack where they are few.</summary>
    [UnscopedRef]
    public Span<T> Take(int count) => count <= Length ? ((Span<T>)this)[..count] : new T[count];
}
